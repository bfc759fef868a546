import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isSealedToken, openSealed, sealToken } from '../../../main/tokens/handover.ts';

const GRANT = 'demo/client/sub/flows.globus.org/1';
const TOKEN = { value: 'Ag-access-token', receivedAt: 1_000, expiresAt: 172_801_000 };
const REFRESH = 'Ag-refresh-token';

it('[C20] gives back the grant and the token to who has the same refresh token', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (value, refreshToken) => {
      const token = { ...TOKEN, value };
      const sealed = JSON.parse(JSON.stringify(sealToken(GRANT, token, refreshToken))) as unknown;
      expect(openSealed(sealed, refreshToken)).toEqual({ grant: GRANT, token });
    }),
  );
});

it('[C25] opens with no other refresh token, and shows nothing of either token', () => {
  const sealed = sealToken(GRANT, TOKEN, REFRESH);
  expect(openSealed(sealed, `${REFRESH}x`)).toBeNull();
  const bytes = Buffer.from(sealed.sealed, 'base64url').toString('latin1');
  for (const secret of [TOKEN.value, REFRESH]) {
    expect(JSON.stringify(sealed)).not.toContain(secret);
    expect(bytes).not.toContain(secret);
  }
});

it('is sealed anew each time, under another key and nonce', () => {
  const [one, other] = [sealToken(GRANT, TOKEN, REFRESH), sealToken(GRANT, TOKEN, REFRESH)];
  expect(one.salt).not.toBe(other.salt);
  expect(one.sealed.slice(0, 16)).not.toBe(other.sealed.slice(0, 16));
});

it('opens for nobody once any bit of any part was changed', () => {
  const sealed = sealToken(GRANT, TOKEN, REFRESH);
  fc.assert(
    fc.property(
      fc.constantFrom('grant', 'salt', 'sealed' as const),
      fc.nat(),
      fc.integer({ min: 0, max: 7 }),
      (part: 'grant' | 'salt' | 'sealed', at, bit) => {
        const encoding = part === 'grant' ? 'latin1' : 'base64url';
        const bytes = Buffer.from(sealed[part], encoding);
        const index = at % bytes.length;
        bytes.writeUInt8(bytes.readUInt8(index) ^ (1 << bit), index);
        expect(openSealed({ ...sealed, [part]: bytes.toString(encoding) }, REFRESH)).toBeNull();
      },
    ),
    { numRuns: 300 },
  );
});

it('opens for nobody once any character was changed, the spare bits of the last one included', () => {
  const sealed = sealToken(GRANT, TOKEN, REFRESH);
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/ \n';
  for (const part of ['salt', 'sealed'] as const) {
    for (const letter of letters) {
      for (const at of [0, sealed[part].length - 1]) {
        const changed = sealed[part].slice(0, at) + letter + sealed[part].slice(at + 1);
        if (changed === sealed[part]) continue;
        expect(openSealed({ ...sealed, [part]: changed }, REFRESH), `${part} ${at} ${letter}`).toBeNull();
      }
    }
  }
});

it('says null to whatever is no sealed token, and never throws', () => {
  const sealed = sealToken(GRANT, TOKEN, REFRESH);
  const parts = fc.record({ grant: fc.anything(), salt: fc.anything(), sealed: fc.anything() });
  const texts = fc.record({ grant: fc.string(), salt: fc.base64String(), sealed: fc.base64String() });
  fc.assert(
    fc.property(fc.oneof(fc.anything(), parts, texts), (value) => {
      expect(openSealed(value, REFRESH)).toBeNull();
    }),
  );
  for (const value of [
    { ...sealed, sealed: '' },
    { ...sealed, sealed: 'AAAA' },
    { ...sealed, salt: sealed.salt.slice(4) },
    { ...sealed, sealed: 'A'.repeat(20_000) },
    { ...sealed, grant: 'g'.repeat(3_000) },
  ]) {
    expect(openSealed(value, REFRESH)).toBeNull();
  }
  expect(isSealedToken(sealed)).toBe(true);
});

it.each([
  [{ ...TOKEN, value: '' }],
  [{ ...TOKEN, receivedAt: -1 }],
  [{ ...TOKEN, expiresAt: Number.NaN }],
  [{ ...TOKEN, receivedAt: TOKEN.expiresAt + 1 }],
])('takes no token that could not be one, even from who has the key: %j', (token) => {
  expect(openSealed(sealToken(GRANT, token, REFRESH), REFRESH)).toBeNull();
});
