import { z } from 'zod';
import type { Clock, Logger } from '../../effects.ts';
import { watchBus, type Ask, type BusSignal } from '../../session/signal-bus.ts';
import { parameters, type NotifyParameters, type Server } from './bus-notify.ts';
import type { Notice, NoticeAnswers, NotificationPort } from './port.ts';

/** Desktop Notifications Specification 1.2. */
const NOTIFICATIONS = 'org.freedesktop.Notifications';
const PATH = '/org/freedesktop/Notifications';

export interface BusPortParts extends NotifyParameters {
  /** Socket of the session bus. */
  path: string;
  /** Asks the bus to start a server, where one is installed and none runs. */
  startServer: () => void;
  clock: Clock;
  log: Logger;
}

interface Shown {
  notice: Notice;
  on: NoticeAnswers;
  /** The server's number; null: not shown yet. */
  id: number | null;
  gone: boolean;
}

/**
 * Notifications over D-Bus itself: on Linux Electron's have no buttons (its NotificationAction documentation),
 * and need a library that not every desktop has. What cannot be shown yet is shown when a server comes, and
 * not at all when it was taken back before.
 */
export class BusNotifications implements NotificationPort {
  readonly #parts: BusPortParts;
  readonly #open = new Set<Shown>();
  /** Null until there is something to show. */
  #stop: (() => void) | null = null;
  #ask: Ask | null = null;
  #server: Server = { actions: false, markup: false };

  constructor(parts: BusPortParts) {
    this.#parts = parts;
  }

  show(notice: Notice, on: NoticeAnswers): () => void {
    const shown: Shown = { notice, on, id: null, gone: false };
    this.#open.add(shown);
    this.#stop ??= this.#watch();
    if (this.#ask === null) this.#parts.startServer();
    void this.#send(shown);
    return () => {
      if (shown.gone) return;
      shown.gone = true;
      this.#open.delete(shown);
      if (shown.id !== null) this.#close(shown.id);
    };
  }

  /** What is shown stays: the app takes it back before, where its cause ends with the app. */
  stop(): void {
    this.#stop?.();
    this.#ask = null;
    this.#open.clear();
  }

  #watch(): () => void {
    return watchBus(this.#parts.path, this.#parts.clock, {
      names: [NOTIFICATIONS],
      appeared: (_name, ask) => this.#appeared(ask),
      signal: async (signal) => {
        // The answer to `Notify` may have come with it, and is taken in first.
        await new Promise((resolve) => setImmediate(resolve));
        this.#hear(signal);
      },
    });
  }

  async #appeared(ask: Ask): Promise<void> {
    // A server that was restarted has forgotten what it showed, and its numbers begin anew.
    this.#ask = null;
    for (const shown of this.#open) shown.id = null;
    const capabilities = capabilitiesAnswer.parse(await this.#call(ask, 'GetCapabilities'));
    this.#server = {
      actions: capabilities.includes('actions'),
      markup: capabilities.includes('body-markup'),
    };
    this.#ask = ask;
    for (const shown of [...this.#open]) await this.#send(shown);
  }

  async #send(shown: Shown): Promise<void> {
    const ask = this.#ask;
    if (ask === null || shown.id !== null || shown.gone) return;
    try {
      const body = await parameters(shown.notice, this.#server, this.#parts);
      const id = idAnswer.parse(await this.#call(ask, 'Notify', 'susssasa{sv}i', body));
      // Taken back while the server was answering.
      if (shown.gone) this.#close(id);
      else shown.id = id;
    } catch (error) {
      this.#parts.log.warn({ error }, 'a notification could not be shown');
    }
  }

  #close(id: number): void {
    const ask = this.#ask;
    if (ask === null) return;
    // One that the person closed a moment before is no error.
    this.#call(ask, 'CloseNotification', 'u', [id]).catch(() => undefined);
  }

  #hear({ member, body }: BusSignal): void {
    const [id, key] = body;
    const shown = [...this.#open].find((one) => one.id !== null && one.id === id);
    if (shown === undefined) return;
    if (member === 'ActionInvoked') {
      if (key === 'default') shown.on.click();
      else if (key === 'action') shown.on.action();
    } else if (member === 'NotificationClosed') {
      shown.gone = true;
      this.#open.delete(shown);
    }
  }

  #call(ask: Ask, member: string, signature?: string, body?: unknown[]): Promise<unknown> {
    const call = { to: NOTIFICATIONS, path: PATH, interface: NOTIFICATIONS, member };
    return ask(signature === undefined ? call : { ...call, signature, body: body ?? [] });
  }
}

const capabilitiesAnswer = z.array(z.string());
const idAnswer = z.number();
