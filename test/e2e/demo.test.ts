import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveElectron } from '../../scripts/electron-runtime.mjs';
import { startDesktopSession, type DesktopSession } from '../support/desktop-session.ts';
import { APP_FOLDER } from '../support/app-command.ts';
import { until } from '../support/processes.ts';
import type { TrayHost } from '../support/tray-host.ts';

const DEMO = join(APP_FOLDER, 'scripts/demo.mjs');

let session: DesktopSession;
let tray: TrayHost;
let env: Record<string, string>;
beforeAll(async () => {
  session = await startDesktopSession();
  if (session.tray === null) throw new Error('the session has no tray');
  tray = session.tray;
  const { dist } = await resolveElectron({ allowTestRuntime: true });
  env = { ...session.env, ELECTRON_OVERRIDE_DIST_PATH: dist };
});
afterAll(() => session.close());

function startDemo(): ChildProcess {
  const demo = spawn(process.execPath, [DEMO], { env, stdio: 'ignore', detached: true });
  session.adopt(demo.pid ?? 0);
  return demo;
}

/** Command lines of what the demo started and has not ended. */
async function left(): Promise<string[]> {
  const lines = await Promise.all(
    (await session.processes()).map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return lines.filter((line) => /demo|--type=/.test(line));
}

/** Chromium's own processes notice the end of the app a moment later. */
async function nothingLeft(): Promise<void> {
  await until('the end of the processes of the demo', async () =>
    (await left()).length === 0 ? true : undefined,
  );
}

describe('npm run demo', () => {
  it('shows the app signed out at a fake Globus, and ends with everything when the app quits', async () => {
    const demo = startDemo();
    const exited = once(demo, 'exit');
    const item = await tray.waitForItem();
    const labels = (await tray.menu(item)).children.map(({ label }) => label);
    expect(labels.join('\n')).toMatch(/demo/i);
    await tray.click(item, [labels.find((label) => label.startsWith('Quit')) ?? 'Quit']);
    expect(await exited).toEqual([0, null]);
    await nothingLeft();
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends app and fake Globus on %s, with the exit code a shell expects', async (name, code) => {
    await tray.waitUntil(() => Promise.resolve(tray.items().length === 0));
    const demo = startDemo();
    const exited = once(demo, 'exit');
    await tray.waitForItem();
    demo.kill(name);
    expect(await exited).toEqual([code, null]);
    await nothingLeft();
  });

  it('runs in the terminal where Electron lacks a library', async () => {
    const dist = join(session.home, 'no-electron');
    await mkdir(dist);
    await writeFile(join(dist, 'electron'), '#!/bin/sh\nexit 127\n', { mode: 0o755 });
    const demo = spawn(process.execPath, [DEMO], {
      env: { ...env, ELECTRON_OVERRIDE_DIST_PATH: dist },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    session.adopt(demo.pid ?? 0);
    const exited = once(demo, 'exit');
    let said = '';
    for (const stream of [demo.stdout, demo.stderr]) stream.on('data', (chunk) => (said += String(chunk)));
    await until('the link of the demo in the terminal', () =>
      Promise.resolve(/runs in the terminal instead[\s\S]*Open this address/.test(said) ? true : undefined),
    );
    demo.kill('SIGINT');
    expect(await exited).toEqual([130, null]);
    await nothingLeft();
  });

  it('names curl before it starts, where there is none and nobody to install it', async () => {
    const bin = join(session.home, 'only-node');
    await mkdir(bin);
    await symlink(process.execPath, join(bin, 'node'));
    const { status, stdout, stderr } = spawnSync(process.execPath, [DEMO, '--script'], {
      env: { PATH: bin, HOME: session.home },
      encoding: 'utf8',
      timeout: 30_000,
    });
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^missing: curl\n.* install .*curl\n.*\n$/);
  });

  it('runs unattended in a terminal, without display or bus', () => {
    const { status, stdout } = spawnSync(process.execPath, [DEMO, '--script'], {
      env: { PATH: env['PATH'] ?? '', HOME: session.home },
      encoding: 'utf8',
      timeout: 30_000,
    });
    expect(status).toBe(0);
    expect(stdout).toMatch(/Copied curl for view_flows[\s\S]+HTTP 200 from http:\/\/127\.0\.0\.1:/);
  });

  it('refuses an argument it does not know, with exit code 2', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [DEMO, '--frob'], { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('unknown argument "--frob"');
  });
});
