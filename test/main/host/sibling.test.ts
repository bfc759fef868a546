import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Installation, findInstallation, isSibling } from '../../../main/host/sibling.ts';
import { build } from '../../../scripts/build.mjs';
import { NODE_CLI } from '../../support/cli-rig.ts';
import { DIST } from '../../support/dist.ts';
import { onTerminal } from '../../support/pty.ts';
import { type LiveBroker, liveBroker } from '../broker/caller/live.ts';

const AGENT = '/opt/tray/dist/headless/globus-token-agent.js';
const CLI = '/opt/tray/dist/cli/globus-token.js';
const agents = [AGENT, CLI];
const packaged: Installation = { apps: ['/opt/tray/globus-token-tray'], source: false, agents };
const source: Installation = { apps: [], source: true, agents };

/** A peer, and the script that it runs itself. */
const caller = (executable: string, script: string | null = null) =>
  [{ peer: { pid: 7, startTime: '1', executable } }, script] as const;

describe('isSibling', () => {
  it.each([
    ['the packaged app', packaged, caller('/opt/tray/globus-token-tray'), true],
    ['a program of the same name elsewhere', packaged, caller('/tmp/globus-token-tray'), false],
    ['electron beside a package', packaged, caller('/usr/lib/electron/electron'), false],
    ['the app of a source tree', source, caller('/usr/lib/electron/electron'), true],
    ['curl', source, caller('/usr/bin/curl'), false],
    ['the agent without a window', packaged, caller('/usr/bin/node', AGENT), true],
    ['another script of node', packaged, caller('/usr/bin/node', '/tmp/globus-token-agent.js'), false],
    ['node alone', source, caller('/usr/bin/node'), false],
    ['python with the same script', packaged, caller('/usr/bin/python3', AGENT), false],
    ['the same in the foreground of a terminal', packaged, caller('/usr/bin/node', CLI), true],
    ['a CLI of another installation', packaged, caller('/usr/bin/node', '/tmp/cli/globus-token.js'), false],
    ['curl, for our CLI’s launcher', packaged, caller('/usr/bin/curl', CLI), false],
    ['nobody that is known', packaged, caller(''), false],
  ])('judges %s', (_who, installation, [who, script], expected) => {
    expect(isSibling(who, script, installation)).toBe(expected);
  });
});

describe('findInstallation', () => {
  it.each(['/opt/Globus Token Tray/resources', '/opt/Globus Token Tray/resources/app.asar/dist'])(
    'finds the packaged app from %s',
    (dist) => {
      const { apps, source: isSource } = findInstallation(dist);
      expect(apps).toContain('/opt/Globus Token Tray/globus-token-tray');
      expect(isSource).toBe(false);
    },
  );

  it('knows a source tree', () => {
    const dist = new URL('../../../dist', import.meta.url).pathname;
    expect(findInstallation(dist)).toMatchObject({ apps: [], source: true });
  });
});

describe.skipIf(process.platform !== 'linux')('a real process', { timeout: 30_000 }, () => {
  let broker: LiveBroker;
  beforeAll(() => build({ only: ['cli', 'headless'] }), 60_000);
  beforeEach(async () => void (broker = await liveBroker([realpathSync(NODE_CLI)])));
  afterEach(() => broker.close());

  const env = () => ({ PATH: process.env['PATH'] ?? '', GLOBUS_TOKEN_SOCK: broker.path });
  const judged = async () => {
    const caller = await broker.caller();
    const script = broker.identifier.peerScript(caller);
    broker.answer(caller.arrival);
    return { kind: caller.subject.kind, sibling: isSibling(caller, script, findInstallation(DIST)) };
  };

  it('[C20] of the CLI, as which an agent runs in a terminal, is a sibling from a terminal too', async () => {
    const ran = onTerminal([process.execPath, NODE_CLI, 'status'], env());
    expect(await judged()).toEqual({ kind: 'terminal', sibling: true });
    await ran;
  });

  it('[C20] of another script of node is none', async () => {
    const script = broker.file('status.js', `require('node:net').connect(process.env.GLOBUS_TOKEN_SOCK)`);
    const child = spawn(process.execPath, [script], { env: env(), stdio: 'ignore' });
    expect(await judged()).toEqual({ kind: 'program', sibling: false });
    child.kill('SIGKILL');
  });
});
