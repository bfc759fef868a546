import { closeSync, openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { openDescriptor } from '../../../cli/passphrase/read.ts';

it('takes a pipe of Windows, of which Node says that it is none [C48]', () => {
  // All that fstat is asked says no of it there.
  const pipe = {
    isDirectory: () => false,
    isBlockDevice: () => false,
    isFile: () => false,
    isFIFO: () => false,
  };
  expect(openDescriptor('--code-fd', '0', () => pipe)).toBe(0);
});

it('refuses a folder, what is not open and what is no number [C48]', () => {
  const folder = openSync(tmpdir(), 'r');
  try {
    for (const text of [String(folder), '999', '-1', '3 ', 'x', '']) {
      expect(() => openDescriptor('--code-fd', text)).toThrow(/could not be read|takes the number/);
    }
  } finally {
    closeSync(folder);
  }
});
