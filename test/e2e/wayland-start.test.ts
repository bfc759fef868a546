import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { autostarted, pagesOf } from '../support/autostarted.ts';
import { launchApp } from '../support/electron-app.ts';
import { settled } from '../support/settled.ts';
import { demoArguments } from '../support/tray-app.ts';
import type { TrayHost } from '../support/tray-host.ts';
import { brokerListens } from '../support/tray-rig.ts';
import { ON_WAYLAND, startWaylandSession, type WaylandSession } from '../support/wayland-session.ts';

/** Compositor and app have a part in every step, on machines that are busy. */
const SOON = { timeout: 10_000 };
const WINDOW = 'Globus Token Tray';

let session: WaylandSession;
let sandbox: Sandbox;
let host: TrayHost;
beforeEach(async () => {
  [session, sandbox] = await Promise.all([startWaylandSession(), startSandbox()]);
  if (session.tray === null) throw new Error('the session has no tray');
  host = session.tray;
});
afterEach(async () => {
  await sandbox.close();
  await session.close();
});

const sway = (...command: string[]) => session.run('swaymsg', ...command);

interface Container {
  name: string | null;
  pid?: number;
  window_rect: { width: number; height: number };
  nodes: Container[];
  floating_nodes: Container[];
}

/** Of the window, as the compositor shows it. */
async function size(): Promise<{ width: number; height: number } | null> {
  const find = (one: Container): Container[] =>
    one.pid !== undefined && one.name === WINDOW
      ? [one]
      : [...one.nodes, ...one.floating_nodes].flatMap(find);
  const [window] = find(JSON.parse(await sway('--type', 'get_tree')) as Container);
  return window === undefined ? null : { width: window.window_rect.width, height: window.window_rect.height };
}

async function remembered(): Promise<unknown> {
  const path = join(session.env['XDG_CONFIG_HOME'] ?? '', 'globus-token-tray-demo', 'settings.json');
  return (JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>)['windowBounds'];
}

describe('on a desktop that is Wayland alone', () => {
  it('the window has after a restart the size that it was given', async () => {
    // Else sway makes every window as large as the screen, and counts its frame into a size.
    for (const command of ['floating enable', 'border none'])
      await sway(`for_window [title="^${WINDOW}$"] ${command}`);
    const start = () => launchApp(session, { args: [ON_WAYLAND, ...demoArguments(sandbox)] });
    const first = await start();
    await expect.poll(size, SOON).toEqual({ width: 400, height: 640 });
    await settled(first);
    const given = { width: 520, height: 700 };
    await sway(`[title="^${WINDOW}$"] resize set ${given.width} ${given.height}`);
    await expect.poll(remembered, SOON).toMatchObject(given);
    await first.close();
    const second = await start();
    await expect.poll(size, SOON).toEqual(given);
    await second.close();
  });

  it('the entry that the app writes starts it hidden, with an icon in the tray and no window', async () => {
    // What comes and goes again, too.
    const windows: string[] = [];
    const ear = spawn('swaymsg', ['--type', 'subscribe', '--monitor', '["window"]'], {
      env: session.env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    ear.stdout.on('data', (chunk) => windows.push(String(chunk)));
    const started = await autostarted(session, [ON_WAYLAND, ...demoArguments(sandbox)]);
    const item = await host.waitForItem();
    expect(await started.said()).toBe('--hidden\n');
    await host.waitUntil(async () => (await host.tooltip(item)).includes('not signed in'));
    await brokerListens(session);
    expect(await pagesOf(session)).toBe(0);
    expect(await session.windows()).toEqual([]);
    expect(windows).toEqual([]);

    // The same app, not a second one, opens its window when it is asked to.
    await host.activate(item);
    await expect.poll(session.windows, SOON).toEqual([`*${WINDOW}`]);
    await expect.poll(() => windows.join(''), SOON).toContain(WINDOW);
    await host.click(item, ['Quit']);
    await host.waitUntil(() => Promise.resolve(host.items().length === 0));
  });
});
