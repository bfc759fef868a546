import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quotePosix, quoteWord } from '../../../main/snippets/posix.ts';
import { hostileText } from '../../support/hostile.ts';
import { POSIX_SHELLS, ShellBench, SNIPPET_SHELLS } from '../../support/shells.ts';

/** Many shell starts on a busy machine; a second or two when it is idle. */
const SHELL_TIMEOUT = 60_000;

let bench: ShellBench;
beforeAll(async () => {
  bench = await ShellBench.open();
});
afterAll(() => bench.close());

/** At a prompt a control character is a key, whatever the quotes: that is why renderCurl lets none through. */
function typeable(value: string): string {
  return value.replace(/\p{C}/gu, ' ');
}

describe('quotePosix', () => {
  it.each([
    ['', `''`],
    ['plain', `'plain'`],
    [`it's`, `'it'\\''s'`],
    [`'`, `''\\'''`],
    // fish reads a backslash before a quote or another one as an escape, inside single quotes, too.
    ['a\\', `'a'\\\\''`],
    ['\\\\n', `''\\\\\\\\'n'`],
    ['\\n', `'\\n'`],
    ['$(id) `id` "x" \\ !', `'$(id) \`id\` "x" \\ !'`],
  ])('[C40] writes %j in single quotes', (value, word) => {
    expect(quotePosix(value)).toBe(word);
  });

  it.each([
    ['NUL', 'a\0b'],
    ['a lone high surrogate', '\ud800x'],
    ['a lone low surrogate', 'x\udc00'],
  ])('[C40] refuses %s, which no argument can hold', (_what, value) => {
    expect(() => quotePosix(value)).toThrow(RangeError);
  });

  it('[C40] keeps a whole surrogate pair', () => {
    expect(quotePosix('👩🏽‍🔬')).toBe(`'👩🏽‍🔬'`);
  });

  it.each(SNIPPET_SHELLS)(
    '[C40] gives every value to a command unchanged in $name',
    async (shell) => {
      await fc.assert(
        fc.asyncProperty(fc.array(hostileText, { minLength: 30, maxLength: 60 }), async (raw) => {
          const values = shell.interactive ? raw.map(typeable) : raw;
          const { calls } = await bench.run(
            shell,
            values.map((value) => `curl ${quotePosix(value)}`),
          );
          expect(calls).toEqual(values.map((value) => [value]));
          expect(await bench.leftovers()).toEqual([]);
        }),
        { numRuns: 5, endOnFailure: true },
      );
    },
    SHELL_TIMEOUT,
  );
});

describe('quoteWord', () => {
  const id = { variable: 'RUN_ID', required: 'set RUN_ID to the ID of a run' };

  it.each([
    ['text alone', ['a', "'", 'b'], `'a'\\''b'`],
    ['a variable at the end of plain text', ['k=', { variable: 'RUN_ID' }], '"k=$RUN_ID"'],
    ['a variable inside plain text', ['/', { variable: 'RUN_ID' }, ':h'], '"/${RUN_ID}:h"'],
    ['a required variable', ['/', id, '/log'], '"/${RUN_ID:?set RUN_ID to the ID of a run}/log"'],
    ['a variable among quotes', ['["', { variable: 'RUN_ID' }, '"]'], `'["'"$RUN_ID"'"]'`],
    ['a variable beside an exclamation mark', ['!', { variable: 'RUN_ID' }], `'!'"$RUN_ID"`],
    // Under RC_QUOTES two quoted pieces that touch would read as one with a quote in it.
    ['neighbouring text as one piece', ['!', "'", { variable: 'RUN_ID' }], `'!'\\'''"$RUN_ID"`],
    ['a variable beside a dollar sign', ['$', { variable: 'RUN_ID' }], `'$'"$RUN_ID"`],
  ])('[C40] writes %s', (_what, parts, word) => {
    expect(quoteWord(parts)).toBe(word);
  });

  it.each([
    ['a name with a command in it', { variable: 'A;id' }],
    ['a lower-case name', { variable: 'path' }],
    ['a message with an expansion in it', { variable: 'A', required: 'set $(id)' }],
    ['a message with a brace in it', { variable: 'A', required: 'x}' }],
  ])('[C40] refuses %s', (_what, variable) => {
    expect(() => quoteWord(['x', variable])).toThrow(RangeError);
  });

  it.each(POSIX_SHELLS)(
    '[C40] joins hostile text and a hostile variable in $name',
    async (shell) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(hostileText, hostileText), { minLength: 20, maxLength: 40 }),
          hostileText,
          async (raw, content) => {
            const pairs = raw.map(([a, b]) => (shell.interactive ? [typeable(a), typeable(b)] : [a, b]));
            const { calls } = await bench.run(
              shell,
              pairs.map(([a = '', b = '']) => `curl ${quoteWord([a, { variable: 'RUN_ID' }, b])}`),
              { RUN_ID: content },
            );
            expect(calls).toEqual(pairs.map(([a, b]) => [`${a}${content}${b}`]));
            expect(await bench.leftovers()).toEqual([]);
          },
        ),
        { numRuns: 5, endOnFailure: true },
      );
    },
    SHELL_TIMEOUT,
  );
});
