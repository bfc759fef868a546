import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseDuration } from '../../../cli/duration.ts';
import { nearest } from '../../../cli/nearest.ts';
import { COMMON_OPTIONS } from '../../../cli/parse.ts';
import { TOKEN_OPTIONS } from '../../../cli/token-query.ts';
import { build } from '../../../scripts/build.mjs';
import { LAUNCHER } from '../../support/cli-rig.ts';

const SHELLS = (
  [
    ['dash', ['/usr/bin/dash']],
    ['bash', ['/usr/bin/bash']],
    ['bash as sh', ['/usr/bin/bash', '--posix']],
    ['zsh', ['/usr/bin/zsh', '-f']],
    ['zsh as sh', ['/usr/bin/zsh', '--emulate', 'sh', '-f']],
    ['busybox', ['/usr/bin/busybox', 'sh']],
    ['ksh', ['/usr/bin/ksh']],
    ['mksh', ['/usr/bin/mksh']],
  ] as const
).filter(([, [shell]]) => existsSync(shell));
const KNOWN = Object.keys({ ...TOKEN_OPTIONS, ...COMMON_OPTIONS });
/** What a command line can hold and a message can repeat. */
const ASCII = fc.string({ unit: 'grapheme-ascii', maxLength: 20 });

let functions = '';
beforeAll(async () => {
  await build({ only: ['cli'] });
  const text = readFileSync(LAUNCHER, 'utf8');
  // Without the two lines that do something.
  functions = text.slice(0, text.lastIndexOf('answer "$@"')).replace(/^case \$1 in get .*$/m, '');
}, 60_000);

/** What the launcher's functions say of many words at once: a line for each. */
function said(
  [shell, ...options]: readonly string[],
  each: string,
  words: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): string[] {
  const script = `${functions}\nfor gt_each do ( set -- "$gt_each"; ${each} ); done; exit 0`;
  const text = execFileSync(shell ?? '', [...options, '-c', script, 'globus-token', ...words], {
    env,
    timeout: 20_000,
  }).toString();
  return text.split('\n').slice(0, -1);
}

/** A name of an option and what fingers make of it. */
const mistyped = fc
  .tuple(
    fc.constantFrom(...KNOWN),
    fc.array(
      fc.tuple(
        fc.nat(11),
        fc.constantFrom('add', 'drop', 'change', 'swap', 'cut'),
        fc.constantFrom(...'aiemnt-*'),
      ),
      {
        minLength: 1,
        maxLength: 4,
      },
    ),
  )
  .map(([name, slips]) =>
    slips.reduce((word, [at, kind, letter]) => {
      const [before, rest] = [word.slice(0, at), word.slice(at)];
      if (kind === 'add') return `${before}${letter}${rest}`;
      if (kind === 'drop') return `${before}${rest.slice(1)}`;
      if (kind === 'change') return `${before}${letter}${rest.slice(1)}`;
      return kind === 'cut' ? before : `${before}${rest.slice(1, 2)}${rest.slice(0, 1)}${rest.slice(2)}`;
    }, name),
  )
  .filter((word) => word !== '' && !KNOWN.includes(word));

it.each(SHELLS)('[C48] finds in %s the option that Node finds', (_name, shell) => {
  const words = [...fc.sample(mistyped, 200), ...fc.sample(ASCII, 50).filter((word) => word !== '')];
  const each = 'gt_command=get gt_usage=help; unknown "--$1" 2>&1 >/dev/null';
  const hints = said(shell, each, words).filter((line) => line.startsWith('hint: '));
  const wanted = words.map((word) => {
    const near = nearest(word, KNOWN);
    return `hint: ${near === null ? 'help' : `did you mean --${near}? See help`}`;
  });
  expect(hints).toEqual(wanted);
  expect(new Set(hints).size).toBe(KNOWN.length + 1);
});

it.each(SHELLS)('[C48] writes in %s what JSON writes', (_name, shell) => {
  const words = fc.sample(ASCII, 200);
  const each = 'if ascii "$1"; then quoted "$1"; say "$gt_value"; fi';
  expect(said(shell, each, words)).toEqual(words.map((word) => JSON.stringify(word)));
  const unfit = ['a\nb', 'é', '\u001b', '\u007f', '\u0080', '\u202e', '“', '\t'];
  expect(said(shell, `if ascii "$1"; then say "$1"; fi`, unfit)).toEqual([]);
});

it.each(SHELLS)('leaves in %s to Node what it would repeat for minutes', (_name, shell) => {
  const each = 'understood get --json scope "$1" 2>&1 || say handed';
  expect(said(shell, each, [`--${'x'.repeat(20_000)}`, '"'.repeat(5_000)])).toEqual(['handed', 'handed']);
  expect(said(shell, each, ['"'.repeat(256)])[0]).toMatch(/^\{"error":\{"exit":"usage","code":2,/);
});

it.each(SHELLS)('reads in %s the time that Node reads', (_name, shell) => {
  const digits = fc.stringMatching(/^0{0,3}\d{0,9}$/);
  const times = fc.tuple(digits, fc.constantFrom('', 's', 'm', 'h', 'd', 'S', 'hh', ' '));
  const words = [
    ...fc.sample(times, 200).map((parts) => parts.join('')),
    '08',
    '1157d',
    '1158d',
    '-1',
    '1.5h',
  ];
  const each = 'if duration "$1"; then say "$gt_seconds"; else say null; fi';
  expect(said(shell, each, words)).toEqual(words.map((word) => String(parseDuration(word))));
});

// Debian's `locales` has what it is made from.
describe.runIf(existsSync('/usr/share/i18n/locales/en_US'))(
  'where a locale sorts more letters and digits',
  () => {
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'locale-'));
      execFileSync('localedef', ['-i', 'en_US', '-f', 'UTF-8', join(folder, 'en_US.UTF-8')]);
    }, 60_000);
    afterAll(() => {
      rmSync(folder, { recursive: true });
    });

    it.each(SHELLS)('takes in %s none of them for ASCII', (_name, shell) => {
      const env = { ...process.env, LOCPATH: folder, LC_ALL: 'en_US.UTF-8' };
      const words = ['é', 'ａ', 'ℂ', '²', '٣', '３', '٣h'];
      const taken = 'ascii "$1" || duration "$1" || plain "/$1" && say "$1"';
      expect(said(shell, taken, words, env)).toEqual([]);
      expect(said(shell, taken, ['a', '3'], env)).toEqual(['a', '3']);
    });
  },
);
