import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { automatonOf } from '../../../cli/mask/finder.ts';
import { type TraceKind, TraceMasker } from '../../../cli/mask/trace.ts';

const SECRET = 'AgBvX8k2Qm4Zr7Wn0Tt9Ly6Uc3Ea5Ds1Hf-_.~+/AgBvX8k2Qm4Zr7Wn0Tt9Ly6Uc3Ea5Ds1';

/** As dump() of curl 7.88, src/tool_cb_dbg.c, does it. */
function dump(kind: TraceKind, head: string, data: Buffer): string {
  const width = kind === 'hex' ? 16 : 64;
  let out = `${head}, ${data.length} bytes (0x${data.length.toString(16)})\n`;
  const crlf = (at: number) => data[at] === 13 && data[at + 1] === 10;
  for (let i = 0; i < data.length; i += width) {
    out += `${i.toString(16).padStart(4, '0')}: `;
    if (kind === 'hex') {
      for (let c = 0; c < width; c += 1)
        out += i + c < data.length ? `${data.toString('hex', i + c, i + c + 1)} ` : '   ';
    }
    for (let c = 0; c < width && i + c < data.length; c += 1) {
      if (kind === 'ascii' && i + c + 1 < data.length && crlf(i + c)) {
        i += c + 2 - width;
        break;
      }
      const byte = data[i + c] ?? 0;
      out += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.';
      if (kind === 'ascii' && i + c + 2 < data.length && crlf(i + c + 1)) {
        i += c + 3 - width;
        break;
      }
    }
    out += '\n';
  }
  return out;
}

function mask(kind: TraceKind, trace: string, lengths: readonly number[] = [4_096]): string {
  const masker = new TraceMasker(automatonOf([SECRET]), kind);
  const bytes = Buffer.from(trace, 'latin1');
  const out: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1;
    out.push(masker.write(bytes.subarray(at, at + length)));
    at += length;
  }
  return Buffer.concat([...out, masker.end()]).toString('latin1');
}

/** A record's data with the bytes of secrets starred, as it must be shown. */
const starred = (data: string) => data.replaceAll(SECRET, '*'.repeat(SECRET.length));

const kinds = fc.constantFrom<TraceKind>('hex', 'ascii');
const lengths = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 4 });
const piece = fc.oneof(
  fc.constantFrom(
    '\r\n',
    '\n',
    'Authorization: Bearer ',
    '0040: ',
    '== Info: x',
    '=> Send data, 9 bytes (0x9)',
  ),
  fc.string({ maxLength: 70 }).map((text) => Buffer.from(text).toString('latin1')),
  fc.integer({ min: 60, max: 68 }).map((length) => 'x'.repeat(length)),
  fc.constant(SECRET),
);
const records = fc.array(
  fc.record({
    head: fc.constantFrom('=> Send header', '<= Recv data', '10:00:00.000001 [0-0] <= Recv header'),
    data: fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join('')),
  }),
  { maxLength: 5 },
);

describe('the mask of traces', () => {
  it('shows each dump as curl writes it, with stars for a secret and nothing else', () => {
    fc.assert(
      fc.property(kinds, records, lengths, (kind, all, parts) => {
        const write = (show: (data: string) => string) =>
          all
            .map(({ head, data }) => dump(kind, head, Buffer.from(show(data), 'latin1')))
            .join('== Info: next\n');
        // What begins like the secret at a record's end is covered, too; no such record here.
        fc.pre(all.every(({ data }) => !endsLikeIt(data)));
        expect(
          mask(
            kind,
            write((data) => data),
            parts,
          ),
        ).toBe(write(starred));
      }),
      { numRuns: 300 },
    );
  });

  it.each(['hex', 'ascii'] as const)('covers a secret that two records share (%s)', (kind) => {
    for (let cut = 1; cut < SECRET.length; cut += 1) {
      const records = [`<${SECRET.slice(0, cut)}`, `${SECRET.slice(cut)}>`];
      const trace = records
        .map((data) => dump(kind, '<= Recv data', Buffer.from(data)))
        .join('== Info: more\n');
      const shown = mask(kind, trace).replaceAll(/^(==|<=).*\n|^[0-9a-f]{4}: |\n/gm, '');
      const text = kind === 'ascii' ? shown : shown.replaceAll(/([0-9a-f]{2} ){1,16} */g, '');
      // Fewer than eight bytes say nothing about what they begin.
      const begin = cut < 8 ? SECRET.slice(0, cut) : '*'.repeat(cut);
      expect(text).toBe(`<${begin}${'*'.repeat(SECRET.length - cut)}>`);
    }
  });

  it('covers it in lines that are no dump', () => {
    const line = `== Info: [HTTP/2] [1] [authorization: Bearer ${SECRET}]\n`;
    expect(mask('hex', line)).toBe('== Info: [HTTP/2] [1] [authorization: Bearer ****]\n');
  });

  it.each(['hex', 'ascii'] as const)(
    'leaves out what it does not understand, up to the next record (%s)',
    (kind) => {
      const [head = '', first = '', ...more] = dump(
        kind,
        '=> Send header',
        Buffer.from(`A: Bearer ${SECRET}`),
      ).split('\n');
      const other = dump(kind, '<= Recv header', Buffer.from('HTTP/1.1 200 OK\r\n'));
      const trace = [head, `${first.slice(0, 4)} | ${first.slice(6)}`, ...more].join('\n');
      expect(mask(kind, trace + other)).toBe(
        `${head}\n[globus-token: lines were left out here; they are no dump as curl is known to write it]\n${other}`,
      );
    },
  );
});

function endsLikeIt(data: string): boolean {
  const text = data.replaceAll(/[\r\n]+/g, '');
  return Array.from({ length: SECRET.length }, (_, less) => less + 1).some(
    (length) => text.endsWith(SECRET.slice(0, length)) && length >= 8 && !text.endsWith(SECRET),
  );
}
