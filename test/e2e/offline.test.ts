import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultSettings } from '../../main/settings/defaults.ts';
import type { GrantRecord } from '../../main/settings/types.ts';
import { type DesktopSession, startDesktopSession } from '../support/desktop-session.ts';
import { type SpawnedApp, spawnApp } from '../support/electron-app.ts';
import { ranTo } from '../support/processes.ts';
import { type ScreenReader, startScreenReader, TOLD_TO_ALL } from '../support/screen-reader.ts';
import { CLIENT_ID, grantRecord } from '../support/settings.ts';
import type { TrayHost, TrayItem } from '../support/tray-host.ts';

/** What a busy machine may take; the app itself asks every 0.9 s whether there is a network. */
const SOON = 5_000;
const WINDOW = 'Offline. Tokens that are here work until they end; renewal waits for the network.';
const PALETTE = 'Offline: only tokens that are here already can be copied.';

/** A network of its own: loopback, and a cable to nowhere, whose far end can be pulled out. */
const CABLE = `ip link set lo up && ip link add near type veth peer name far && ip addr add 192.0.2.2/24 dev near \\
  && ip link set near up && ip link set far up && exec "$@"`;
const NETWORK = ['unshare', '--net', 'sh', '-c', CABLE, 'sh'];

/** Without networks of one's own there is no cable to pull. */
const HAS_CABLE = (await ranTo(NETWORK[0] ?? '', [...NETWORK.slice(1), 'true'], {})).code === 0;

/** A sign-in for what is not on the list: nothing is due for it, so that nothing but the cable tells of a network. */
const GRANT: GrantRecord = {
  ...grantRecord(),
  resourceServer: 'groups.api.globus.org',
  scopes: ['urn:globus:auth:scope:groups.api.globus.org:view_my_groups'],
  lastUsedAt: Date.now(),
};

describe.runIf(HAS_CABLE)('the app for real Globus', { sequential: true }, () => {
  let session: DesktopSession;
  let reader: ScreenReader;
  let app: SpawnedApp;
  let host: TrayHost;
  let item: TrayItem;

  beforeAll(async () => {
    session = await startDesktopSession();
    if (session.tray === null) throw new Error('the session has no tray');
    host = session.tray;
    reader = await startScreenReader(session);
    const folder = join(session.env['XDG_CONFIG_HOME'] ?? '', 'globus-token-tray');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const settings = { ...defaultSettings(), clientId: CLIENT_ID, grants: [GRANT], updates: 'off' };
    await writeFile(join(folder, 'settings.json'), JSON.stringify(settings));
    app = await start(NETWORK);
    item = await host.waitForItem();
    await tells('6 scopes need you', 20_000);
  });
  afterAll(async () => {
    await app.close();
    await reader.close();
    await session.close();
  });

  const start = (by: readonly string[], ...args: string[]) =>
    spawnApp({ ...session, env: reader.env }, { by, args: [TOLD_TO_ALL, ...args] });
  const onItsNetwork = () => ['nsenter', '--target', String(app.pid), '--net'];
  const plug = async (state: 'up' | 'down') => {
    const [program = '', ...words] = [...onItsNetwork(), 'ip', 'link', 'set', 'far', state];
    expect(await ranTo(program, words, {})).toMatchObject({ code: 0 });
  };
  const tells = (text: string, milliseconds = SOON) =>
    host.waitUntil(async () => (await host.tooltip(item)).includes(text), milliseconds);
  const reads = (text: string) => expect.poll(reader.reads, { timeout: SOON }).toContain(text);

  it('[C54] is online while a cable is in, though nobody answers at its other end', async () => {
    await reads('Globus · online');
    expect(await reader.reads()).not.toContain('Offline');
  });

  it('[C54] says in the tray and the window within 5 s that the cable was pulled out', async () => {
    const online = await host.iconPixmap(item);
    await plug('down');
    await tells('offline');
    expect(await host.iconPixmap(item)).not.toEqual(online);
    await reads(WINDOW);
    await reads('Globus · offline');
  });

  it('[C54] says so in the palette', async () => {
    const second = await start(onItsNetwork(), '--palette');
    expect(await second.exited).toBe(0);
    await reads(PALETTE);
  });

  it('[C54] says it nowhere any more within 5 s of the cable’s return', async () => {
    await plug('up');
    await tells('6 scopes need you');
    await reads('Globus · online');
    await expect.poll(reader.reads, { timeout: SOON }).not.toContain('Offline');
  });
});
