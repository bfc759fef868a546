import type { Clock } from '../../effects.ts';
import { onX11, type Packet, type X11Connection, type X11Effects } from './connection.ts';

/** What became of it; `unreachable`: there is no X server to ask. */
export type Swept = 'gone' | 'still there' | 'unreachable';

/** Milliseconds for all of it. Under Wayland the X server may have to be started first. */
const PATIENCE = 5_000;
/** Milliseconds in which whoever watches the clipboard asks the new owner what it has, and makes up its mind. */
const ASKED = 200;
const TRIES = 3;

/**
 * Takes a text off the clipboard for good where somebody put it back when it was cleared. GNOME's compositor keeps
 * what was copied, and offers it again as soon as its owner gives it up, on Wayland too; what it keeps goes only when
 * another program copies. So this owns the clipboard for a moment, with nothing on it. An X client needs no focus
 * for that. What lies there meanwhile of others stays.
 */
export async function sweepClipboard(text: string, effects: X11Effects): Promise<Swept> {
  try {
    const swept = await onX11(effects, PATIENCE, async (connection): Promise<Swept> => {
      const client = new ClipboardClient(connection, effects.clock);
      await client.begin();
      for (let left = TRIES; left > 0; left -= 1) {
        if ((await client.text()) !== text) return 'gone';
        await client.ownNothing();
      }
      return (await client.text()) === text ? 'still there' : 'gone';
    });
    return swept ?? 'unreachable';
  } catch {
    // It closed, or took too long.
    return 'still there';
  }
}

const [SELECTION_CLEAR, SELECTION_REQUEST, SELECTION_NOTIFY] = [29, 30, 31];
const NAMES = ['CLIPBOARD', 'UTF8_STRING', 'TARGETS', 'ATOM', 'GLOBUS_TOKEN_TRAY'] as const;

class ClipboardClient {
  readonly #connection: X11Connection;
  readonly #clock: Pick<Clock, 'after'>;
  readonly #atoms = new Map<string, number>();
  readonly #window: number;
  /** One question at a time; the server answers in order. */
  #reply: ((packet: Packet) => void) | null = null;
  #notified: ((packet: Packet) => void) | null = null;
  #lost: (() => void) | null = null;
  readonly #ended: Promise<never>;

  constructor(connection: X11Connection, clock: Pick<Clock, 'after'>) {
    this.#connection = connection;
    this.#clock = clock;
    this.#window = connection.base + 1;
    this.#ended = this.#listen();
    // Told where it is awaited.
    this.#ended.catch(() => undefined);
  }

  async begin(): Promise<void> {
    for (const name of NAMES) {
      const reply = await this.#ask([16 | ((2 + Math.ceil(name.length / 4)) << 16), name.length], name);
      this.#atoms.set(name, reply.readUInt32LE(8));
    }
    // CreateWindow (1): one pixel that takes input only, never shown.
    this.#connection.send([1 | (8 << 16), this.#window, this.#connection.root, 0, 0x1_0001, 2 << 16, 0, 0]);
  }

  /** What lies there, as another program would get it. Null: nothing, or no text. */
  async text(): Promise<string | null> {
    const [clipboard, utf8, property] = [
      this.#atom('CLIPBOARD'),
      this.#atom('UTF8_STRING'),
      this.#atom(NAMES[4]),
    ];
    const answered = new Promise<Packet>((resolve) => (this.#notified = resolve));
    // ConvertSelection (24)
    this.#connection.send([24 | (6 << 16), this.#window, clipboard, utf8, property, 0]);
    const answer = await Promise.race([answered, this.#ended]);
    if (answer.readUInt32LE(20) === 0) return null;
    // GetProperty (20), and deletes it.
    const value = await this.#ask([20 | (1 << 8) | (6 << 16), this.#window, property, 0, 0, 1 << 18]);
    if (value.readUInt8(1) !== 8) return null;
    return value.subarray(32, 32 + value.readUInt32LE(16)).toString('utf8');
  }

  /** Owns the clipboard until those who watch it have seen that nothing is on it, or have taken it. */
  async ownNothing(): Promise<void> {
    const clipboard = this.#atom('CLIPBOARD');
    const lost = new Promise<void>((resolve) => (this.#lost = resolve));
    // SetSelectionOwner (22)
    this.#connection.send([22 | (4 << 16), this.#window, clipboard, 0]);
    await Promise.race([this.#pause(), lost, this.#ended]);
    // None, but only where it is ours still.
    const owner = await this.#ask([23 | (2 << 16), clipboard]);
    if (owner.readUInt32LE(8) !== this.#window) return;
    this.#connection.send([22 | (4 << 16), 0, clipboard, 0]);
    await Promise.race([this.#pause(), this.#ended]);
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => this.#clock.after(ASKED, resolve));
  }

  #ask(words: readonly number[], text?: string): Promise<Packet> {
    const answered = new Promise<Packet>((resolve) => (this.#reply = resolve));
    this.#connection.send(words, text);
    return Promise.race([answered, this.#ended]);
  }

  async #listen(): Promise<never> {
    for (;;) {
      const { done, value } = await this.#connection.packets.next();
      if (done) throw new Error('the X server closed the connection');
      const kind = value.readUInt8(0) & 0x7f;
      if (kind === 1) this.#reply?.(value);
      else if (kind === SELECTION_NOTIFY) this.#notified?.(value);
      else if (kind === SELECTION_CLEAR) this.#lost?.();
      else if (kind === SELECTION_REQUEST) this.#answer(value);
    }
  }

  /** There is nothing but the list of what there is. */
  #answer(request: Packet): void {
    const [time, , requestor = 0, selection, target, asked = 0] = [4, 8, 12, 16, 20, 24].map((at) =>
      request.readUInt32LE(at),
    );
    const targets = this.#atom('TARGETS');
    const property = target === targets ? asked : 0;
    // ChangeProperty (18), then SendEvent (25).
    if (property !== 0) {
      this.#connection.send([18 | (7 << 16), requestor, property, this.#atom('ATOM'), 32, 1, targets]);
    }
    const event = [SELECTION_NOTIFY, time ?? 0, requestor, selection ?? 0, target ?? 0, property, 0, 0];
    this.#connection.send([25 | (11 << 16), requestor, 0, ...event]);
  }

  #atom(name: string): number {
    return this.#atoms.get(name) ?? 0;
  }
}
