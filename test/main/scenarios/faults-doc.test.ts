import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FAULTS } from '../../support/faults-table.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

const TEXT = readFileSync(join(ROOT, 'docs', 'faults.md'), 'utf8');

const proofs = FAULTS.flatMap(({ fault, proofs: cell }) =>
  cell.split('<br>').map((proof) => {
    const [, file = '', title = ''] = /^`([^`]+)`: (.+)$/.exec(proof) ?? [];
    return { fault, file, title };
  }),
);

it('every fault says what one sees, what it means for tokens, and what proves it', () => {
  expect(FAULTS.length).toBeGreaterThan(20);
  for (const { fault, seen, tokens, proofs: cell, cells } of FAULTS) {
    expect(cells, fault).toBe(4);
    expect([fault, seen, tokens, cell], fault).not.toContain('');
  }
});

it.each(proofs)('$fault: $title', ({ file, title }) => {
  expect(file).not.toBe('');
  expect(existsSync(join(ROOT, file)), file).toBe(true);
  // As it is written in the source: with %s and the like, between quotes.
  expect(readFileSync(join(ROOT, file), 'utf8')).toContain(`'${title}'`);
});

it.each([
  ['Kills', 'kills', /^kills: (?:[5-9]|\d\d)\d\d, 0 violations \(seed (\d+)\)$/m],
  ['Soak', 'soak', /^soak: 24 hours in .*: nothing grows \(seed (\d+)\)$/m],
])(
  '%s: the last run is there as it ended, with the command that plays it again',
  (title, script, verdict) => {
    const section = TEXT.split('\n## ').find((part) => part.startsWith(`${title}\n`)) ?? '';
    const [, command = ''] =
      new RegExp(`The last run \\(\`npm run ${script} -- ([^\`]+)\`\\)`).exec(section) ?? [];
    const [, seed = ''] = verdict.exec(section) ?? [];
    expect(seed).not.toBe('');
    expect(command.split(' --')).toContain(`seed ${seed}`);
  },
);
