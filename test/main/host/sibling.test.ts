import { describe, expect, it } from 'vitest';
import type { Subject } from '../../../main/broker/types.ts';
import { type Installation, findInstallation, isSibling } from '../../../main/host/sibling.ts';

const AGENT = '/opt/tray/dist/headless/globus-token-agent.js';
const packaged: Installation = { apps: ['/opt/tray/globus-token-tray'], source: false, agent: AGENT };
const source: Installation = { apps: [], source: true, agent: AGENT };

function caller(executable: string, script: string | null = null, pid = 7) {
  const peer = { pid: 7, startTime: '1', executable };
  const subject: Subject = {
    kind: 'program',
    process: { ...peer, pid },
    program: executable,
    script: script === null ? null : { path: script, binding: null },
    inline: false,
    terminal: null,
    startedBy: 'pts/3',
  };
  return { peer, subject };
}

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
    ['a helper of our agent', packaged, caller('/usr/bin/node', AGENT, 8), false],
    ['nobody that is known', packaged, caller(''), false],
  ])('judges %s', (_who, installation, who, expected) => {
    expect(isSibling(who, installation)).toBe(expected);
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
