import { describe, expect, it } from 'vitest';
import {
  countStep,
  countVitest,
  failures,
  succeeded,
  sum,
  summaryLine,
} from '../../scripts/test-summary.mjs';

const file = (status: string, ...tests: string[]): unknown => ({
  status,
  assertionResults: tests.map((each) => ({ status: each })),
});

describe('countVitest()', () => {
  it('counts tests by their outcome', () => {
    const report = {
      testResults: [
        file('passed', 'passed', 'passed', 'skipped'),
        file('failed', 'passed', 'failed', 'todo'),
      ],
    };
    expect(countVitest(report, 1)).toEqual({ passed: 3, failed: 1, skipped: 2 });
  });

  it('counts a file that broke before its tests ran as one failure', () => {
    expect(countVitest({ testResults: [file('passed', 'passed'), file('failed')] }, 1)).toEqual({
      passed: 1,
      failed: 1,
      skipped: 0,
    });
  });

  it('counts a failed run without a failing test as one failure', () => {
    expect(countVitest({ testResults: [file('passed', 'passed')] }, 1)).toMatchObject({
      passed: 1,
      failed: 1,
    });
  });

  it.each([
    [null],
    [undefined],
    ['text'],
    [{}],
    [{ testResults: 'none' }],
    [{ testResults: [null, 3] }],
    [{ testResults: [] }],
  ])('counts the report %j, with no test in it, as one failure whatever the exit code', (report) => {
    expect(countVitest(report, 1)).toEqual({ passed: 0, failed: 1, skipped: 0 });
    expect(countVitest(report, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});

describe('failures()', () => {
  it('names each test that failed, and each file that broke, with the first line of why', () => {
    const report = {
      testResults: [
        {
          name: '/here/test/a.test.ts',
          status: 'failed',
          assertionResults: [
            { status: 'passed', fullName: 'a works' },
            {
              status: 'failed',
              fullName: 'a breaks',
              failureMessages: ['\u001B[31mError\u001B[39m: no\n  at'],
            },
            { status: 'failed', fullName: 'a is silent', failureMessages: [] },
          ],
        },
        { name: '/here/test/b.test.ts', status: 'failed', assertionResults: [], message: 'No module\nc' },
        { name: '/here/test/c.test.ts', status: 'passed', assertionResults: [{ status: 'passed' }] },
      ],
    };
    expect(failures(report, '/here')).toEqual([
      'failed: test/a.test.ts > a breaks: Error: no',
      'failed: test/a.test.ts > a is silent: ',
      'failed: test/b.test.ts: No module',
    ]);
    expect(failures(null, '/here')).toEqual([]);
  });
});

describe('summaryLine()', () => {
  it('adds the steps and names skipped tests only when there are some', () => {
    const count = sum([countStep(0), countStep(2), { passed: 40, failed: 0, skipped: 0 }]);
    expect(summaryLine(count)).toBe('tests: 41 passed, 1 failed');
    expect(summaryLine({ ...count, skipped: 3 })).toBe('tests: 41 passed, 1 failed, 3 skipped');
  });
});

describe('succeeded()', () => {
  it.each([
    [{ passed: 5, failed: 0, skipped: 0 }, true, true],
    [{ passed: 5, failed: 1, skipped: 0 }, false, false],
    [{ passed: 5, failed: 0, skipped: 1 }, false, true],
    [{ passed: 5, failed: 0, skipped: 1 }, true, false],
    [{ passed: 0, failed: 0, skipped: 0 }, false, false],
  ])('of %j, on CI %s, is %s', (count, ci, expected) => {
    expect(succeeded(count, ci)).toBe(expected);
  });
});
