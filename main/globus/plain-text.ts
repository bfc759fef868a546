/**
 * Text of a server as people may see it in a window, a menu or a terminal: no control characters (escape
 * sequences), no bidirectional overrides, one line, not longer than asked for.
 */
export function plainText(text: string, maximum: number): string {
  // A limit on the input too: the rest is thrown away in any case.
  const plain = text
    .slice(0, maximum * 4)
    .replace(INVISIBLE, '')
    .replace(SPACES, ' ')
    .trim();
  const characters = [...plain];
  return characters.length <= maximum ? plain : `${characters.slice(0, maximum - 1).join('')}…`;
}

/** Directional marks, overrides and isolates, zero-width characters, lone surrogates. */
const INVISIBLE = /[\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF]|\p{Surrogate}/gu;
/** C0 and C1 controls and every kind of space, line breaks included. */
const SPACES = /[\p{Cc}\s\u2028\u2029]+/gu;
