import { describe, expect, it } from 'vitest';
import { cookieFor } from '../../../../main/desktop/x11/authority.ts';

const FAMILY_LOCAL = 256;

function record(display: string, name: string, data: string): Buffer {
  const strings = ['laptop', display, name, data].flatMap((text) => [
    Buffer.from([text.length >> 8, text.length & 0xff]),
    Buffer.from(text),
  ]);
  return Buffer.concat([Buffer.from([FAMILY_LOCAL >> 8, FAMILY_LOCAL & 0xff]), ...strings]);
}

describe('the cookie for an X server', () => {
  const file = Buffer.concat([
    record('0', 'XDM-AUTHORIZATION-1', 'another way'),
    record('1', 'MIT-MAGIC-COOKIE-1', 'of display 1'),
    record('0', 'MIT-MAGIC-COOKIE-1', 'of display 0'),
  ]);

  it.each(['0', '1'])('is the one of its display: %s', (number) => {
    expect(cookieFor(file, number)?.toString()).toBe(`of display ${number}`);
  });

  it('is one for any display', () => {
    expect(cookieFor(record('', 'MIT-MAGIC-COOKIE-1', 'of all'), '7')?.toString()).toBe('of all');
  });

  it('is none where the file has none, is cut off anywhere, or is something else', () => {
    expect(cookieFor(file, '2')).toBeNull();
    for (let length = 0; length < file.length; length += 1) {
      expect(cookieFor(file.subarray(0, length), '0')).toBeNull();
    }
    expect(cookieFor(Buffer.from('not an authority file'), '0')).toBeNull();
  });
});
