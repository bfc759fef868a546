import { connectX11, internAtom, queryExtension, words, type X11Wire } from './x11-wire.ts';

/**
 * A clipboard manager, as desktops run one: it hears of every copy, takes its text, and then owns the clipboard
 * itself, so that the text outlives the program that copied it. Also owns CLIPBOARD_MANAGER, which programs ask to
 * keep what they leave behind. https://www.freedesktop.org/wiki/ClipboardManager/
 */
export interface ClipboardManager {
  /** Texts that it took over, oldest first. */
  readonly taken: readonly string[];
  /** How often it gave its text to somebody: what is read of the clipboard then is read of it. */
  readonly served: number;
  /** How often it put its text back because the clipboard was empty: only one that is told to does. */
  readonly putBack: number;
  /** Owns the clipboard with a text of its own, as after a choice from its history. */
  offer(text: string): void;
  /** From now on it owns the clipboard again whenever somebody else does, with its text. */
  insist(): void;
  close(): void;
}

const [PROPERTY_NOTIFY_MASK, SELECTION_REQUEST, SELECTION_NOTIFY] = [1 << 22, 30, 31];
const ATOMS = [
  'CLIPBOARD',
  'CLIPBOARD_MANAGER',
  'UTF8_STRING',
  'TARGETS',
  'SAVE_TARGETS',
  'ATOM',
  'TAKEN',
] as const;

/**
 * @param display `:7`; a server without access control, as Xvfb starts by default
 * @param options `keeps`: a cleared clipboard gets the last copy again, until somebody else copied, as by GNOME's
 *   compositor (mutter's `meta-clipboard-manager.c`)
 */
export async function startClipboardManager(
  display: string,
  { keeps = false }: { keeps?: boolean } = {},
): Promise<ClipboardManager> {
  const manager = new Manager(await connectX11(display), keeps);
  await manager.begin();
  return manager;
}

class Manager implements ClipboardManager {
  readonly taken: string[] = [];
  served = 0;
  putBack = 0;
  readonly #keeps: boolean;
  #insists = false;
  readonly #wire: X11Wire;
  readonly #replies: ((reply: Buffer) => void)[] = [];
  readonly #atoms = new Map<string, number>();
  #window = 0;
  #fixes = { major: 0, event: 0 };
  #text = '';

  constructor(wire: X11Wire, keeps: boolean) {
    this.#wire = wire;
    this.#keeps = keeps;
  }

  async begin(): Promise<void> {
    const { setup, screen } = this.#wire;
    const root = setup.readUInt32LE(screen);
    this.#window = setup.readUInt32LE(4) + 1;
    void this.#listen();
    // CreateWindow (1): one pixel, never shown.
    this.#send([
      1 | (9 << 16),
      this.#window,
      root,
      0,
      1 | (1 << 16),
      1 << 16,
      0,
      1 << 11,
      PROPERTY_NOTIFY_MASK,
    ]);
    for (const name of ATOMS) this.#atoms.set(name, (await this.#ask(internAtom(name))).readUInt32LE(8));
    const extension = await this.#ask(queryExtension('XFIXES'));
    if (extension.readUInt8(8) === 0) throw new Error('the X server has no XFIXES');
    this.#fixes = { major: extension.readUInt8(9), event: extension.readUInt8(10) };
    await this.#ask(words([this.#fixes.major | (3 << 16), 5, 0]));
    // SelectSelectionInput (2): every new owner.
    this.#send([this.#fixes.major | (2 << 8) | (4 << 16), this.#window, this.#atom('CLIPBOARD'), 1]);
    this.#own('CLIPBOARD_MANAGER');
    // An answer says that all of it has been done. GetInputFocus (43)
    await this.#ask(words([43 | (1 << 16)]));
  }

  offer(text: string): void {
    this.#text = text;
    this.#own('CLIPBOARD');
  }

  insist(): void {
    this.#insists = true;
  }

  close(): void {
    this.#wire.socket.destroy();
  }

  async #listen(): Promise<void> {
    for (;;) {
      const packet = await this.#wire.take(32).catch(() => null);
      if (packet === null) return;
      const kind = packet.readUInt8(0) & 0x7f;
      if (kind === 1) {
        const more = await this.#wire.take(packet.readUInt32LE(4) * 4);
        this.#replies.shift()?.(Buffer.concat([packet, more]));
      } else if (kind === this.#fixes.event && this.#fixes.event > 0) this.#ownerChanged(packet);
      else if (kind === SELECTION_NOTIFY) void this.#takeOver(packet);
      else if (kind === SELECTION_REQUEST) this.#serve(packet);
    }
  }

  #ownerChanged(event: Buffer): void {
    const owner = event.readUInt32LE(8);
    if (this.#insists) {
      if (owner !== this.#window) this.#own('CLIPBOARD');
    } else if (owner !== 0 && owner !== this.#window) {
      if (this.#keeps) this.#text = '';
      this.#convert();
    } else if (owner === 0 && this.#keeps && this.#text !== '') {
      this.putBack += 1;
      this.#own('CLIPBOARD');
    }
  }

  /** ConvertSelection (24): the owner puts its text into a property of our window. */
  #convert(): void {
    const [clipboard, utf8, taken] = [
      this.#atom('CLIPBOARD'),
      this.#atom('UTF8_STRING'),
      this.#atom('TAKEN'),
    ];
    this.#send([24 | (6 << 16), this.#window, clipboard, utf8, taken, 0]);
  }

  async #takeOver(event: Buffer): Promise<void> {
    const property = event.readUInt32LE(20);
    if (property === 0) return;
    // GetProperty (20), and delete it.
    const reply = await this.#ask(words([20 | (1 << 8) | (6 << 16), this.#window, property, 0, 0, 0xffff]));
    const text = reply.toString('utf8', 32, 32 + reply.readUInt32LE(16));
    // The owner of an empty clipboard is nobody, and that stays so.
    if (text === '') return;
    this.taken.push(text);
    this.offer(text);
  }

  #serve(event: Buffer): void {
    const [requestor, selection, target] = [12, 16, 20].map((at) => event.readUInt32LE(at)) as [
      number,
      number,
      number,
    ];
    const property = event.readUInt32LE(24) || target;
    let given = property;
    if (target === this.#atom('SAVE_TARGETS')) this.#convert();
    else if (target === this.#atom('TARGETS')) {
      const targets = words([this.#atom('TARGETS'), this.#atom('UTF8_STRING')]);
      this.#change(requestor, property, this.#atom('ATOM'), 32, targets);
    } else if (target === this.#atom('UTF8_STRING')) {
      this.#change(requestor, property, target, 8, Buffer.from(this.#text));
      this.served += 1;
    } else given = 0;
    // SendEvent (25) with a SelectionNotify.
    const time = event.readUInt32LE(4);
    this.#send([
      25 | (11 << 16),
      requestor,
      0,
      SELECTION_NOTIFY,
      time,
      requestor,
      selection,
      target,
      given,
      0,
      0,
    ]);
  }

  /** ChangeProperty (18). */
  #change(window: number, property: number, type: number, format: 8 | 32, data: Buffer): void {
    const padded = Buffer.concat([data, Buffer.alloc((4 - (data.length % 4)) % 4)]);
    const length = 6 + padded.length / 4;
    const head = words([18 | (length << 16), window, property, type, format, data.length / (format / 8)]);
    this.#wire.socket.write(Buffer.concat([head, padded]));
  }

  /** SetSelectionOwner (22), as of now. */
  #own(selection: (typeof ATOMS)[number]): void {
    this.#send([22 | (4 << 16), this.#window, this.#atom(selection), 0]);
  }

  #atom(name: (typeof ATOMS)[number]): number {
    return this.#atoms.get(name) ?? 0;
  }

  #ask(request: Buffer): Promise<Buffer> {
    return new Promise((settle) => {
      this.#replies.push(settle);
      this.#wire.socket.write(request);
    });
  }

  #send(request: readonly number[]): void {
    this.#wire.socket.write(words(request));
  }
}
