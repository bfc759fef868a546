import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { automatonOf } from '../../../cli/mask/finder.ts';
import { formsOf } from '../../../cli/mask/forms.ts';
import { Masker } from '../../../cli/mask/masker.ts';

const SECRET = 'AgxB7-Qz.9_tokenOfTheTest~aaAgxB+/Q==';

const CUT_OFF = 16;

/** What the masker must do, over the whole text at once: every byte within an occurrence is covered. */
function reference(text: Buffer, secrets: readonly string[]): string {
  const covered = new Uint8Array(text.length);
  const forms = secrets.flatMap((secret) => formsOf(secret));
  const ends = [0];
  for (const form of forms) {
    for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) {
      covered.fill(1, at, at + form.length);
      ends.push(at + form.length);
    }
  }
  // A beginning that does not go on is covered, too, as far as it is not the end of a whole one.
  for (const form of forms) {
    for (let at = 0; at < text.length; at += 1) {
      const end = at + common(text.subarray(at), form);
      const from = Math.max(at, ...ends.filter((one) => one <= end));
      if (end - from >= CUT_OFF) covered.fill(1, from, end);
    }
  }
  let out = '';
  for (let index = 0; index < text.length; index += 1) {
    if (covered[index] === 0) out += String.fromCharCode(text[index] ?? 0);
    else if (index === 0 || covered[index - 1] === 0) out += '****';
  }
  return out;
}

/** Bytes that both begin with. */
function common(one: Buffer, other: Buffer): number {
  const most = Math.min(one.length, other.length);
  for (let at = 0; at < most; at += 1) if (one[at] !== other[at]) return at;
  return most;
}

function mask(chunks: readonly Buffer[], secrets: readonly string[] = [SECRET]): string {
  const masker = new Masker(automatonOf(secrets));
  return Buffer.concat([...chunks.map((chunk) => masker.write(chunk)), masker.end()]).toString('latin1');
}

/** The text in pieces of these lengths, again and again. */
function cut(text: Buffer, lengths: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0, turn = 0; at < text.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1;
    chunks.push(text.subarray(at, at + length));
    at += length;
  }
  return chunks;
}

const lengths = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 6 });
const token = fc.stringMatching(/^[A-Za-z0-9._~+/-]{8,60}={0,2}$/);
/** Pieces of secrets, whole secrets in every form, and any bytes between them. */
const streams = token.chain((secret) => {
  const forms = formsOf(secret);
  const piece = fc.oneof(
    fc.constantFrom(...forms),
    fc
      .tuple(fc.constantFrom(...forms), fc.nat(80), fc.nat(80))
      .map(([form, from, to]) => form.subarray(Math.min(from, to), Math.max(from, to))),
    fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes)),
  );
  return fc.tuple(
    fc.constant(secret),
    fc.array(piece, { maxLength: 12 }).map((all) => Buffer.concat(all)),
  );
});

describe('the masker', () => {
  it('covers every occurrence, and nothing else, however the stream is cut', () => {
    fc.assert(
      fc.property(streams, lengths, ([secret, bytes], parts) => {
        const text = Buffer.from(bytes.filter((byte) => byte !== 10 && byte !== 13));
        expect(mask(cut(text, parts), [secret])).toBe(reference(text, [secret]));
      }),
      { numRuns: 400 },
    );
  });

  it('never lets a form of the secret through, line ends or not', () => {
    fc.assert(
      fc.property(streams, lengths, ([secret, bytes], parts) => {
        const out = Buffer.from(mask(cut(bytes, parts), [secret]), 'latin1');
        for (const form of formsOf(secret)) expect(out.includes(form)).toBe(false);
      }),
      { numRuns: 400 },
    );
  });

  it('changes no byte of a stream without secrets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), lengths, (bytes, parts) => {
        const text = Buffer.from(bytes);
        expect(mask(cut(text, parts))).toBe(text.toString('latin1'));
      }),
    );
  });

  it('holds back no more than what can still become a secret', () => {
    fc.assert(
      fc.property(streams, lengths, ([secret, bytes], parts) => {
        const text = Buffer.from(bytes.filter((byte) => byte !== 10 && byte !== 13));
        const masker = new Masker(automatonOf([secret]));
        const forms = formsOf(secret);
        let seen = Buffer.alloc(0);
        let out = '';
        for (const chunk of cut(text, parts)) {
          seen = Buffer.concat([seen, chunk]);
          out += masker.write(chunk).toString('latin1');
          // The longest ending that is the beginning of a form: only that may be missing.
          const held = Math.max(
            0,
            ...forms.flatMap((form) =>
              Array.from({ length: form.length - 1 }, (_, less) => form.length - 1 - less).filter((length) =>
                seen.subarray(-length).equals(form.subarray(0, length)),
              ),
            ),
          );
          expect(reference(seen, [secret]).startsWith(out)).toBe(true);
          expect(reference(seen, [secret]).length - out.length).toBeLessThanOrEqual(held);
        }
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    ['itself', SECRET],
    ['base64', Buffer.from(SECRET).toString('base64')],
    ['base64 of a header', Buffer.from(`Authorization: Bearer ${SECRET} x`).toString('base64')],
    ['base64url of JSON', Buffer.from(JSON.stringify({ t: SECRET, u: 1 })).toString('base64url')],
    ['a query', new URLSearchParams({ t: SECRET }).toString()],
    ['an escaped path', encodeURIComponent(SECRET)],
    ['one in lower case', encodeURIComponent(SECRET).replace(/%../g, (one) => one.toLowerCase())],
    ['PHP’s JSON', SECRET.replace('/', '\\/')],
    ['hex', Buffer.from(SECRET).toString('hex')],
    ['upper-case hex', Buffer.from(SECRET).toString('hex').toUpperCase()],
    ['UTF-16', Buffer.from(SECRET, 'utf16le').toString('latin1')],
    ['UTF-16, the other way', Buffer.from(SECRET, 'utf16le').swap16().toString('latin1')],
    ['JSON that escapes signs', SECRET.replace(/[+/]/g, (one) => `\\u00${one.charCodeAt(0).toString(16)}`)],
    ['percent signs alone', SECRET.replace(/./g, (one) => `%${one.charCodeAt(0).toString(16)}`)],
    ['a line that a log has cut', SECRET.slice(0, -2)],
  ])('knows %s', (_what, text) => {
    const out = mask([Buffer.from(`<${text}>`)]);
    expect(out).toContain('****');
    // What is left are the neighbours, and at most the outermost characters of an encoding.
    expect(text.length - out.replace('****', '').length).toBeGreaterThan(SECRET.length - 6);
  });

  it.each([
    ['base64', Buffer.from(`{"access_token":"${SECRET}${SECRET}"}`).toString('base64'), 76],
    ['fold', `Bearer ${SECRET}`, 30],
    ['base64, broken early', Buffer.from(`Authorization: Bearer ${SECRET}`).toString('base64'), 36],
  ])('knows it broken into lines by %s', (_what, text, width) => {
    for (const end of ['\n', '\r\n']) {
      const out = mask([Buffer.from(text.replace(new RegExp(`.{${width}}`, 'g'), (line) => line + end))]);
      expect(out).toContain('****');
      expect(out.length).toBeLessThan(text.length - SECRET.length + 20);
    }
  });

  it('lets a line go whose end looks like the beginning of a secret', () => {
    const masker = new Masker(automatonOf([SECRET]));
    expect(masker.write(Buffer.from('DNA of A')).toString()).toBe('DNA of ');
    expect(masker.write(Buffer.from('\n')).toString()).toBe('A\n');
    expect(masker.write(Buffer.from(`and ${SECRET}`)).toString()).toBe('and ****');
    expect(masker.write(Buffer.from('\n')).toString()).toBe('\n');
  });

  it('shows secrets that overlap or touch as one', () => {
    const one = 'abcdefabcdef';
    expect(mask([Buffer.from('<abcdefabcdefabcdef>')], [one])).toBe('<****>');
    expect(mask([Buffer.from(`<${one}`), Buffer.from(`${one}>`)], [one])).toBe('<****>');
  });

  it('covers several secrets, one the beginning of another', () => {
    const out = mask(
      [Buffer.from('<abcdefgh> <abcdefghij> <ghijklmn>')],
      ['abcdefgh', 'abcdefghij', 'ghijklmn'],
    );
    expect(out).toBe('<****> <****> <****>');
  });
});
