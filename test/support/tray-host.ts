import { EventEmitter, once } from 'node:events';
import { createClient, defineInterface, type MessageBus } from 'dbus-native';
import { findEntry, menuNode, type TrayMenuNode } from './tray-menu.ts';

/** A registered StatusNotifierItem, its name resolved to the owner's unique bus name. */
export interface TrayItem {
  readonly registeredAs: string;
  readonly owner: string;
  readonly path: string;
}

export interface TrayPixmap {
  readonly width: number;
  readonly height: number;
  /** ARGB32, network byte order. */
  readonly argb: Buffer;
}

export interface TrayHost {
  items(): readonly TrayItem[];
  /** Names that asked to be shown and that GNOME would not have found. */
  refused(): readonly string[];
  waitForItem(milliseconds?: number): Promise<TrayItem>;
  tooltip(item: TrayItem): Promise<string>;
  iconPixmap(item: TrayItem): Promise<readonly TrayPixmap[]>;
  menu(item: TrayItem): Promise<TrayMenuNode>;
  /** Clicks the entry found by its labels from the top: `['view_flows', 'Copy curl']`. */
  click(item: TrayItem, labelPath: readonly string[]): Promise<void>;
  /** Reads the menu, as a panel that opens it, and clicks the entry when it is told to. */
  aim(item: TrayItem, labelPath: readonly string[]): Promise<() => Promise<void>>;
  /** The primary click on the icon itself. */
  activate(item: TrayItem): Promise<void>;
  /** Resolves when `holds` does, asked again after each change that the item or its menu announces. */
  waitUntil(holds: () => Promise<boolean>, milliseconds?: number): Promise<void>;
  close(): Promise<void>;
}

const WATCHER = 'org.kde.StatusNotifierWatcher';
const ITEM = 'org.kde.StatusNotifierItem';
const MENU = 'com.canonical.dbusmenu';
const ITEM_PATH = '/StatusNotifierItem';
/** What GNOME's AppIndicator extension takes for a bus name (its `BUS_ADDRESS_REGEX`). */
const BUS_NAME = /^(?:[a-zA-Z0-9._-]+\.[a-zA-Z0-9.-]+|:[0-9]+\.[0-9]+)$/;
const CHANGES = new Set([
  'NewIcon',
  'NewToolTip',
  'NewTitle',
  'NewStatus',
  'LayoutUpdated',
  'ItemsPropertiesUpdated',
]);

/**
 * A stand-in for the desktop's tray: owns org.kde.StatusNotifierWatcher on the given bus and resolves the
 * names of items as GNOME does (a path means the sender, a bus name is asked for its owner).
 */
export async function startTrayHost(busAddress: string): Promise<TrayHost> {
  const bus = createClient({ busAddress });
  const events = new EventEmitter();
  let items: TrayItem[] = [];
  const refused: string[] = [];

  const register = async (name: string, sender: string): Promise<void> => {
    const item = await resolve(bus, name, sender);
    if (item === null) {
      refused.push(name);
      events.emit('change');
      return;
    }
    items = [...items.filter(({ owner }) => owner !== item.owner), item];
    watcher.emit['StatusNotifierItemRegistered']?.(name);
    events.emit('item');
    events.emit('change');
  };
  const watcher = defineInterface({
    name: WATCHER,
    methods: {
      RegisterStatusNotifierItem: {
        in: { service: 's' },
        handler: ({ service }: { service: string }, { sender }) => {
          // Answered at once as GNOME does; the item is asked afterwards.
          void register(service, sender ?? '');
          return null;
        },
      },
      RegisterStatusNotifierHost: { in: { service: 's' }, handler: () => null },
    },
    properties: {
      IsStatusNotifierHostRegistered: { type: 'b', access: 'read', value: true },
      ProtocolVersion: { type: 'i', access: 'read', value: 0 },
      RegisteredStatusNotifierItems: {
        type: 'as',
        access: 'read',
        get: () => items.map(({ owner, path }) => `${owner}${path}`),
      },
    },
    signals: {
      StatusNotifierItemRegistered: { args: { service: 's' } },
      StatusNotifierItemUnregistered: { args: { service: 's' } },
      StatusNotifierHostRegistered: { args: {} },
    },
  });
  await bus.export('/StatusNotifierWatcher', watcher);

  bus.connection.on('message', (message) => {
    if (message.type !== 4) return;
    if (message.member === 'NameOwnerChanged') {
      const [name, , newOwner] = (message.body ?? []) as string[];
      if (newOwner === '' && items.some(({ owner }) => owner === name)) {
        items = items.filter(({ owner }) => owner !== name);
        events.emit('change');
      }
    } else if (message.member !== undefined && CHANGES.has(message.member)) {
      events.emit('change');
    }
  });
  await bus.watch("type='signal',interface='org.freedesktop.DBus',member='NameOwnerChanged'");
  // Chromium since 150 says what changed under the specification's own name, too.
  for (const name of [ITEM, 'org.freedesktop.StatusNotifierItem']) {
    await bus.watch(`type='signal',interface='${name}'`);
  }
  await bus.watch(`type='signal',interface='${MENU}'`);
  await bus.ownName(WATCHER);

  const menu = async (item: TrayItem): Promise<TrayMenuNode> => {
    const path = (await property(bus, item, 'Menu')) as string;
    const [, root] = await call(bus, item.owner, path, MENU, 'GetLayout', 'iias', [0, -1, []]);
    return menuNode(root);
  };

  const aim = async (item: TrayItem, labelPath: readonly string[]): Promise<() => Promise<void>> => {
    const path = (await property(bus, item, 'Menu')) as string;
    let node = findEntry(await menu(item), labelPath);
    return async () => {
      for (let tries = 5; ; tries -= 1) {
        const event = [node.id, 'clicked', ['s', ''], 0];
        try {
          await call(bus, item.owner, path, MENU, 'Event', 'isvu', event).catch(unlessGone);
          return;
        } catch (error) {
          // The menu was drawn anew between the two calls, with other numbers: a panel would look again.
          if (tries === 0) throw error;
          node = findEntry(await menu(item), labelPath);
        }
      }
    };
  };
  return {
    items: () => items,
    refused: () => refused,
    async waitForItem(milliseconds = 20_000) {
      const signal = AbortSignal.timeout(milliseconds);
      while (items[0] === undefined) {
        await once(events, 'item', { signal }).catch(() => {
          throw new Error(`no tray item within ${milliseconds} ms; refused: ${refused.join(', ') || 'none'}`);
        });
      }
      return items[0];
    },
    async tooltip(item) {
      const [, , title, text] = (await property(bus, item, 'ToolTip')) as [string, unknown, string, string];
      return text === '' ? title : `${title}\n${text}`;
    },
    async iconPixmap(item) {
      const pixmaps = (await property(bus, item, 'IconPixmap')) as [number, number, Buffer][];
      return pixmaps.map(([width, height, argb]) => ({ width, height, argb }));
    },
    menu,
    async click(item, labelPath) {
      await (
        await aim(item, labelPath)
      )();
    },
    aim,
    async activate(item) {
      await call(bus, item.owner, item.path, ITEM, 'Activate', 'ii', [0, 0]);
    },
    async waitUntil(holds, milliseconds = 10_000) {
      const signal = AbortSignal.timeout(milliseconds);
      for (;;) {
        // Listening starts before the question, so that no change falls between them.
        const change = once(events, 'change', { signal });
        change.catch(() => undefined);
        if (await holds()) return;
        await change.catch(() => {
          throw new Error(`the tray did not get there within ${milliseconds} ms`);
        });
      }
    },
    async close() {
      await bus.close();
    },
  };
}

async function resolve(bus: MessageBus, name: string, sender: string): Promise<TrayItem | null> {
  if (name.startsWith('/')) return { registeredAs: name, owner: sender, path: name };
  if (!BUS_NAME.test(name)) return null;
  try {
    const owner = await bus.invokeDbus<string>({ member: 'GetNameOwner', signature: 's', body: [name] });
    return { registeredAs: name, owner, path: ITEM_PATH };
  } catch {
    return null;
  }
}

/** A click on Quit is never answered: the program has left the bus by then. */
function unlessGone(error: unknown): void {
  if ((error as { dbusName?: string }).dbusName !== 'org.freedesktop.DBus.Error.NoReply') throw error;
}

/** Asked by a raw message: introspection of Electron's item does not list the Properties interface. */
async function property(bus: MessageBus, item: TrayItem, name: string): Promise<unknown> {
  const [value] = await call(bus, item.owner, item.path, 'org.freedesktop.DBus.Properties', 'Get', 'ss', [
    ITEM,
    name,
  ]);
  return value;
}

function call(
  bus: MessageBus,
  destination: string,
  path: string,
  iface: string,
  member: string,
  signature: string,
  body: unknown[],
): Promise<unknown[]> {
  return new Promise((settle, fail) => {
    bus.invoke({ destination, path, interface: iface, member, signature, body }, (error, ...values) => {
      if (error === null || error === undefined) settle(values as unknown[]);
      else fail(error);
    });
  });
}
