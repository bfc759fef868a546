import { z } from 'zod';
import type { Clock, Logger } from '../../effects.ts';
import { watchBus, type Ask, type BusSignal } from '../../session/signal-bus.ts';
import { shownTrigger } from './trigger.ts';

/** The desktop's portal, and its part that gives keys (org.freedesktop.portal.GlobalShortcuts, versions 1 and 2). */
const PORTAL = 'org.freedesktop.portal.Desktop';
const PORTAL_PATH = '/org/freedesktop/portal/desktop';
const SHORTCUTS = 'org.freedesktop.portal.GlobalShortcuts';
const REQUEST = 'org.freedesktop.portal.Request';
const SESSION = 'org.freedesktop.portal.Session';
/** Where a program outside of a sandbox says which desktop file is its own (xdg-desktop-portal 1.20 and later). */
const REGISTRY = 'org.freedesktop.host.portal.Registry';

const SHORTCUT = 'palette';
/** What the desktop shows in its question and in its settings. */
const DESCRIPTION = 'Search Globus Token Tray';

/** Milliseconds in which a portal answers what it asks nobody about. */
const ANSWER_MS = 10_000;

/**
 * - `none`: no desktop here gives a program keys.
 * - `free`: this one does, when it is asked.
 * - `given`: it did; `keys` as people write them, empty where the user has not chosen any yet (Hyprland).
 */
export type DesktopKeysState = { kind: 'none' | 'free' } | { kind: 'given'; keys: string };

export interface DesktopKeysEffects {
  /** Socket of the session bus; null: there is none. */
  bus: string | null;
  clock: Clock;
  /** Name of the app's desktop file without its end; null in a sandbox, which says so itself. */
  desktopFile: string | null;
  pressed: () => void;
  changed: () => void;
  log: Logger;
}

/**
 * The keys that a Wayland desktop gives a program. Its portal is asked over D-Bus, and not by Electron: that says
 * "registered" before the desktop has answered, and asks at every start whether or not the user wanted to be asked.
 */
export class DesktopKeys {
  readonly #effects: DesktopKeysEffects;
  #state: DesktopKeysState = { kind: 'none' };
  #ask: Ask | null = null;
  /** Path of the session that holds the keys, or is about to. */
  #session: string | null = null;
  #waiting = new Map<string, (body: readonly unknown[]) => void>();
  /** Answers that came with the very message that says which request they are for. */
  #early = new Map<string, readonly unknown[]>();
  #tokens = 0;
  #stop = (): void => undefined;

  constructor(effects: DesktopKeysEffects) {
    this.#effects = effects;
  }

  get state(): DesktopKeysState {
    return this.#state;
  }

  /**
   * @param wanted gives the keys to be wished for when the desktop was asked before: it then gives them again
   *   without a question, here and whenever its portal starts anew
   */
  start(wanted: () => string | null | undefined): void {
    const { bus, clock } = this.#effects;
    if (bus === null) return;
    this.#stop = watchBus(bus, clock, {
      names: [PORTAL],
      appeared: (_name, ask) => this.#appeared(ask, wanted()),
      vanished: () => {
        this.#gone();
      },
      signal: async (signal) => {
        await Promise.resolve();
        this.#heard(signal);
      },
    });
  }

  stop(): void {
    this.#stop();
    this.#waiting.clear();
  }

  /**
   * Asks the desktop, which asks the user in a window of its own.
   *
   * @param trigger keys to be wished for, as `triggerOf` gives them; null: the user chooses in that window
   * @returns false: it gave none, or nobody waits any longer
   */
  async request(trigger: string | null, signal: AbortSignal): Promise<boolean> {
    const ask = this.#ask;
    if (ask === null) return false;
    try {
      await this.#open(ask);
      await this.#bind(ask, trigger, signal);
    } catch (error) {
      this.#effects.log.warn({ error }, 'the desktop could not be asked for keys');
    }
    if (this.#state.kind === 'given') return true;
    this.letGo();
    return false;
  }

  /** Gives the keys back. */
  letGo(): void {
    const [ask, session] = [this.#ask, this.#session];
    this.#session = null;
    if (ask !== null && session !== null) {
      ask({ to: PORTAL, path: session, interface: SESSION, member: 'Close' }).catch(() => undefined);
    }
    if (this.#state.kind === 'given') this.#become({ kind: 'free' });
  }

  async #appeared(ask: Ask, wanted: string | null | undefined): Promise<void> {
    this.#gone();
    const { desktopFile, log } = this.#effects;
    if (desktopFile !== null) {
      // The first call of a connection, or the portal has made up its mind who this is. Older portals have no such part.
      const register = { path: PORTAL_PATH, interface: REGISTRY, member: 'Register', signature: 'sa{sv}' };
      await ask({ to: PORTAL, ...register, body: [desktopFile, {}] }).catch(() => undefined);
    }
    const version = await ask({
      to: PORTAL,
      path: PORTAL_PATH,
      interface: 'org.freedesktop.DBus.Properties',
      member: 'Get',
      signature: 'ss',
      body: [SHORTCUTS, 'version'],
    }).catch(() => null);
    if (typeof version !== 'number') return;
    this.#ask = ask;
    this.#become({ kind: 'free' });
    if (wanted === undefined) return;
    await this.#open(ask);
    // KDE has given them already; to bind once more would open its settings.
    this.#take(await this.#answer(ask, await this.#call(ask, 'ListShortcuts', 'oa{sv}', [this.#session])));
    if (this.#state.kind !== 'given') await this.#bind(ask, wanted, NEVER);
    if (this.#state.kind !== 'given') log.warn({}, 'the desktop did not give the keys again');
  }

  /** There is no portal, or another one: of the one before nothing holds any longer. */
  #gone(): void {
    this.#session = null;
    this.#ask = null;
    this.#become({ kind: 'none' });
  }

  /** @throws when the portal allows no session */
  async #open(ask: Ask): Promise<void> {
    if (this.#session !== null) return;
    const name = { session_handle_token: await text(`palette${++this.#tokens}`) };
    const request = await this.#call(ask, 'CreateSession', 'a{sv}', [], name);
    const { session_handle: session } = sessionAnswer.parse((await this.#answer(ask, request))[1]);
    this.#session = session;
  }

  async #bind(ask: Ask, trigger: string | null, signal: AbortSignal): Promise<void> {
    const shortcut = {
      description: await text(DESCRIPTION),
      ...(trigger === null ? {} : { preferred_trigger: await text(trigger) }),
    };
    const request = await this.#call(ask, 'BindShortcuts', 'oa(sa{sv})sa{sv}', [
      this.#session,
      [[SHORTCUT, shortcut]],
      '',
    ]);
    this.#take(await this.#answer(ask, request, signal));
  }

  /** @returns the path of the request, whose answer comes as a signal of it */
  async #call(ask: Ask, member: string, signature: string, body: unknown[], options = {}): Promise<string> {
    const handle = { handle_token: await text(`palette${++this.#tokens}`), ...options };
    const call = { to: PORTAL, path: PORTAL_PATH, interface: SHORTCUTS, member, signature };
    return z.string().parse(await ask({ ...call, body: [...body, handle] }));
  }

  /** @param signal ends it; without one the portal has to answer soon */
  #answer(ask: Ask, request: string, signal?: AbortSignal): Promise<readonly unknown[]> {
    const early = this.#early.get(request);
    this.#early.clear();
    if (early !== undefined) return Promise.resolve(early);
    return new Promise((resolve) => {
      const done = (body: readonly unknown[]): void => {
        this.#waiting.delete(request);
        cancel();
        resolve(body);
      };
      const giveUp = (): void => {
        ask({ to: PORTAL, path: request, interface: REQUEST, member: 'Close' }).catch(() => undefined);
        done([]);
      };
      const cancel = signal === undefined ? this.#effects.clock.after(ANSWER_MS, giveUp) : () => undefined;
      this.#waiting.set(request, done);
      // It may have ended before the portal said which request it is.
      if (signal?.aborted === true) giveUp();
      else signal?.addEventListener('abort', giveUp, { once: true });
    });
  }

  #heard({ path, interface: from, member, body }: BusSignal): void {
    if (from === REQUEST && member === 'Response') {
      const waiting = this.#waiting.get(path);
      if (waiting === undefined) this.#early.set(path, body);
      else waiting(body);
      return;
    }
    if (this.#session === null) return;
    if (from === SESSION && member === 'Closed' && path === this.#session) {
      this.#session = null;
      this.#become({ kind: 'free' });
    }
    if (from !== SHORTCUTS || body[0] !== this.#session) return;
    if (member === 'Activated' && body[1] === SHORTCUT && this.#state.kind === 'given')
      this.#effects.pressed();
    if (member === 'ShortcutsChanged' && this.#state.kind === 'given')
      this.#take([0, { shortcuts: body[1] }]);
  }

  /** By what is on the list and not by the code beside it: GNOME 48 gives keys with the code of a failure. */
  #take([, results]: readonly unknown[]): void {
    const parsed = shortcutsAnswer.safeParse(results);
    const [, given] = parsed.data?.shortcuts?.find(([id]) => id === SHORTCUT) ?? [];
    if (given === undefined) return;
    this.#become({ kind: 'given', keys: shownTrigger(given.trigger_description ?? '') });
  }

  #become(state: DesktopKeysState): void {
    this.#state = state;
    this.#effects.changed();
  }
}

const NEVER = new AbortController().signal;

const sessionAnswer = z.object({ session_handle: z.string() });
const shortcutsAnswer = z.object({
  shortcuts: z
    .array(z.tuple([z.string(), z.object({ trigger_description: z.string().optional() })]))
    .optional(),
});

async function text(value: string): Promise<unknown> {
  // Loaded on Linux alone, with the first question.
  const { Variant } = await import('dbus-native');
  return new Variant('s', value);
}
