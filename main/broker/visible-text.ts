/**
 * Text that somebody else wrote, made safe to read: every character takes its place and shows itself. What
 * could reorder, hide or imitate (controls, bidi marks, zero-width and blank letters, odd spaces, lone
 * surrogates, piles of accents) becomes `�` (Unicode TR 36 §2, TR 9 §3.1).
 */
export function visible(text: string): string {
  return text
    .replace(HIDDEN, '\ufffd')
    .replace(/\p{M}{3,}/gu, '\ufffd')
    .replace(/ {2,}/g, (spaces) => '\u2423'.repeat(spaces.length))
    .replace(/^ | $/g, '\u2423');
}

/** At most `limit` characters: the middle goes, because a path's end says most. */
export function shortenMiddle(text: string, limit: number): string {
  const characters = [...text];
  if (characters.length <= limit) return text;
  const head = Math.floor((limit - 1) / 3);
  return [
    ...characters.slice(0, head),
    '…',
    ...characters.slice(characters.length - (limit - 1 - head)),
  ].join('');
}

export function shortenEnd(text: string, limit: number): string {
  const characters = [...text];
  return characters.length <= limit ? text : `${characters.slice(0, limit - 1).join('')}…`;
}

/** Default-ignorable ones draw nothing (Hangul fillers, variation selectors); neither does the braille blank. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{DI}\u2800]|(?! )\p{Zs}/gu;
