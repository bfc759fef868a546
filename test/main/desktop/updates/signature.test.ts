import { describe, expect, it } from 'vitest';
import { isSigned, parseKey } from '../../../../main/desktop/updates/signature.ts';
import { newReleaseKey, signatureOf } from '../../../support/update-feed.ts';

const RELEASE_KEY = newReleaseKey();
const BYTES = Buffer.from('version: 1.2.3\n');
const SIGNATURE = signatureOf(BYTES, RELEASE_KEY);

function key(text = RELEASE_KEY.publicText) {
  const parsed = parseKey(text);
  if (parsed === null) throw new Error('no key');
  return parsed;
}

describe('a list', () => {
  it('signed by the release key is taken, with the line break of a file or without', () => {
    expect(isSigned(BYTES, SIGNATURE, key())).toBe(true);
    expect(isSigned(BYTES, SIGNATURE.trim(), key())).toBe(true);
    expect(isSigned(BYTES, `${SIGNATURE.trim()}\r\n`, key())).toBe(true);
  });

  it('is another one after any change of one bit', () => {
    for (let bit = 0; bit < BYTES.length * 8; bit += 1) {
      const changed = Buffer.from(BYTES);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(isSigned(changed, SIGNATURE, key())).toBe(false);
    }
  });

  it.each<[string, string]>([
    ['another key', signatureOf(BYTES, newReleaseKey())],
    ['no bytes', ''],
    ['other bytes', signatureOf(Buffer.from('version: 9.9.9\n'), RELEASE_KEY)],
    [
      'too many bytes',
      Buffer.concat([Buffer.from(SIGNATURE, 'base64'), Buffer.from('x')]).toString('base64'),
    ],
    ['characters that a lenient reader skips', `-${SIGNATURE}`],
    ['two lines', `${SIGNATURE}${SIGNATURE}`],
    ['a page that says that there is none', '<html>404</html>'],
  ])('with a signature of %s is refused', (_title, signature) => {
    expect(isSigned(BYTES, signature, key())).toBe(false);
  });

  it('is verified as RFC 8032 says (§7.1, test 2)', () => {
    const publicKey = Buffer.from('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c', 'hex');
    const signature = Buffer.from(
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
      'hex',
    );
    const parsed = key(publicKey.toString('base64'));
    expect(isSigned(Buffer.from('72', 'hex'), signature.toString('base64'), parsed)).toBe(true);
    expect(isSigned(Buffer.from('73', 'hex'), signature.toString('base64'), parsed)).toBe(false);
  });
});

it.each(['', 'AAAA', 'no key', `${RELEASE_KEY.publicText}\n`, Buffer.alloc(33).toString('base64')])(
  'no key is made of %j',
  (text) => {
    expect(parseKey(text)).toBeNull();
  },
);
