import { afterEach, expect, it } from 'vitest';
import { trayHostProbe } from '../../../main/desktop/tray-host.ts';
import { realClock } from '../../support/agent-parts.ts';
import { KeyringSession } from '../../support/keyring-session.ts';
import { startTrayHost } from '../../support/tray-host.ts';

let session: KeyringSession | null = null;
afterEach(async () => {
  await session?.close();
  session = null;
});

it('[C46] finds a tray host on a real session bus, and notices its absence', async () => {
  session = await KeyringSession.open({ keyring: 'none' });
  const hasTrayHost = trayHostProbe('linux', session.env, realClock);
  expect(await hasTrayHost()).toBe(false);
  const host = await startTrayHost(session.env['DBUS_SESSION_BUS_ADDRESS'] ?? '');
  expect(await hasTrayHost()).toBe(true);
  await host.close();
});

it('finds none without a session bus', async () => {
  expect(await trayHostProbe('linux', {}, realClock)()).toBe(false);
});

it.each(['darwin', 'win32'] as const)('takes it for granted on %s', async (platform) => {
  expect(await trayHostProbe(platform, {}, realClock)()).toBe(true);
});
