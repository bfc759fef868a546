import type { Automaton } from './automaton.ts';
import { SecretFinder, type Span } from './finder.ts';

export const MASK = '****';
const MASK_BYTES = Buffer.from(MASK);
const NOTHING = Buffer.alloc(0);

/**
 * Takes secrets out of a stream: each occurrence, in any of its common encodings and across the borders of
 * chunks, becomes `****`; what overlaps or touches becomes one. Only what may be the beginning of a secret is
 * held back; everything else leaves at once, byte by byte as it came.
 */
export class Masker {
  readonly #finder: SecretFinder;
  /** Not written yet; begins at `#head`. */
  #pending: Buffer = NOTHING;
  #head = 0;
  #spans: Span[] = [];
  /** Where the last `****` ended. */
  #masked = -1;

  constructor(automaton: Automaton) {
    this.#finder = new SecretFinder(automaton);
  }

  /** @returns what may leave now */
  write(chunk: Uint8Array): Buffer {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    this.#finder.feed(bytes, (span) => this.#cover(span));
    const out = this.#release(this.#finder.settled);
    // The chunk's memory is its owner's; what stays is short.
    if (this.#pending.length > 0) this.#pending = Buffer.from(this.#pending);
    return out;
  }

  /** @returns the rest */
  end(): Buffer {
    this.#finder.end((span) => this.#cover(span));
    return this.#release(this.#finder.position);
  }

  #cover({ start, end }: Span): void {
    let from = Math.max(start, this.#head);
    for (let last = this.#spans.at(-1); last !== undefined && last.end >= from; last = this.#spans.at(-1)) {
      from = Math.min(from, last.start);
      this.#spans.pop();
    }
    this.#spans.push({ start: from, end });
  }

  #release(settled: number): Buffer {
    const out: Buffer[] = [];
    for (;;) {
      const span = this.#spans[0];
      if (span !== undefined && span.start === this.#head) {
        if (this.#masked !== span.start) out.push(MASK_BYTES);
        this.#masked = span.end;
        this.#take(span.end);
        this.#spans.shift();
        continue;
      }
      const end = Math.min(settled, span?.start ?? settled);
      if (end <= this.#head) break;
      out.push(this.#take(end));
    }
    return out.length === 1 ? (out[0] ?? NOTHING) : Buffer.concat(out);
  }

  #take(end: number): Buffer {
    const length = end - this.#head;
    const taken = this.#pending.subarray(0, length);
    this.#pending = this.#pending.subarray(length);
    this.#head = end;
    return taken;
  }
}

/** A text that is there as a whole. */
export function maskText(automaton: Automaton, text: string): string {
  const masker = new Masker(automaton);
  return Buffer.concat([masker.write(Buffer.from(text, 'latin1')), masker.end()]).toString('latin1');
}
