import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parseChecklistArguments } from '../../scripts/checklist/arguments.mjs';
import { type Checklist, gapsIn, lineOf } from '../../scripts/checklist/gaps.mjs';
import { checklistText } from '../../scripts/checklist/print.mjs';
import { resultsIn, type TestResult, troublesIn } from '../../scripts/checklist/results.mjs';
import { escaped, needsBuild } from '../../scripts/checklist/tree-copy.mjs';
import { loadEntries, numbersByFile, numbersIn, statementsIn } from '../../scripts/checklist/tree.mjs';
import { brokenVerdict, unbrokenVerdict } from '../../scripts/checklist/verdict.mjs';
import { ROOT } from '../../scripts/build-targets.mjs';
import type { Break, Entry } from '../checklist/types.ts';

/** Not written out: the titles of this file prove no statement. */
const tag = (...numbers: number[]): string => `[${numbers.map((number) => `C${number}`).join(', ')}]`;

const folders: string[] = [];
afterEach(() => Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true }))));

const BREAK: Break = {
  file: 'main/listener.ts',
  from: "host: '127.0.0.1'",
  to: "host: '0.0.0.0'",
  test: 'test/listener.test.ts',
  title: `${tag(1)} listens`,
  seen: '2026-11-29',
};
const PASSED: TestResult = {
  file: BREAK.test,
  title: `the listener ${tag(1)} listens here`,
  status: 'passed',
  message: '',
};

/** One statement that is whole, and what a test changes about it. */
function checklist(changes: Partial<Checklist> = {}): Checklist {
  return {
    statements: [{ section: 'Sign-in', number: 1, text: 'It listens here.' }],
    entries: [{ number: 1, breaks: [BREAK] }],
    results: [PASSED],
    missing: [],
    named: new Map([[BREAK.test, [1]]]),
    sources: new Map([[BREAK.file, `open({\n  ${BREAK.from},\n});\n`]]),
    ...changes,
  };
}
const gaps = (changes: Partial<Checklist>): string[] => gapsIn(checklist(changes)).map(({ what }) => what);
const withBreak = (changes: Partial<Break>): Partial<Checklist> => ({
  entries: [{ number: 1, breaks: [{ ...BREAK, ...changes }] }],
});

describe('gapsIn()', () => {
  it('finds none where a test passed and its break is in place', () => {
    expect(gaps({})).toEqual([]);
  });

  const elsewhere = { systems: ['macOS'] as const, why: 'none here', seam: 'the native call' };
  it.each<[string, Partial<Checklist>, RegExp]>([
    ['a number without a test', { results: [], named: new Map() }, /^no test names it$/],
    ['a test that failed', { results: [{ ...PASSED, status: 'failed' }] }, /^failed: test\/listener/],
    [
      'a test that did not run',
      { results: [{ ...PASSED, status: 'skipped' }] },
      /^did not run: .*listens here$/,
    ],
    [
      'a file that did not run',
      {
        named: new Map([
          [BREAK.test, [1]],
          ['test/other.test.ts', [1]],
        ]),
      },
      /^did not run: test\/other\.test\.ts$/,
    ],
    [
      'a report that is not there',
      { missing: ['test-results/e2e.json'] },
      /^test-results\/e2e\.json is missing/,
    ],
    ['a number without an entry', { entries: [] }, /^has no break$/],
    ['an entry without a break', { entries: [{ number: 1, breaks: [] }] }, /^has no break$/],
    [
      'two entries of a number',
      {
        entries: [
          { number: 1, breaks: [BREAK] },
          { number: 1, breaks: [BREAK] },
        ],
      },
      /^has more than one entry$/,
    ],
    ['a break in no file', { sources: new Map() }, /the file is not there$/],
    [
      'a break whose text is gone',
      withBreak({ from: "host: '::1'" }),
      /stands 0 times in the file, not once$/,
    ],
    [
      'a break whose text stands twice',
      { sources: new Map([[BREAK.file, BREAK.from.repeat(2)]]) },
      /stands 2 times in the file, not once$/,
    ],
    ['a break that changes nothing', withBreak({ to: BREAK.from }), /it changes nothing$/],
    ['a break for a test of another name', withBreak({ title: `${tag(1)} sings` }), /is called .* sings$/],
    [
      'a break for a test of another file',
      withBreak({ test: 'test/other.test.ts' }),
      /no test of test\/other/,
    ],
    ['a break for a test of another number', withBreak({ title: 'listens here' }), /does not name C1$/],
    ['a break that was never tried', withBreak({ seen: '' }), /no day on which it was seen to fail$/],
    [
      'a seam that no test asserts',
      { entries: [{ number: 1, breaks: [BREAK], elsewhere: [elsewhere] }] },
      /^no test is called the native call/,
    ],
    [
      'an entry of no statement',
      {
        entries: [
          { number: 1, breaks: [BREAK] },
          { number: 9, breaks: [BREAK] },
        ],
      },
      /is no number of the list$/,
    ],
    ['a test of no statement', { named: new Map([[BREAK.test, [1, 61]]]) }, /and the list does not$/],
  ])('finds %s', (_what, changes, expected) => {
    expect(gaps(changes)).toContainEqual(expect.stringMatching(expected));
  });
});

describe('the verdict on a run', () => {
  const failed: TestResult = {
    ...PASSED,
    status: 'failed',
    message: 'AssertionError: expected 2 to be 1\n at x',
  };
  it('takes a failure of the named test, and says what it expected', () => {
    expect(brokenVerdict([failed], BREAK.title, [])).toEqual({
      proven: true,
      word: 'fails: AssertionError: expected 2 to be 1',
    });
  });

  it('takes a test whose time ran out, and says so', () => {
    const late = { ...failed, message: 'Error: STACK_TRACE_ERROR\n at x' };
    expect(brokenVerdict([late], BREAK.title, []).word).toBe('fails: its time ran out');
  });

  it('takes one failure among several tests of that title', () => {
    expect(brokenVerdict([PASSED, failed], BREAK.title, [])).toMatchObject({ proven: true });
  });

  it.each<[string, TestResult[], string[], RegExp]>([
    ['passes', [PASSED], [], /^STILL PASSES$/],
    ['does not load', [], ['Transform failed'], /^does not load, which proves nothing: Transform failed$/],
    ['left no report', [], [], /no report$/],
    ['was left out', [{ ...PASSED, status: 'skipped' }], [], /^did not run/],
    [
      'met a program that is none',
      [{ ...failed, message: 'ReferenceError: port is not defined' }],
      [],
      /does not run any more/,
    ],
    ['has another title', [{ ...failed, title: 'something else' }], [], /^does not load/],
  ])('takes nothing from a broken run whose test %s', (_what, results, troubles, word) => {
    expect(brokenVerdict(results, BREAK.title, troubles)).toEqual({
      proven: false,
      word: expect.stringMatching(word) as string,
    });
  });

  it.each<[string, TestResult[], string[], boolean]>([
    ['passed', [PASSED], [], true],
    ['failed', [PASSED, failed], [], false],
    ['was left out', [{ ...PASSED, status: 'skipped' }], [], false],
    ['has another title', [{ ...PASSED, title: 'something else' }], [], false],
    ['did not load', [], ['no such file'], false],
  ])('of the unbroken product, whose test %s', (_what, results, troubles, proven) => {
    expect(unbrokenVerdict(results, BREAK.title, troubles).proven).toBe(proven);
  });
});

describe('a report of vitest', () => {
  it('gives titles with their suites, outcomes and the first failure, files below the root', () => {
    const report = {
      testResults: [
        {
          name: '/tree/test/a.test.ts',
          message: '',
          assertionResults: [
            { fullName: 'suite one', status: 'failed', failureMessages: ['Error: 1', 'Error: 2'] },
          ],
        },
        { name: '/tree/test/b.test.ts', message: 'Transform failed', assertionResults: [] },
      ],
    };
    expect(resultsIn(report, '/tree')).toEqual([
      { file: 'test/a.test.ts', title: 'suite one', status: 'failed', message: 'Error: 1' },
    ]);
    expect(troublesIn(report)).toEqual(['Transform failed']);
  });

  it.each([[null], ['text'], [{}], [{ testResults: [null, { assertionResults: 3 }] }]])(
    'is empty when it is %j',
    (report) => {
      expect(resultsIn(report, '/tree')).toEqual([]);
      expect(troublesIn(report)).toEqual([]);
    },
  );
});

describe('titles and files', () => {
  it.each([
    [`${tag(4)} sends`, [4]],
    [`a suite ${tag(4)} ${tag(14)} sends`, [4, 14]],
    [`sends ${tag(48, 49)}`, [48, 49]],
    ['sends C4 and [X4]', []],
  ])('%j names %j', (title, numbers) => {
    expect(numbersIn(title)).toEqual(numbers);
  });

  it('are found in test files, in strings alone', async () => {
    const root = await mkdtemp(join(tmpdir(), 'checklist-test-'));
    folders.push(root);
    await mkdir(join(root, 'test/main'), { recursive: true });
    await writeFile(
      join(root, 'test/main/a.test.ts'),
      `it('${tag(3)} listens', x);\nit("ends ${tag(4, 5)}", x);\n`,
    );
    await writeFile(join(root, 'test/b.test.ts'), `// about ${tag(6)}\n`);
    await writeFile(join(root, 'test/helper.ts'), `'${tag(7)}'\n`);
    expect([...(await numbersByFile(root))]).toEqual([['test/main/a.test.ts', [3, 4, 5]]]);
  });

  it('are given to vitest as text, not as a pattern', () => {
    const title = `${tag(4)} names http://127.0.0.1:<port> (once)`;
    expect(new RegExp(escaped(title)).exec(`suite ${title} and more`)?.[0]).toBe(title);
  });

  it('need a build where a helper far away knows its folder', async () => {
    expect(await needsBuild(ROOT, 'test/cli/commands.test.ts')).toBe(true);
    expect(await needsBuild(ROOT, 'test/e2e/main-job.test.ts')).toBe(true);
    expect(await needsBuild(ROOT, 'test/main/oauth/loopback.test.ts')).toBe(false);
  });
});

describe('the tables', () => {
  it('are about the sixty statements, each break in a file of the tree where its text stands once', async () => {
    const statements = statementsIn(await readFile(join(ROOT, 'docs/checklist.md'), 'utf8'));
    expect(statements.map(({ number }) => number)).toEqual(
      Array.from({ length: 60 }, (_, index) => index + 1),
    );
    const entries: readonly Entry[] = await loadEntries(ROOT);
    const sources = new Map<string, string>();
    for (const { file } of entries.flatMap(({ breaks }) => breaks))
      sources.set(file, await readFile(join(ROOT, file), 'utf8'));
    const found = gapsIn(
      checklist({ statements, entries, sources, named: new Map(), missing: ['unit.json'] }),
    );
    expect(found.filter(({ what }) => what.startsWith('break in '))).toEqual([]);
  });
});

describe('checklistText()', () => {
  const text = (numbers: number[] | null): string =>
    checklistText(checklist({ results: [PASSED, { ...PASSED, status: 'failed' }] }), [], numbers);
  it('shows tests by file, their last result, and the line of the break', () => {
    expect(text(null)).toBe(
      [
        'Sign-in',
        ' 1  It listens here.',
        '      1 failed, 1 passed  test/listener.test.ts',
        '      broken in main/listener.ts:2, seen 2026-11-29 by test/listener.test.ts',
        '',
        'checklist: 1 of 1 whole, 1 breaks, 0 gaps',
        '',
      ].join('\n'),
    );
  });

  it('shows every title of a number that was asked for, and no other number', () => {
    expect(text([1])).toContain(`passed   test/listener.test.ts: ${PASSED.title}`);
    expect(text([2])).toBe('checklist: 1 of 1 whole, 1 breaks, 0 gaps\n');
  });

  it('names the line that differs', () => {
    expect(lineOf('a\nb\nc\n', { ...BREAK, from: 'a\nb', to: 'a\nx' })).toBe(2);
  });
});

describe('parseChecklistArguments()', () => {
  it.each([
    [[], { numbers: null, breaking: false }],
    [['4', '7-9'], { numbers: [4, 7, 8, 9], breaking: false }],
    [['--break', '4', '7'], { numbers: [4, 7], breaking: true }],
    [['--break', 'all'], { numbers: null, breaking: true }],
  ])('reads %j', (words, choice) => {
    expect(parseChecklistArguments(words)).toEqual({ ok: true, choice });
  });

  it.each([[['--break']], [['all']], [['--brake', '4']], [['4', 'x']]])('refuses %j', (words) => {
    expect(parseChecklistArguments(words)).toMatchObject({ ok: false });
  });
});
