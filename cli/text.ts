/** Nothing in it is more than it looks. Of the classes below, Node makes a machine of thousands of states, which takes it 3 ms. */
const SIMPLE = /^[ -~]*$/;

/** Text from elsewhere without anything that moves a terminal's cursor or spoofs a line: controls, bidi marks. */
export function clean(text: string): string {
  return SIMPLE.test(text) ? text.trim() : text.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}

/**
 * The same within a JSON document, whose value stays what it is: JSON.stringify leaves C1 controls and bidi marks as
 * they are, and a terminal obeys them.
 */
export function escapeControls(document: string): string {
  return document.replace(
    /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Whether a terminal shows text of several lines as it is: no controls but newline and tab, no bidi marks. */
export function isPlain(text: string): boolean {
  return /^[ -~\n\t]*$/.test(text) || !/[^\P{C}\n\t]|[\p{Zl}\p{Zp}]/u.test(text);
}

/** Breaks prose at spaces; the first line follows what stands before it. */
export function wrap(text: string, indent: number, width = 79): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join(`\n${' '.repeat(indent)}`);
}
