/** One piece of a shell word: fixed text, or a variable that the shell fills in when the command runs. */
export type WordPart = string | ShellVariable;

export interface ShellVariable {
  readonly variable: string;
  /** What the shell says, and stops at, when the variable is unset or empty (`${NAME:?message}`). */
  readonly required?: string;
}

/**
 * Writes a value as one single-quoted word for sh, bash, zsh and fish. In POSIX shells nothing is special
 * inside single quotes but the quote itself (POSIX.1-2024, Shell Command Language §2.2.2), which becomes
 * `'\''`; that form also survives history expansion at a prompt and zsh's RC_QUOTES. fish takes a backslash
 * before a quote or another backslash as an escape even there, so those stand outside of the quotes as well.
 *
 * @throws RangeError for NUL, which no argument can hold, and for a lone surrogate, which no UTF-8 can
 */
export function quotePosix(value: string): string {
  checkText(value);
  return `'${value.replace(/\\{2,}|\\(?='|$)|'/g, (run) => `'${run.replace(/[\\']/g, '\\$&')}'`)}'`;
}

/** @throws RangeError for text that no argument of a process can hold */
export function checkText(value: string): void {
  if (value.includes('\0')) throw new RangeError('a shell word cannot hold a NUL character');
  if (/\p{Surrogate}/u.test(value)) throw new RangeError('a shell word cannot hold half a surrogate pair');
}

/**
 * Writes one word out of fixed text and variables. The whole word goes between double quotes where its text
 * allows that, because `"…/flows/$FLOW_ID"` is what people know how to read; otherwise only the variable
 * does: `'{"run_ids":["'"$RUN_ID"'"]}'`.
 */
export function quoteWord(parts: readonly WordPart[]): string {
  const pieces = mergeText(parts);
  const text = pieces.filter((piece) => typeof piece === 'string').join('');
  if (pieces.every((piece) => typeof piece === 'string')) return quotePosix(text);
  if (PLAIN_IN_DOUBLE_QUOTES.test(text)) {
    const last = pieces.length - 1;
    return `"${pieces.map((piece, index) => (typeof piece === 'string' ? piece : expand(piece, index < last))).join('')}"`;
  }
  return pieces
    .map((piece) => (typeof piece === 'string' ? quotePosix(piece) : `"${expand(piece, false)}"`))
    .join('');
}

/** ASCII that means itself between double quotes (§2.2.3); `!` is not in it because of history expansion. */
const PLAIN_IN_DOUBLE_QUOTES = /^[A-Za-z0-9 ,.:;/?&=@%+~_-]*$/;

/** @param braces needed where more text follows: `$NAME:h` and `$NAME[1]` mean something else in zsh */
function expand({ variable, required }: ShellVariable, braces: boolean): string {
  if (!/^[A-Z_][A-Z0-9_]*$/.test(variable)) throw new RangeError(`not a shell variable: ${variable}`);
  if (required === undefined) return braces ? `\${${variable}}` : `$${variable}`;
  if (!/^[A-Za-z0-9 _]+$/.test(required)) throw new RangeError('a message for a shell is plain words');
  return `\${${variable}:?${required}}`;
}

/** Joins neighbouring text, so that two quoted pieces never touch (`''` is a quote under RC_QUOTES). */
function mergeText(parts: readonly WordPart[]): WordPart[] {
  const pieces: WordPart[] = [];
  for (const part of parts) {
    const last = pieces.at(-1);
    if (typeof part === 'string' && typeof last === 'string') pieces[pieces.length - 1] = last + part;
    else if (part !== '') pieces.push(part);
  }
  return pieces;
}
