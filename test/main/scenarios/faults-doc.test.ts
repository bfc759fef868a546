import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const ROWS = readFileSync(join(ROOT, 'docs', 'faults.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (?:-|fault )/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()));

/** `test/some.test.ts`: title, several separated by <br>. */
const proofs = ROWS.flatMap((cells) =>
  (cells[4] ?? '').split('<br>').map((proof) => {
    const [, file = '', title = ''] = /^`([^`]+)`: (.+)$/.exec(proof) ?? [];
    return { fault: cells[1] ?? '', file, title };
  }),
);

it('every fault says what one sees, what it means for tokens, and what proves it', () => {
  expect(ROWS.length).toBeGreaterThan(20);
  for (const cells of ROWS) {
    expect(cells, cells[1]).toHaveLength(6);
    expect(cells.slice(1, 5).every((cell) => cell !== '')).toBe(true);
  }
});

it.each(proofs)('$fault: $title', ({ file, title }) => {
  expect(file).not.toBe('');
  expect(existsSync(join(ROOT, file)), file).toBe(true);
  // As it is written in the source: with %s and the like, between quotes.
  expect(readFileSync(join(ROOT, file), 'utf8')).toContain(`'${title}'`);
});
