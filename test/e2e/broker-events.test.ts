import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient } from 'dbus-native';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startSandbox } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { ask } from '../support/broker-rig.ts';
import { type DesktopSession, startDesktopSession } from '../support/desktop-session.ts';
import { visitConsent } from '../support/electron-app.ts';
import { StandIn } from '../support/private-bus.ts';
import { press } from '../support/prompt-press.ts';
import { nextAddress, startTrayApp, type TrayApp } from '../support/tray-app.ts';

let session: DesktopSession;
let sandbox: Sandbox;
let tray: TrayApp;
let socket = '';
let saver: StandIn;
let active = false;

beforeAll(async () => {
  [session, sandbox] = await Promise.all([startDesktopSession(), startSandbox()]);
  saver = await screenSaver();
  tray = await startTrayApp(session, sandbox);
  socket = join(session.env['XDG_RUNTIME_DIR'] ?? '', 'globus-token-demo', 'broker.sock');
  await vi.waitFor(() => stat(socket), { timeout: 10_000 });
});
afterAll(async () => {
  await tray.close();
  saver.leave();
  await sandbox.close();
  await session.close();
});

/** What the desktop's lock screen is on the session bus. */
async function screenSaver(): Promise<StandIn> {
  const bus = createClient({ busAddress: session.busAddress });
  const standIn = new StandIn(bus, ({ member }) => (member === 'GetActive' ? ['b', [active]] : null));
  await bus.requestName(SAVER, 0);
  return standIn;
}

const SAVER = 'org.freedesktop.ScreenSaver';

function setScreenLocked(locked: boolean): void {
  active = locked;
  saver.signal('/org/freedesktop/ScreenSaver', SAVER, 'ActiveChanged', 'b', [locked]);
}

/** Runs a shell script of a user that asks with this query. */
async function runScript(query: string): Promise<{ status: number; body: string }> {
  const path = join(session.home, 'jobs', 'nightly.sh');
  await mkdir(join(session.home, 'jobs'), { recursive: true });
  const curl = `curl -q -sS --noproxy '*' --unix-socket '${socket}' -w '\\n%{http_code}'`;
  await writeFile(path, `#!/bin/sh\n${curl} "http://localhost/v1/token?$1"\nexit $?\n`);
  await chmod(path, 0o755);
  const child = spawn(path, [query], { env: session.env, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  await once(child, 'close');
  const end = output.lastIndexOf('\n');
  return { status: Number(output.slice(end + 1)), body: output.slice(0, end) };
}

// One story: each part starts where the one before it ended.
describe('a script and what happens around it', { sequential: true }, () => {
  it('waits for the sign-in that it asked for, and then for the answer to its question', async () => {
    expect((await runScript('scope=view_flows')).status).toBe(401);
    let answer: ReturnType<typeof runScript> | undefined;
    const address = await nextAddress(session, () => {
      answer = runScript('scope=view_flows&interactive=1');
      return Promise.resolve();
    });
    const prompt = tray.app.waitForEvent('window');
    await visitConsent(address, { username: 'ada@uni.example', answer: 'allow' });
    await press(await prompt, 'ten-minutes');
    const { status, body } = (await answer) ?? { status: 0, body: '' };
    expect(status).toBe(200);
    expect(sandbox.issued).toContain((JSON.parse(body) as Record<string, unknown>)['access_token']);
  });

  it('[C29] gets nothing while the screen is locked, and goes on afterwards', async () => {
    expect((await runScript('scope=view_flows')).status).toBe(200);
    const locked = async () => JSON.parse((await ask(socket, '/v1/status')).body) as { locked: boolean };
    setScreenLocked(true);
    await expect.poll(locked).toMatchObject({ locked: true });
    const refused = await runScript('scope=view_flows');
    expect(refused.status).toBe(423);
    expect(JSON.parse(refused.body)).toMatchObject({ reason: 'locked' });
    setScreenLocked(false);
    await expect.poll(locked).toMatchObject({ locked: false });
    expect((await runScript('scope=view_flows')).status).toBe(200);
  });
});
