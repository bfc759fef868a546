import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Longer than words that people write: tokens are. */
const LONG_WORD = /[\w.~+/=-]{32,}/g;

/** What is kept of a text that was copied, to know it again: hashes under a key of its own, not the text. */
export class ClipboardTrace {
  readonly #key = randomBytes(32);
  readonly #whole: Buffer;
  readonly #longWords: readonly Buffer[];

  constructor(text: string) {
    this.#whole = this.#hash(text);
    this.#longWords = this.#hashWords(text);
  }

  isAllOf(text: string): boolean {
    return timingSafeEqual(this.#hash(text), this.#whole);
  }

  /** Whether a long word of it is there, whatever stands around it: its token. */
  isIn(text: string): boolean {
    return this.#hashWords(text).some((word) => this.#longWords.some((own) => timingSafeEqual(word, own)));
  }

  #hashWords(text: string): Buffer[] {
    return (text.match(LONG_WORD) ?? []).map((word) => this.#hash(word));
  }

  #hash(text: string): Buffer {
    return createHmac('sha256', this.#key).update(text).digest();
  }
}
