import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'dbus-native';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDesktopSession, type DesktopSession } from '../support/desktop-session.ts';
import { spawnApp } from '../support/electron-app.ts';
import type { TrayHost } from '../support/tray-host.ts';
import { until } from '../support/processes.ts';
import { openX11 } from '../support/x11.ts';

/** A program whose tray and window the harness is tried on; the app itself has its own tests. */
const PROGRAM = `
import { app, BrowserWindow, Menu, nativeImage, Tray } from 'electron';
let tray;
app.on('window-all-closed', () => tray.setToolTip('closed'));
void app.whenReady().then(() => {
  tray = new Tray(nativeImage.createFromBuffer(Buffer.alloc(24 * 24 * 4, 255), { width: 24, height: 24 }));
  tray.setToolTip('open');
  tray.setContextMenu(Menu.buildFromTemplate([
    { label: 'view_flows', submenu: [{ label: 'Leave', click: () => app.exit(7) }, { label: 'Off', enabled: false }] },
  ]));
  void new BrowserWindow({ width: 400, height: 640 }).loadURL('data:text/html,<p>here');
});
`;

let session: DesktopSession;
let tray: TrayHost;
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'program-'));
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'program', version: '1.0.0', type: 'module', main: 'main.mjs' }),
  );
  await writeFile(join(folder, 'main.mjs'), PROGRAM);
  session = await startDesktopSession();
  if (session.tray === null) throw new Error('the session has no tray');
  tray = session.tray;
});
afterAll(async () => {
  await session.close();
  await rm(folder, { recursive: true, force: true });
});

describe('the desktop session', () => {
  it('has an unlocked keyring that stores and finds a secret', () => {
    const secretTool = (words: string[], input = ''): string =>
      spawnSync('secret-tool', words, { env: session.env, input, encoding: 'utf8' }).stdout;
    secretTool(['store', '--label=try', 'purpose', 'try'], 'canary');
    expect(secretTool(['lookup', 'purpose', 'try'])).toBe('canary');
  });

  it('shows icon, tooltip and menu of a real program, and clicks into its menu', async () => {
    const x11 = await openX11(session.display);
    const shown = x11.nextWindow();
    const program = await spawnApp(session, { folder });
    const item = await tray.waitForItem();

    await expect(tray.tooltip(item)).resolves.toBe('open');
    const [pixmap] = await tray.iconPixmap(item);
    expect(pixmap).toMatchObject({ width: 24, height: 24 });
    expect(pixmap?.argb).toHaveLength(24 * 24 * 4);
    await expect(tray.click(item, ['view_flows', 'Off'])).rejects.toThrow('is disabled');
    await expect(tray.click(item, ['run'])).rejects.toThrow('no menu entry "run" among: view_flows');

    await x11.closeWindow(await shown);
    await tray.waitUntil(async () => (await tray.tooltip(item)) === 'closed');
    await tray.click(item, ['view_flows', 'Leave']);
    await expect(program.exited).resolves.toBe(7);
    await tray.waitUntil(() => Promise.resolve(tray.items().length === 0));
    await program.close();
    x11.close();
  });

  it('[C46] resolves the names of items as GNOME does, and refuses those it would not find', async () => {
    const bus = createClient({ busAddress: session.busAddress });
    const register = (name: string): Promise<unknown> =>
      Promise.resolve(
        bus.invoke({
          destination: 'org.kde.StatusNotifierWatcher',
          path: '/StatusNotifierWatcher',
          interface: 'org.kde.StatusNotifierWatcher',
          member: 'RegisterStatusNotifierItem',
          signature: 's',
          body: [name],
        }),
      );
    await bus.ownName('org.kde.StatusNotifierItem-1-1');
    await register('/org/example/Item');
    expect((await tray.waitForItem()).path).toBe('/org/example/Item');
    await register('org.kde.StatusNotifierItem-1-1');
    await tray.waitUntil(() => Promise.resolve(tray.items()[0]?.path === '/StatusNotifierItem'));
    expect(tray.items()).toEqual([
      { registeredAs: 'org.kde.StatusNotifierItem-1-1', owner: bus.name, path: '/StatusNotifierItem' },
    ]);
    for (const name of ['nonsense', 'org.example.Nobody']) {
      await register(name);
      await tray.waitUntil(() => Promise.resolve(tray.refused().includes(name)));
    }
    await bus.close();
    await tray.waitUntil(() => Promise.resolve(tray.items().length === 0));
  });

  it('tells of a keyring that ended by itself, which every test of a missing one would be about', async () => {
    const other = await startDesktopSession();
    const bus = createClient({ busAddress: other.busAddress });
    const [name, call] = ['org.freedesktop.DBus', 'GetConnectionUnixProcessID'];
    const pid = await bus.invoke<number>({
      ...{ destination: name, interface: name, path: '/org/freedesktop/DBus', member: call },
      ...{ signature: 's', body: ['org.freedesktop.secrets'] },
    });
    bus.connection.stream.destroy();
    process.kill(pid, 'SIGSEGV');
    await until('its end', () => Promise.resolve(existsSync(`/proc/${pid}`) ? undefined : true));
    await expect(other.close()).rejects.toThrow('gnome-keyring-daemon ended (SIGSEGV)');
    expect(existsSync(other.home)).toBe(false);
  });

  it('leaves no process and no file behind', async () => {
    const other = await startDesktopSession();
    const program = await spawnApp(other, { folder });
    await other.tray?.waitForItem();
    expect(await other.processes()).toContain(program.pid);
    await other.close();
    await program.exited;
    expect(await other.processes()).toEqual([]);
    expect(existsSync(other.home)).toBe(false);
    expect(existsSync(`/tmp/.X11-unix/X${other.display.slice(1)}`)).toBe(false);
  });
});
