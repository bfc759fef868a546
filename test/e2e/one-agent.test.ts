import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { installUnits, unitFolder } from '../../cli/agent/install.ts';
import { SERVICE_UNIT, SOCKET_UNIT, unitFiles } from '../../cli/agent/unit-texts.ts';
import { DEMO_CLIENT_ID, startSandbox } from '../sandbox/index.ts';
import type { LoggedRequest, Sandbox } from '../sandbox/types.ts';
import { type DesktopSession, startDesktopSession } from '../support/desktop-session.ts';
import { visitConsent } from '../support/electron-app.ts';
import {
  AGENT_BUNDLE,
  type HeadlessAgent,
  startCallers,
  startHeadless,
  writeCallers,
  writePolicy,
} from '../support/headless.ts';
import { scopeOf } from '../support/sandbox-agent.ts';
import { press } from '../support/prompt-press.ts';
import { serviceManager, statusOf } from '../support/service-manager.ts';
import { HAS_SYSTEMD, userManager } from '../support/user-manager.ts';
import { nextAddress, startTrayApp, type TrayApp } from '../support/tray-app.ts';

const ACCOUNT = 'ada@uni.example';
/** Milliseconds of the renewal that everybody waits for; the desktop's whole start fits into it. */
const SLOW = 9_000;

let session: DesktopSession;
let sandbox: Sandbox;
let script: string;
let tray: TrayApp | null = null;
let agent: HeadlessAgent | null = null;

beforeAll(async () => {
  [session, sandbox] = await Promise.all([startDesktopSession(), startSandbox()]);
  const first = await startTrayApp(session, sandbox);
  const button = (name: string | RegExp) => first.page.getByRole('button', { name });
  const url = await nextAddress(session, () => button(/^Sign in$/).click());
  await visitConsent(url, { username: ACCOUNT, answer: 'allow' });
  await button('Show my scopes').click();
  await first.close();
  script = await writeCallers(join(session.home, 'jobs'));
  await writePolicy(dataFile('policy.json'), [
    { program: process.execPath, script, scope: scopeOf('view_flows'), account: ACCOUNT },
  ]);
});
afterAll(async () => {
  await tray?.close();
  await agent?.end();
  await sandbox.close();
  await session.close();
});

function dataFile(name: string): string {
  return join(session.env['XDG_CONFIG_HOME'] ?? '', 'globus-token-tray-demo', name);
}

async function grants(): Promise<unknown[]> {
  const settings = JSON.parse(await readFile(dataFile('settings.json'), 'utf8')) as { grants: unknown[] };
  return settings.grants;
}

function socketPath(): string {
  return join(session.env['XDG_RUNTIME_DIR'] ?? '', 'globus-token-demo', 'broker.sock');
}

function call(count: number) {
  return startCallers(script, socketPath(), 'view_flows', count, session.env);
}

const isRefresh = (request: LoggedRequest) => request.form?.['grant_type'] === 'refresh_token';

// One story: each part starts where the one before it ended.
describe('one agent', { sequential: true }, () => {
  it('[C20] [C21] answers 50 callers with one token request, the desktop starting in the middle of it', async () => {
    const from = sandbox.log.length;
    const refreshes = () => sandbox.log.slice(from).filter(isRefresh).length;
    let answered = false;
    const removeFault = sandbox.addFault({
      ...{ host: 'auth', path: '/v2/oauth2/token', kind: 'slow' },
      ...{ milliseconds: SLOW, times: 2 },
    });
    const demo = `--demo=${sandbox.auth.port},${sandbox.flows.port},${DEMO_CLIENT_ID}`;
    agent = startHeadless(session.env, [demo]);
    await agent.listens;
    expect(agent.said()).toContain(`pid ${agent.pid} listens at ${socketPath()} (keychain: `);
    const callers = call(50);
    void callers.answers.then(() => (answered = true));
    await callers.connected(50);

    tray = await startTrayApp(session, sandbox);
    expect(answered).toBe(false);
    const answers = await callers.answers;
    expect(
      answers.map(
        ({ status, body }) => `${status} ${typeof body['reason'] === 'string' ? body['reason'] : 'token'}`,
      ),
    ).toEqual(Array.from({ length: 50 }, () => '200 token'));
    const tokens = new Set(answers.map(({ body }) => body['access_token']));
    expect(tokens.size).toBe(1);
    expect(await agent.ended).toBe(0);
    removeFault();

    const item = await session.tray?.waitForItem();
    if (item === undefined) throw new Error('no tray');
    await session.tray?.waitUntil(
      async () => (await session.tray?.tooltip(item))?.includes('6 scopes ready') === true,
    );
    const row = tray.page.getByRole('listitem').filter({ hasText: 'view_flows' }).first();
    await vi.waitFor(async () => expect(await row.innerText()).toContain('Ready'), { timeout: 5_000 });

    const opened = tray.app.waitForEvent('window');
    const late = call(1);
    await press(await opened, 'once');
    const [answer] = await late.answers;
    expect(answer?.status).toBe(200);
    expect(tokens).toContain(answer?.body['access_token']);
    // The sign-in made two grants, of Flows and of Auth; nobody needs a token of the second.
    expect(await grants()).toHaveLength(2);
    expect(refreshes()).toBe(1);
  });

  it('names the desktop to a start without a window, and ends it', async () => {
    const second = startHeadless(session.env, [`--demo=${sandbox.auth.port},${sandbox.flows.port}`]);
    expect(await second.ended).toBe(0);
    expect(second.said()).toMatch(/^globus-token agent: pid \d+ \(desktop\) already serves /);
    expect(second.said()).toContain(socketPath());
  });

  it('leaves the lock to the next agent when the desktop quits', async () => {
    await tray?.close();
    tray = null;
    agent = startHeadless(session.env, [`--demo=${sandbox.auth.port},${sandbox.flows.port}`]);
    await agent.listens;
    agent.signal('SIGTERM');
    expect(await agent.ended).toBe(0);
  });

  it('[C56] the desktop answers in the place of a socket that systemd keeps, which is there again after it', async () => {
    const demo = `--demo=${sandbox.auth.port},${sandbox.flows.port},${DEMO_CLIENT_ID}`;
    const manager = await serviceManager({
      ...{ kind: 'unix', path: socketPath(), args: [demo] },
      env: session.env,
    });
    try {
      const { ino } = await stat(socketPath());
      tray = await startTrayApp(session, sandbox);
      const status = () => statusOf(socketPath());
      await vi.waitFor(async () => expect((await stat(socketPath())).ino).not.toBe(ino), { timeout: 20_000 });
      expect(await status()).toMatchObject({ kind: 'desktop' });
      expect(await tray.page.getByText(/Scripts cannot ask for tokens/).count()).toBe(0);
      await manager.start();
      expect(await manager.ended()).toBe(0);
      expect(manager.said()).toMatch(/pid \d+ \(desktop\) already serves /);
      await tray.close();
      tray = null;
      expect((await stat(socketPath())).ino).toBe(ino);
      const pid = await manager.start();
      expect(await status()).toMatchObject({ kind: 'headless', pid });
    } finally {
      await manager.end();
    }
  });

  it.runIf(HAS_SYSTEMD)(
    '[C56] so it does with a real systemd, which starts its own agent after it',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'systemd-'));
      const manager = await userManager({ folder, env: session.env, user: {} });
      try {
        const demo = `--demo=${sandbox.auth.port},${sandbox.flows.port},${DEMO_CLIENT_ID}`;
        const units = unitFolder('systemd', session.env, session.home);
        const parts = { node: process.execPath, agent: AGENT_BUNDLE, args: [demo] };
        const files = unitFiles('systemd', parts).map(({ name, text }) => ({
          ...{ name, text: text.replace('%t/globus-token/', '%t/globus-token-demo/') },
        }));
        installUnits('systemd', units, files);
        await manager.systemctl('daemon-reload');
        await manager.systemctl('enable', '--now', SOCKET_UNIT);
        const { ino } = await stat(socketPath());
        tray = await startTrayApp(session, sandbox);
        await vi.waitFor(async () => expect((await stat(socketPath())).ino).not.toBe(ino), {
          timeout: 20_000,
        });
        expect(await statusOf(socketPath())).toMatchObject({ kind: 'desktop' });
        // The app's look at who listens had systemd start an agent, which sends away who waits and ends.
        await vi.waitFor(
          async () => {
            const times = await manager.systemctl(
              'show',
              '-P',
              'ExecMainExitTimestampMonotonic',
              SERVICE_UNIT,
            );
            expect(times).not.toBe('0');
          },
          { timeout: 20_000 },
        );
        await tray.close();
        tray = null;
        expect((await stat(socketPath())).ino).toBe(ino);
        const { pid } = await statusOf(socketPath());
        expect(String(pid)).toBe(await manager.systemctl('show', '-P', 'MainPID', SERVICE_UNIT));
        // And the app takes over from an agent that systemd runs, which is not started again for that.
        tray = await startTrayApp(session, sandbox);
        await vi.waitFor(
          async () => expect(await statusOf(socketPath())).toMatchObject({ kind: 'desktop' }),
          {
            timeout: 20_000,
          },
        );
        await vi.waitFor(async () =>
          expect(await manager.systemctl('show', '-P', 'ActiveState', SERVICE_UNIT)).toBe('inactive'),
        );
        await tray.close();
        tray = null;
        expect(await statusOf(socketPath())).toMatchObject({ kind: 'headless' });
      } finally {
        await manager.end();
        await rm(folder, { recursive: true });
      }
    },
  );
});
