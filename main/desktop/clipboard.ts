import type { ClipboardView } from '../../preload/contract.ts';
import type { Clock, Problem, Result } from '../effects.ts';
import type { ClipboardPort } from './clipboard-port.ts';
import { ClipboardTrace } from './clipboard-trace.ts';

interface Ours {
  /** False: no token in it, so nothing has to go. */
  secret: boolean;
  trace: ClipboardTrace;
  view: ClipboardView;
  /** Both timers. */
  cancel(): void;
  /** The read-back agreed: worth a line on the screen. */
  confirmed: boolean;
  /** Not looked at again: whoever changes it now changes what we wrote, not what somebody made of it. */
  fresh: boolean;
}

/**
 * Milliseconds until a copy is looked at again. Clipboard managers hear of a copy when it is made and answer
 * within half a second: some take spaces out, some put back what was there before.
 */
export const LOOK_AGAIN = 1_500;
/** Milliseconds that a copy which nothing clears is told of. */
const TOLD = 8_000;

export interface SecretClipboardEffects {
  port: ClipboardPort;
  clock: Clock;
  /** Seconds; asked at every copy, so a changed setting counts at once. */
  clearAfterSeconds(): number;
  /** Asked when the app quits; absent: yes. */
  clearOnQuit?(): boolean;
  onChange(): void;
}

/**
 * Puts secrets on the clipboard and takes them off again: after N seconds, on lock, on quit, on request, and
 * only while they are still what lies there (CHECKLIST 37). Keeps hashes, not the text.
 */
export class SecretClipboard {
  readonly #effects: SecretClipboardEffects;
  #ours: Ours | null = null;
  /** Writes, checks and clears run one after another: two at once could clear what the other just wrote. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(effects: SecretClipboardEffects) {
    this.#effects = effects;
  }

  /** What the faces show, or null. */
  view(): ClipboardView | null {
    return this.#ours?.confirmed === true ? this.#ours.view : null;
  }

  /**
   * @param what names the text without the secret: "curl for view_flows"
   * @param lost called where it arrived and another program soon put something else in its place
   */
  copy(text: string, what: string, lost: () => void = () => {}): Promise<Result<null>> {
    return this.#inTurn(() => this.#write(text, what, true, lost));
  }

  /** A snippet that fetches its token when it runs: it stays, also through a lock, and is told of for a moment. */
  copyTokenFree(text: string, what: string, lost: () => void = () => {}): Promise<Result<null>> {
    return this.#inTurn(() => this.#write(text, what, false, lost));
  }

  async #write(text: string, what: string, secret: boolean, lost: () => void): Promise<Result<null>> {
    const { port, clock } = this.#effects;
    this.#forget();
    // Remembered before writing: a write that went through although the read-back failed is cleared too.
    const duration = secret ? this.#effects.clearAfterSeconds() * 1000 : TOLD;
    const view = { what, duration, clearsAt: clock.now() + duration };
    const cancelClear = clock.after(duration, () => void this.clearIfOurs());
    const cancelLook = clock.after(LOOK_AGAIN, () => void this.#inTurn(() => this.#lookAgain(ours, lost)));
    const ours: Ours = {
      secret,
      trace: new ClipboardTrace(text),
      view: secret ? view : { ...view, tokenFree: true },
      cancel() {
        cancelClear();
        cancelLook();
      },
      confirmed: false,
      fresh: true,
    };
    this.#ours = ours;
    try {
      await port.write(text, secret);
      ours.confirmed = (await port.read()) === text;
    } catch {
      ours.confirmed = false;
    }
    this.#effects.onChange();
    return ours.confirmed ? { ok: true, value: null } : { ok: false, problem: notCopied(what) };
  }

  /** The read-back came before any other program could answer to the copy. */
  async #lookAgain(ours: Ours, lost: () => void): Promise<void> {
    const { port } = this.#effects;
    if (this.#ours !== ours) return;
    try {
      const text = await port.read();
      // Nothing is no proof: under Wayland a program in the background cannot see what took its place.
      if (!ours.confirmed || text === '' || ours.trace.isAllOf(text)) return;
      // Only a little changed, it is of no use to anybody, and its token must not stay.
      if (ours.secret && ours.trace.isIn(text)) await port.clear();
    } catch {
      return;
    } finally {
      ours.fresh = false;
    }
    // Chosen from a history of copies it is cleared still, in its time.
    ours.confirmed = false;
    this.#effects.onChange();
    lost();
  }

  /** Copies what is no secret (the sign-in address): no mark, no timer. */
  copyPlain(text: string, what: string): Promise<Result<null>> {
    return this.#inTurn(async () => {
      const { port } = this.#effects;
      try {
        await port.write(text, false);
        if ((await port.read()) !== text) return { ok: false, problem: notCopied(what) };
      } catch {
        return { ok: false, problem: notCopied(what) };
      }
      this.#forget();
      this.#effects.onChange();
      return { ok: true, value: null };
    });
  }

  /** Resolves when no secret of ours is on the clipboard any more; what others copied since then stays. */
  clearIfOurs(): Promise<void> {
    return this.#inTurn(() => this.#clear(false));
  }

  /** The app ends: a copy goes with it, unless the user wants it to stay (CHECKLIST 37). */
  async quit(): Promise<void> {
    if (this.#effects.clearOnQuit?.() !== false) return this.clearIfOurs();
    // Nobody is there any more to clear it later; a write under way still ends.
    return this.#inTurn(() => Promise.resolve(this.#forget()));
  }

  /** Because the user says so: a copy without a secret goes, too. */
  clearNow(): Promise<void> {
    return this.#inTurn(() => this.#clear(true));
  }

  async #clear(all: boolean): Promise<void> {
    const ours = this.#ours;
    if (ours === null) return;
    this.#forget();
    try {
      if (ours.secret || all) {
        const now = await this.#effects.port.read();
        const changed = ours.secret && ours.fresh && ours.trace.isIn(now);
        if (changed || ours.trace.isAllOf(now)) await this.#effects.port.clear();
      }
    } catch {
      // A clipboard that can't be asked (its owner is gone) holds nothing of ours that could be cleared.
    }
    this.#effects.onChange();
  }

  #forget(): void {
    this.#ours?.cancel();
    this.#ours = null;
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(run);
    this.#queue = result.catch(() => {});
    return result;
  }
}

/** The reason of the problem that says that the clipboard did not take a text. */
export const NOT_COPIED = 'not-copied';

function notCopied(what: string): Problem {
  return {
    reason: NOT_COPIED,
    title: `The ${what} was not copied`,
    tokens: 'Your tokens are fine; the clipboard of this system did not take the text.',
    next: 'Bring the window to the front and copy again.',
  };
}
