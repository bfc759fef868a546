import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  entryName,
  MAX_ENTRY_BYTES,
  parseEntry,
  parseEntryName,
  serializeEntry,
} from '../../../main/vault/entry.ts';

const FLOWS = 'https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a/';
const ENTRY = { refreshToken: 'Ag' + 'x'.repeat(90), scopes: [`${FLOWS}view_flows`, `${FLOWS}run`] };

/** Any string that a server may send as refresh token or root scope. */
const vschar = fc.string({
  unit: fc.integer({ min: 0x20, max: 0x7e }).map((n) => String.fromCharCode(n)),
  minLength: 1,
  maxLength: 120,
});
const rootScope = fc.string({
  unit: fc
    .integer({ min: 0x21, max: 0x7e })
    .map((n) => String.fromCharCode(n))
    .filter((c) => !'"\\[]'.includes(c)),
  minLength: 1,
  maxLength: 60,
});

describe('an entry', () => {
  test('comes back as it was stored', () => {
    const serialized = serializeEntry(ENTRY);
    expect(serialized).toMatchObject({ ok: true });
    if (serialized.ok) expect(parseEntry(serialized.text)).toEqual({ ok: true, entry: ENTRY });
  });

  test('comes back whatever token and scopes the server chose', () => {
    fc.assert(
      fc.property(vschar, fc.array(rootScope, { minLength: 1, maxLength: 8 }), (refreshToken, scopes) => {
        const serialized = serializeEntry({ refreshToken, scopes });
        expect(serialized.ok).toBe(true);
        if (serialized.ok)
          expect(parseEntry(serialized.text)).toEqual({ ok: true, entry: { refreshToken, scopes } });
      }),
    );
  });

  test('of 2,000 bytes or more is refused with its size and without its content', () => {
    const scopes = Array.from({ length: 30 }, (_, index) => `${FLOWS}flow_${index}`);
    const serialized = serializeEntry({ refreshToken: 'canary', scopes });
    expect(serialized).toMatchObject({
      ok: false,
      why: expect.stringMatching(/\d{4} bytes.*2000/) as unknown,
    });
    expect(JSON.stringify(serialized)).not.toContain('canary');
  });

  test('is accepted up to the last byte that fits, and no further', () => {
    const empty = serializeEntry({ refreshToken: 'x', scopes: ['s'] });
    const room = MAX_ENTRY_BYTES - (empty.ok ? empty.text.length : 0);
    expect(serializeEntry({ refreshToken: 'x'.repeat(room), scopes: ['s'] }).ok).toBe(true);
    expect(serializeEntry({ refreshToken: 'x'.repeat(room + 1), scopes: ['s'] }).ok).toBe(false);
  });

  test.each([
    ['an empty token', { refreshToken: '', scopes: ['a'] }],
    ['a token with a line break', { refreshToken: 'a\nb', scopes: ['a'] }],
    ['no scope', { refreshToken: 'a', scopes: [] }],
    ['a scope with a space', { refreshToken: 'a', scopes: ['a b'] }],
    ['a scope with brackets', { refreshToken: 'a', scopes: ['a[b]'] }],
  ])('with %s is refused before it is stored', (_title, entry) => {
    expect(serializeEntry(entry).ok).toBe(false);
  });
});

describe('the guard of stored values', () => {
  test.each([
    ['nothing', null],
    ['a number', 7],
    ['no JSON', '{"v":1'],
    ['a list', '[]'],
    ['a string', '"x"'],
    ['another version', '{"v":2,"refreshToken":"a","scopes":["s"]}'],
    ['no version', '{"refreshToken":"a","scopes":["s"]}'],
    ['a token of the wrong type', '{"v":1,"refreshToken":{},"scopes":["s"]}'],
    ['scopes of the wrong type', '{"v":1,"refreshToken":"a","scopes":"s"}'],
    ['a scope of the wrong type', '{"v":1,"refreshToken":"a","scopes":[1]}'],
    ['a prototype instead of fields', '{"__proto__":{"v":1,"refreshToken":"a","scopes":["s"]}}'],
  ])('refuses %s', (_title, value) => {
    expect(parseEntry(value).ok).toBe(false);
  });

  test('drops unknown fields', () => {
    expect(parseEntry('{"v":1,"refreshToken":"a","scopes":["s"],"x":1}')).toEqual({
      ok: true,
      entry: { refreshToken: 'a', scopes: ['s'] },
    });
  });

  test('never throws, and accepts only what it would store itself', () => {
    const hostile = fc.oneof(
      fc.string(),
      fc.json(),
      fc.anything(),
      fc
        .record({
          v: fc.oneof(fc.constant(1), fc.anything()),
          refreshToken: fc.oneof(vschar, fc.anything()),
          scopes: fc.oneof(fc.array(rootScope), fc.anything()),
        })
        .map((value) =>
          JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? String(part) : part)),
        ),
    );
    fc.assert(
      fc.property(hostile, (value) => {
        const parsed = parseEntry(value);
        if (parsed.ok) expect(serializeEntry(parsed.entry).ok).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test('survives every truncation and every changed byte of a real value', () => {
    const serialized = serializeEntry(ENTRY);
    const text = serialized.ok ? serialized.text : '';
    for (let at = 0; at < text.length; at += 1) expect(parseEntry(text.slice(0, at)).ok).toBe(false);
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.string({ minLength: 0, maxLength: 2 }), (at, other) => {
        const parsed = parseEntry(text.slice(0, at) + other + text.slice(at + 1));
        if (parsed.ok) expect(serializeEntry(parsed.entry).ok).toBe(true);
      }),
    );
  });

  test('[C32] says what is wrong without quoting the secret', () => {
    const bad = [
      '{"v":1,"refreshToken":"canary-token","scopes":[]}',
      '{"v":9,"refreshToken":"canary-token","scopes":["s"]}',
      'canary-token',
      '{"v":1,"refreshToken":"canary-token\\u0000","scopes":["s"]}',
    ];
    for (const text of bad) {
      const parsed = parseEntry(text);
      expect(parsed.ok).toBe(false);
      expect(JSON.stringify(parsed)).not.toContain('canary');
    }
  });
});

/** Five parts of anything, also of what no encoder makes: lone surrogates, broken escapes. */
const hostileName = fc
  .array(fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) }), {
    minLength: 5,
    maxLength: 5,
  })
  .map((parts) => parts.join('/'));

describe('an entry name', () => {
  const parts = {
    environment: 'production',
    clientId: '61338d24-54d5-408f-a10d-66c06b59f6d2',
    sub: '46bd0f56-e24f-11e5-a510-131bef46955c',
    resourceServer: 'flows.globus.org',
    grantId: 'g1',
  };

  test('is readable: parts with slashes between them', () => {
    expect(entryName(parts)).toBe(
      'production/61338d24-54d5-408f-a10d-66c06b59f6d2/46bd0f56-e24f-11e5-a510-131bef46955c/flows.globus.org/g1',
    );
  });

  test('gives its parts back whatever they are, and never the same name for two grants', () => {
    const part = fc.string({ minLength: 1, unit: 'binary' }).filter((text) => !/\p{Surrogate}/u.test(text));
    const any = fc.record({
      environment: part,
      clientId: part,
      sub: part,
      resourceServer: part,
      grantId: part,
    });
    fc.assert(
      fc.property(any, (value) => {
        expect(parseEntryName(entryName(value))).toEqual(value);
      }),
    );
  });

  test('with an empty part is a mistake of the caller', () => {
    expect(() => entryName({ ...parts, sub: '' })).toThrow(RangeError);
  });

  test.each([[''], ['a/b/c/d'], ['a/b/c/d/e/f'], ['a/b//d/e'], ['a/b/c/d/%'], ['a/b/c/d/%61'], [7], [null]])(
    'is not %j',
    (name) => {
      expect(parseEntryName(name)).toBeNull();
    },
  );

  test('parsing never throws', () => {
    fc.assert(fc.property(fc.oneof(fc.anything(), hostileName), (value) => void parseEntryName(value)));
  });
});
