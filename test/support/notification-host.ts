import { EventEmitter, once } from 'node:events';
import { createClient, defineInterface } from 'dbus-native';

/** One call of `Notify`, in plain values. */
export interface SentNotification {
  readonly id: number;
  readonly appName: string;
  readonly icon: string;
  readonly title: string;
  readonly body: string;
  /** Keys and labels by turns, as the specification has them. */
  readonly actions: readonly string[];
  readonly hints: Readonly<Record<string, unknown>>;
  readonly expires: number;
}

export interface NotificationHost {
  /** All so far, those that are gone again too. */
  sent(): readonly SentNotification[];
  /** Numbers that the program took back. */
  closed(): readonly number[];
  /** The first whose title fits, also one of before. */
  waitFor(title: RegExp, milliseconds?: number): Promise<SentNotification>;
  waitForClose(id: number, milliseconds?: number): Promise<void>;
  /** A person clicks it (`default`) or its button, which closes it. */
  invoke(id: number, key: string): void;
  /** A person closes it. */
  dismiss(id: number): void;
  close(): Promise<void>;
}

const NAME = 'org.freedesktop.Notifications';
const PATH = '/org/freedesktop/Notifications';

/** Reasons of `NotificationClosed`: 2 a person, 3 the program. */
const DISMISSED = 2;
const TAKEN_BACK = 3;

/**
 * A stand-in for the desktop's notification server (Desktop Notifications Specification 1.2) on the given bus:
 * it writes down what programs show, and answers as a person would.
 */
export async function startNotificationHost(
  busAddress: string,
  capabilities: readonly string[] = ['actions', 'body', 'body-markup'],
): Promise<NotificationHost> {
  const bus = createClient({ busAddress });
  const events = new EventEmitter();
  const sent: SentNotification[] = [];
  const closed: number[] = [];

  const server = defineInterface({
    name: NAME,
    methods: {
      GetCapabilities: { in: {}, out: { caps: 'as' }, handler: () => [...capabilities] },
      GetServerInformation: {
        in: {},
        out: { name: 's', vendor: 's', version: 's', spec: 's' },
        handler: () => ({ name: 'stand-in', vendor: 'tests', version: '1', spec: '1.2' }),
      },
      Notify: {
        in: {
          app_name: 's',
          replaces_id: 'u',
          app_icon: 's',
          summary: 's',
          body: 's',
          actions: 'as',
          hints: 'a{sv}',
          expire_timeout: 'i',
        },
        out: { id: 'u' },
        handler: (call: Record<string, unknown>) => {
          const id = Number(call['replaces_id']) || sent.length + 1;
          sent.push({
            id,
            appName: String(call['app_name']),
            icon: String(call['app_icon']),
            title: String(call['summary']),
            body: String(call['body']),
            actions: call['actions'] as string[],
            hints: call['hints'] as Record<string, unknown>,
            expires: Number(call['expire_timeout']),
          });
          events.emit('change');
          return id;
        },
      },
      CloseNotification: {
        in: { id: 'u' },
        handler: ({ id }: { id: number }) => {
          closed.push(id);
          server.emit['NotificationClosed']?.(id, TAKEN_BACK);
          events.emit('change');
          return null;
        },
      },
    },
    signals: {
      NotificationClosed: { args: { id: 'u', reason: 'u' } },
      ActionInvoked: { args: { id: 'u', action_key: 's' } },
    },
  });
  await bus.export(PATH, server);
  await bus.ownName(NAME);

  const waitUntil = async <T>(what: string, milliseconds: number, find: () => T | undefined): Promise<T> => {
    const signal = AbortSignal.timeout(milliseconds);
    for (let found = find(); ; found = find()) {
      if (found !== undefined) return found;
      await once(events, 'change', { signal }).catch(() => {
        const titles = sent.map(({ title }) => title).join(' | ');
        throw new Error(`no ${what} within ${milliseconds} ms; shown: ${titles || 'nothing'}`);
      });
    }
  };

  return {
    sent: () => sent,
    closed: () => closed,
    waitFor: (title, milliseconds = 10_000) =>
      waitUntil(`notification ${title}`, milliseconds, () => sent.find((one) => title.test(one.title))),
    async waitForClose(id, milliseconds = 10_000) {
      await waitUntil(`end of notification ${id}`, milliseconds, () =>
        closed.includes(id) ? true : undefined,
      );
    },
    invoke(id, key) {
      server.emit['ActionInvoked']?.(id, key);
      server.emit['NotificationClosed']?.(id, DISMISSED);
    },
    dismiss(id) {
      server.emit['NotificationClosed']?.(id, DISMISSED);
    },
    async close() {
      await bus.close();
    },
  };
}
