import { expect, it } from 'vitest';
import { VERSION, compareVersions } from '../../../../main/desktop/updates/version.ts';

/** In order, the example of SemVer §11 among them. */
const ORDER = [
  '0.0.9',
  '0.1.0-alpha',
  '0.1.0',
  '0.9.0',
  '0.10.0',
  '1.0.0-alpha',
  '1.0.0-alpha.1',
  '1.0.0-alpha.beta',
  '1.0.0-beta',
  '1.0.0-beta.2',
  '1.0.0-beta.11',
  '1.0.0-rc.1',
  '1.0.0',
  '2.1.1',
  '10.0.0',
];

it('orders versions as SemVer does', () => {
  for (const [index, one] of ORDER.entries()) {
    for (const [other, against] of ORDER.entries()) {
      expect(Math.sign(compareVersions(one, against)), `${one} ${against}`).toBe(Math.sign(index - other));
    }
  }
});

it.each(['', '1', '1.2', '01.2.3', '1.2.3+build', 'v1.2.3', '1.2.3 ', '1.2.3-', '1.2.99999999999'])(
  'knows that %j is no version',
  (text) => {
    expect(VERSION.test(text)).toBe(false);
    expect(() => compareVersions(text, '1.0.0')).toThrow(RangeError);
  },
);
