import type { Automaton } from './automaton.ts';
import { SecretFinder } from './finder.ts';
import { maskText } from './masker.ts';

/** `hex`: what curl's `--trace` writes; `ascii`: `--trace-ascii`. */
export type TraceKind = 'hex' | 'ascii';

/** One line of a dump: where its bytes are in the record, and where the line shows each. */
interface DumpLine {
  readonly cells: string[];
  readonly offset: number;
  readonly count: number;
}

interface DumpRecord {
  /** "=> Send header": such records are one stream of bytes. */
  readonly stream: string;
  readonly size: number;
  readonly bytes: number[];
  readonly lines: DumpLine[];
}

/** `12:00:00.000001 [0-0] => Send header, 83 bytes (0x53)` */
const RECORD = /((?:=>|<=) [A-Za-z][A-Za-z ]*), (\d+) bytes \(0x[0-9a-f]+\)$/;
const HEX_LINE = /^([0-9a-f]{4,}): ((?:[0-9a-f]{2} | {3}){16})(.*)$/s;
const ASCII_LINE = /^([0-9a-f]{4,}): (.*)$/s;
const INFO_LINE = /(?:^|\s)== Info: /;
const HEX_WIDTH = 16;
const ASCII_WIDTH = 64;
/** A beginning of that many bytes at a record's end counts as the secret: no other text begins like it. */
const CUT_OFF = 8;
const CUT_LINE = '[globus-token: lines were left out here; they are no dump as curl is known to write it]';

/**
 * Takes secrets out of the dumps that curl's trace options write, where a line breaks them every 16 or 64 bytes.
 * A byte of a secret is shown as `*`, so that offsets and sizes stay true. A line within a dump that is not
 * understood is left out: it may hold one. The format: curl, src/tool_cb_dbg.c.
 */
export class TraceMasker {
  readonly #automaton: Automaton;
  readonly #kind: TraceKind;
  readonly #streams = new Map<string, SecretFinder>();
  /** An unfinished line, latin1. */
  #rest = '';
  #record: DumpRecord | null = null;
  /** Within a dump that is not understood. */
  #lost = false;
  #out: string[] = [];

  constructor(automaton: Automaton, kind: TraceKind) {
    this.#automaton = automaton;
    this.#kind = kind;
  }

  /** @returns what is complete so far */
  write(chunk: Uint8Array): Buffer {
    const lines = (this.#rest + Buffer.from(chunk).toString('latin1')).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#line(line);
    return this.#flush();
  }

  /** @returns the rest */
  end(): Buffer {
    if (this.#rest !== '') this.#line(this.#rest);
    this.#rest = '';
    this.#close();
    return this.#flush();
  }

  #line(line: string): void {
    const begins = RECORD.test(line) || INFO_LINE.test(line);
    const record = this.#record;
    if (record !== null && this.#take(record, line)) {
      if (record.bytes.length >= record.size) this.#close();
      return;
    }
    if (record !== null) {
      // Two bytes may be a line end that ascii dumps swallow.
      this.#lost = !begins && record.size - record.bytes.length > (this.#kind === 'ascii' ? 2 : 0);
      this.#close();
      if (this.#lost) this.#out.push(CUT_LINE);
    }
    if (begins) this.#lost = false;
    if (this.#lost) return;
    this.#out.push(maskText(this.#automaton, line));
    const [, stream, size] = RECORD.exec(line) ?? [];
    if (stream !== undefined && Number(size) > 0) {
      this.#record = { stream, size: Number(size), bytes: [], lines: [] };
    }
  }

  /** @returns whether the line is the next one of the dump */
  #take(record: DumpRecord, line: string): boolean {
    return this.#kind === 'hex' ? takeHex(record, line) : takeAscii(record, line);
  }

  /** Writes the record with the secrets covered. */
  #close(): void {
    const record = this.#record;
    this.#record = null;
    if (record === null) return;
    const finder = this.#streams.get(record.stream) ?? new SecretFinder(this.#automaton);
    this.#streams.set(record.stream, finder);
    const base = finder.position;
    const secret = new Uint8Array(record.bytes.length);
    finder.feed(Uint8Array.from(record.bytes), ({ start, end }) =>
      secret.fill(1, Math.max(0, start - base), end - base),
    );
    if (finder.open >= CUT_OFF) secret.fill(1, Math.max(0, finder.settled - base));
    for (const line of record.lines) this.#out.push(show(line, secret));
  }

  #flush(): Buffer {
    const text = this.#out.map((line) => `${line}\n`).join('');
    this.#out = [];
    return Buffer.from(text, 'latin1');
  }
}

function takeHex({ bytes, lines, size }: DumpRecord, line: string): boolean {
  const [, offset = '', digits = '', text = ''] = HEX_LINE.exec(line) ?? [];
  const count = Math.min(HEX_WIDTH, size - bytes.length);
  if (offset === '' || parseInt(offset, 16) !== bytes.length || text.length !== count) return false;
  const pairs = digits.trimEnd().split(' ');
  if (pairs.length !== count) return false;
  lines.push({
    cells: [`${offset}: `, ...pairs.map((pair) => `${pair} `), digits.slice(count * 3), ...text],
    offset: bytes.length,
    count,
  });
  bytes.push(...pairs.map((pair) => parseInt(pair, 16)));
  return true;
}

function takeAscii({ bytes, lines, size }: DumpRecord, line: string): boolean {
  const [, offset = '', text = ''] = ASCII_LINE.exec(line) ?? [];
  const at = parseInt(offset, 16);
  if (offset === '' || text.length > ASCII_WIDTH || at + text.length > size) return false;
  if (at === bytes.length + 2) bytes.push(13, 10);
  if (at !== bytes.length) return false;
  lines.push({ cells: [`${offset}: `, ...text], offset: at, count: text.length });
  for (const character of text) bytes.push(character.charCodeAt(0));
  // Where a line is short, its end was a line end in the data.
  if (text.length < ASCII_WIDTH && size - bytes.length >= 2) bytes.push(13, 10);
  return true;
}

/** The line, with `*` for each byte of a secret: in the digits, and in the text beside them. */
function show({ cells, offset, count }: DumpLine, secret: Uint8Array): string {
  const hex = cells.length > count + 1;
  return cells
    .map((cell, index) => {
      if (index === 0 || (hex && index === count + 1)) return cell;
      const byte = index <= count ? index - 1 : index - count - 2;
      if (secret[offset + byte] !== 1) return cell;
      return hex && index <= count ? '2a ' : '*';
    })
    .join('');
}
