import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MASK, redactBody, redactText } from '../../../main/calls/redact.ts';

const TOKEN = `Ag${'aB3'.repeat(30)}`;
const JWT = 'eyJhbGciOiJSUzUxMiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl';

describe('what an answer shows', () => {
  it.each([TOKEN, JWT, JWT.split('.').slice(0, 2).join('.')])(
    '[C16] never shows %s, wherever it stands',
    (secret) => {
      for (const text of [
        secret,
        `{"a":"x ${secret} y"}`,
        `<p>${secret}</p>`,
        `{"${secret}":1}`,
        `a=${secret}&b=1`,
      ]) {
        expect(redactBody(text, [])).not.toContain(secret);
        expect(redactBody(text, [])).toContain(MASK);
      }
    },
  );

  it.each([
    'access_token',
    'refresh_token',
    'id_token',
    'accessToken',
    'client_secret',
    'SECRET',
    'transfer-access-token',
    'password',
    'Authorization',
  ])('[C16] masks every value under the name %s, whatever its form', (name) => {
    for (const value of ['abc', 12, ['abc', { deep: 'abc' }], { inner: ['abc', 1.5], more: 'abc' }]) {
      const body = redactBody(JSON.stringify({ [name]: value, after: 'seen' }), []);
      expect(body).not.toMatch(/abc|12|1\.5/);
      expect(JSON.parse(body)).toMatchObject({ after: 'seen' });
    }
    expect(redactBody(`${name}=abc&state=s`, [])).toContain('state=s');
  });

  it('[C16] finds a token and a name that are written with escapes', () => {
    const escaped = TOKEN.replace('A', '\\u0041');
    const secret = '{"access\\u005ftoken":"abc"}';
    expect(redactBody(`{"a":"${escaped}"}`, [])).toBe(`{"a":"${MASK}"}`);
    expect(redactBody(secret, [])).not.toContain('abc');
  });

  it('[C16] leaves no rest of a token where the answer breaks off', () => {
    for (const end of [TOKEN.slice(0, 20), JWT.slice(0, 15), `${JWT.slice(0, 25)}`]) {
      expect(redactBody(`{"flows":[{"title":"x ${end}`, [], true)).toBe('{"flows":[{"title":"x ');
    }
    expect(redactBody('{"secret":"first second', [], true)).not.toContain('first');
    expect(redactBody('{"secret":"first\\', [], true)).not.toContain('first');
  });

  it('[C16] masks the token that was sent, also when it looks like nothing', () => {
    expect(redactBody('{"echo":"plain-one"}', ['plain-one'])).toBe(`{"echo":"${MASK}"}`);
    expect(redactText('with plain-one', ['plain-one', ''])).toBe(`with ${MASK}`);
  });

  it('leaves everything else as it was sent: numbers, layout, names that only sound alike', () => {
    const texts = [
      '{ "id": 12345678901234567890,\n  "marker": "eyJhIjoxfQ==", "error": "invalid_token" }',
      '{"authorization_parameters":{"session_message":"Sign in"},"globus_auth_scope":"https://x/y"}',
      'Agreement about Ag and eyJ, "quoted" and [bracketed], a:b',
      '{"access_token":null,"secret":false}',
    ];
    for (const text of texts) expect(redactBody(text, [])).toBe(text);
  });

  it('[C16] holds for any JSON around it, and stays JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.integer({ min: 0, max: 2 }), (before, after, indent) => {
        const text = JSON.stringify(
          { before, list: [TOKEN, { id_token: 'gone-for-good' }], after },
          null,
          indent,
        );
        const shown = redactBody(text, []);
        expect(shown).not.toContain(TOKEN);
        expect(shown).not.toContain('gone-for-good');
        expect(JSON.parse(shown)).toHaveProperty('list', [MASK, { id_token: MASK }]);
      }),
      { numRuns: 50 },
    );
  }, 30_000);

  it('[C16] never throws, and never shows a token, in any text that is cut anywhere', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ unit: 'binary' }), fc.nat(250), (a, b, cut) => {
        const whole = `${a} "${TOKEN}" ${b}`;
        expect(redactBody(whole.slice(0, cut), [], true)).not.toMatch(/Ag[aB3]{5,}/);
      }),
    );
  }, 30_000);

  it.each([
    ['one word', 'a'.repeat(200_000)],
    ['one string', `"${'a'.repeat(199_000)}`],
    ['beginnings of JWTs', 'eyJ'.repeat(66_000)],
    ['beginnings of tokens', 'Ag'.repeat(100_000)],
    ['brackets', '['.repeat(200_000)],
    ['backslashes', `"${'\\'.repeat(199_999)}`],
  ])(
    '[C53] takes a moment, not a minute, for 200 kB of %s',
    (_, text) => {
      const started = process.cpuUsage();
      redactBody(text, ['secret'], true);
      redactBody(`${text} "`, ['secret'], true);
      // Of the processor, in microseconds: other tests may run on it at the same time.
      expect(process.cpuUsage(started).user).toBeLessThan(4_000_000);
    },
    30_000,
  );
});
