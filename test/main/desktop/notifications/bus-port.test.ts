import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Notice } from '../../../../main/desktop/notifications/port.ts';
import { systemNotifications } from '../../../../main/desktop/notifications/system.ts';
import { RecordingLog, realClock } from '../../../support/agent-parts.ts';
import { KeyringSession } from '../../../support/keyring-session.ts';
import { startNotificationHost, type NotificationHost } from '../../../support/notification-host.ts';
import { until } from '../../../support/processes.ts';

let session: KeyringSession;
let host: NotificationHost | null = null;
const ends: (() => void)[] = [];

beforeEach(async () => {
  session = await KeyringSession.open({ keyring: 'none' });
});
afterEach(async () => {
  for (const end of ends.splice(0)) end();
  await host?.close();
  host = null;
  await session.close();
});

async function startHost(capabilities?: readonly string[]): Promise<NotificationHost> {
  host = await startNotificationHost(session.env['DBUS_SESSION_BUS_ADDRESS'] ?? '', capabilities);
  return host;
}

function port(env: Record<string, string> = session.env, flatpak: string | null = null) {
  const log = new RecordingLog();
  const made = systemNotifications({
    platform: 'linux',
    env,
    clock: realClock,
    log,
    icon: '/icon.png',
    flatpak,
    isSupported: () => true,
    create: () => {
      throw new Error('not on Linux');
    },
  });
  ends.push(() => {
    made.stop();
  });
  const heard: string[] = [];
  const show = (notice: Partial<Notice> = {}) =>
    made.show(
      { title: 'title', body: 'body', action: 'Renew', ...notice },
      { click: () => heard.push('click'), action: () => heard.push('action') },
    );
  return { show, heard, log };
}

it('shows a notification with a button, over a real bus', async () => {
  const server = await startHost();
  const { show } = port();
  show({ body: 'a <b>& c' });
  const sent = await server.waitFor(/^title$/);
  expect(sent).toMatchObject({
    appName: 'Globus Token Tray',
    icon: '/icon.png',
    body: 'a &lt;b&gt;&amp; c',
    actions: ['default', 'Open', 'action', 'Renew'],
    hints: { urgency: 1, 'desktop-entry': 'org.globus_token_tray.app' },
    expires: -1,
  });
});

it('names icon and desktop file as they are called outside of a Flatpak', async () => {
  const server = await startHost();
  port(session.env, 'org.x.Tray').show();
  expect(await server.waitFor(/^title$/)).toMatchObject({
    icon: 'org.x.Tray',
    hints: { 'desktop-entry': 'org.x.Tray' },
  });
});

it('shows a quiet one with low urgency, without a sound and not for long', async () => {
  const server = await startHost();
  port().show({ quiet: true, action: null });
  const sent = await server.waitFor(/^title$/);
  expect(sent.actions).toEqual(['default', 'Open']);
  expect(sent.hints).toMatchObject({ urgency: 0, 'suppress-sound': true, transient: true });
  expect(sent.expires).toBe(5_000);
});

it('stays as long as it is told to', async () => {
  const server = await startHost();
  port().show({ lasts: 60_000 });
  expect((await server.waitFor(/^title$/)).expires).toBe(60_000);
});

it('asks nothing of a server that it cannot: no buttons, text as it is', async () => {
  const server = await startHost(['body']);
  port().show({ body: 'a <b>' });
  expect(await server.waitFor(/^title$/)).toMatchObject({ actions: [], body: 'a <b>' });
});

it('passes on the click and the button of each, and nothing once it was closed', async () => {
  const server = await startHost();
  const { show, heard } = port();
  show({ title: 'first' });
  show({ title: 'second' });
  const first = await server.waitFor(/^first$/);
  const second = await server.waitFor(/^second$/);
  server.invoke(first.id, 'default');
  server.invoke(second.id, 'action');
  await until('two answers', () => Promise.resolve(heard.length === 2 || undefined));
  expect(heard).toEqual(['click', 'action']);
  server.invoke(first.id, 'action');
  show({ title: 'third' });
  server.invoke((await server.waitFor(/^third$/)).id, 'default');
  await until('the third answer', () => Promise.resolve(heard.length === 3 || undefined));
  expect(heard).toEqual(['click', 'action', 'click']);
});

it('takes back what it showed, once', async () => {
  const server = await startHost();
  const takeBack = port().show();
  const { id } = await server.waitFor(/^title$/);
  takeBack();
  takeBack();
  await server.waitForClose(id);
  expect(server.closed()).toEqual([id]);
});

it('shows what still holds when the server comes later, and what stood when it was restarted', async () => {
  const { show } = port();
  show({ title: 'over' })();
  show({ title: 'holds' });
  const server = await startHost();
  await server.waitFor(/^holds$/);
  expect(server.sent().map(({ title }) => title)).toEqual(['holds']);
  await server.close();
  await (await startHost()).waitFor(/^holds$/);
});

it('is silent without a bus', () => {
  const { show, log } = port({});
  show()();
  expect(log.lines).toEqual([]);
});
