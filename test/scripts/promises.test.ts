import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../scripts/build-targets.mjs';

const text = readFileSync(join(ROOT, 'SECURITY.md'), 'utf8');
const section = (title: string): string => text.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? '';

const promised = [...section('What it promises').matchAll(/^(\d+)\. /gm)].map((match) => Number(match[1]));
const proofs = [
  ...section('Where each promise is proven').matchAll(/^\| +(\d+) +\| ([^|]+) \| ([^|]+) \|$/gm),
].map(([, number, requirements = '', links = '']) => ({
  number: Number(number),
  // A dash where the checklist says nothing of it.
  requirements: requirements
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '–'),
  files: [...links.matchAll(/\]\(([^)]+)\)/g)].map((match) => match[1] ?? ''),
}));

describe('a promise of SECURITY.md', () => {
  it('has a number of its own, without a gap, and a row of proofs', () => {
    expect(promised.length).toBeGreaterThan(20);
    expect(promised).toEqual(promised.map((_, index) => index + 1));
    expect(proofs.map(({ number }) => number)).toEqual(promised);
  });

  it.each(proofs)('$number is proven by tests that name its requirements', ({ requirements, files }) => {
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
    const sources = files.map((file) => readFileSync(join(ROOT, file), 'utf8'));
    const names = (source: string, requirement: string): boolean => source.includes(`[${requirement}]`);
    expect(requirements.filter((one) => !sources.some((source) => names(source, one)))).toEqual([]);
    if (requirements.length === 0) return;
    expect(files.filter((_, at) => !requirements.some((one) => names(sources[at] ?? '', one)))).toEqual([]);
  });
});
