import fc from 'fast-check';

/** What shells, URL parsers, curl and terminals act on. `touch pwned` leaves a file if it ever runs. */
export const HOSTILE_FRAGMENTS = [
  "'",
  '"',
  '`touch pwned`',
  '$(touch pwned)',
  "'; touch pwned; '",
  '"; touch pwned; "',
  '${IFS}',
  '$HOME',
  '$$',
  '!!',
  '!x',
  "'!!'",
  '~',
  '~root',
  '*',
  '?',
  '[a-z]',
  '{a,b}',
  '{flow_id}',
  '\\',
  "\\'",
  '\\n',
  '\n',
  '\r\n',
  '\t',
  '\u001b[201~',
  '\u007f',
  '\u009b',
  '\u202e',
  '\u2028',
  '\ufeff',
  '-o pwned',
  '--output=pwned',
  '@/etc/hostname',
  '=',
  '&',
  '#',
  '%',
  '%27',
  '+',
  '/',
  '..',
  ' ',
  '|',
  '>pwned',
  '<',
  ';',
  '^',
  'é',
  'e\u0301',
  '日本',
  '👩🏽‍🔬',
] as const;

/** Not empty, without NUL (no argument can hold one), without lone surrogates (no UTF-8 can). */
export const hostileText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...HOSTILE_FRAGMENTS) },
      { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 4 }) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }) },
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((parts) => parts.join('').replaceAll('\0', ''))
  .filter((text) => text !== '');

/** RFC 6750 `b64token`, long enough that it cannot stand in other text by chance. */
export const bearerTokens: fc.Arbitrary<string> = fc
  .tuple(
    fc.string({
      unit: fc.constantFrom(...'ABCXYZabcxyz0189-._~+/'),
      minLength: 24,
      maxLength: 60,
    }),
    fc.constantFrom('', '=', '=='),
  )
  .map(([body, padding]) => `Ag${body}${padding}`);
