import { lstatSync } from 'node:fs';
import type { Logger } from '../effects.ts';

export interface Listener {
  readonly path: string;
  /** Safe to call twice. */
  close(): Promise<void>;
}

export interface FollowingParts<L extends Listener> {
  /** @throws BrokerStartError saying what stands in the way */
  open: (path: string) => Promise<L>;
  /** Where clients look now; null: nowhere. */
  place: () => string | null;
  /** It listens at another place, or anew at the same one. */
  moved: (now: L) => void;
  /** The end of the one before. */
  leave: (before: L) => Promise<void>;
  log: Logger;
  /** What it is, for the log. */
  name: string;
}

/**
 * A listener that stays where clients look for it: when its socket is gone, or its place is another one, it is opened
 * there, and only then is the one before left. What cannot be opened is tried again with the next look.
 *
 * Looks and the end take turns, so that two looks open one, and none is open after the end.
 *
 * @typeParam None null where there may be none at first
 */
export class Following<L extends Listener, None extends null = never> {
  readonly #parts: FollowingParts<L>;
  readonly #left = new Set<L>();
  #current: L | None;
  #last: Promise<unknown> = Promise.resolve();
  #ended = false;
  #trouble: string | null;

  /** @param trouble that was told already, and is not said again */
  constructor(first: L | None, parts: FollowingParts<L>, trouble: string | null = null) {
    this.#current = first;
    this.#parts = parts;
    this.#trouble = trouble;
  }

  get current(): L | None {
    return this.#current;
  }

  /** @returns whether it is where clients look */
  look(): Promise<boolean> {
    return this.#inTurn(() => (this.#ended ? Promise.resolve(false) : this.#look()));
  }

  /** It looks no more. @param end of what is open then, those that are being left too */
  end(end: (one: L) => Promise<void>): Promise<void> {
    this.#ended = true;
    return this.#inTurn(async () => {
      const open = this.#current === null ? [] : [this.#current];
      await Promise.all([...open, ...this.#left].map(end));
    });
  }

  async #look(): Promise<boolean> {
    const { log, moved, open, place, name } = this.#parts;
    try {
      const path = place();
      const before = this.#current;
      if (path === null) return false;
      if (path === before?.path && lstatSync(path, { throwIfNoEntry: false }) !== undefined) return true;
      const next = await open(path);
      // It was told to end meanwhile.
      if (this.#ended) {
        await next.close();
        return false;
      }
      this.#current = next;
      this.#trouble = null;
      log.warn(
        { path, before: before?.path ?? null },
        `${name} was gone, or clients look elsewhere now: it is made anew`,
      );
      if (before !== null) void this.#leave(before);
      moved(next);
      return true;
    } catch (error) {
      this.#say(error);
      return false;
    }
  }

  /** Not waited for: whoever is connected there may take a while, and the next look comes meanwhile. */
  async #leave(before: L): Promise<void> {
    this.#left.add(before);
    try {
      await this.#parts.leave(before);
    } catch (error) {
      this.#say(error);
    } finally {
      this.#left.delete(before);
    }
  }

  /** Once per trouble, not with every look. */
  #say(error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    const { log, name } = this.#parts;
    if (why !== this.#trouble) log.warn({ why }, `${name} is gone and cannot be made anew yet`);
    this.#trouble = why;
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#last.then(run);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
