import { Automaton } from './automaton.ts';
import { formsOf } from './forms.ts';

/** From the first byte on, up to the second: positions in the whole stream. */
export interface Span {
  start: number;
  end: number;
}

/** A beginning of a secret that is shorter is not held back over a line's end, or a dialogue would stall. */
const HELD_OVER_LINES = 16;
/**
 * A beginning of that many bytes that does not go on counts as the secret: logs cut what they quote, and no other text
 * begins like it. The rest of an access token is still too long to guess.
 */
const CUT_OFF = 16;
/** Line ends within a secret: `\r\n`, and one more. */
const MOST_SKIPPED = 3;
const CR = 13;
const LF = 10;

/** For any number of finders. @param secrets ASCII; empty ones count for nothing */
export function automatonOf(secrets: readonly string[]): Automaton {
  return new Automaton(secrets.flatMap((secret) => formsOf(secret)));
}

/**
 * Finds secrets in a stream of bytes. Line ends are passed over, because `base64` and `fold` break what they
 * write into lines.
 */
export class SecretFinder {
  readonly #automaton: Automaton;
  /** Positions of the last bytes that may be part of a secret. */
  readonly #places: Float64Array;
  #count = 0;
  #state = 0;
  #position = 0;
  #skipped = 0;
  #released = 0;
  /** What `#count` was behind the last whole secret: its end may look like the beginning of the next. */
  #told = 0;

  constructor(automaton: Automaton) {
    this.#automaton = automaton;
    this.#places = new Float64Array(automaton.longest + 1);
  }

  /** Bytes that were seen. */
  get position(): number {
    return this.#position;
  }

  /** Bytes that may be the beginning of a secret, line ends not counted; 0 behind a whole one. */
  get open(): number {
    const depth = this.#automaton.depth(this.#state);
    return this.#automaton.found(this.#state) === depth ? 0 : depth;
  }

  /** What is before this can become part of no secret that is still to be found. */
  get settled(): number {
    return Math.max(this.#released, this.#placeOf(this.#automaton.depth(this.#state)));
  }

  /** @param found called with each secret when its last byte was seen; ends grow, and spans may overlap */
  feed(bytes: Uint8Array, found: (span: Span) => void): void {
    const automaton = this.#automaton;
    for (let index = 0; index < bytes.length; index += 1) {
      const byte = bytes[index] ?? 0;
      const position = this.#position + index;
      if (this.#state !== 0 && (byte === LF || byte === CR)) {
        this.#skip(position, found);
        continue;
      }
      const before = this.#state;
      this.#state = automaton.step(before, byte);
      if (before !== 0 && automaton.depth(this.#state) <= automaton.depth(before))
        this.#cutOff(before, found);
      if (this.#state === 0) continue;
      this.#skipped = 0;
      this.#places[this.#count % this.#places.length] = position;
      this.#count += 1;
      const length = automaton.found(this.#state);
      if (length === 0) continue;
      found({ start: this.#placeOf(length), end: position + 1 });
      this.#told = this.#count;
    }
    this.#position += bytes.length;
  }

  /** Nothing more comes. @param found called with a secret that was cut off by that */
  end(found: (span: Span) => void): void {
    this.#cutOff(this.#state, found);
    this.#state = 0;
  }

  /** The beginning that `state` stands for is over. */
  #cutOff(state: number, found: (span: Span) => void): void {
    const length = Math.min(this.#automaton.depth(state), this.#count - this.#told);
    if (length >= CUT_OFF) found({ start: this.#placeOf(length), end: this.#placeOf(1) + 1 });
  }

  #skip(position: number, found: (span: Span) => void): void {
    this.#skipped += 1;
    if (this.#skipped > MOST_SKIPPED) this.end(found);
    else if (this.open < HELD_OVER_LINES) this.#released = position + 1;
  }

  /** Where the last `length` bytes of a beginning begin. */
  #placeOf(length: number): number {
    if (length === 0) return this.#position;
    return this.#places[(this.#count - length) % this.#places.length] ?? this.#position;
  }
}
