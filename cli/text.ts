/** Text from elsewhere without anything that moves a terminal's cursor or spoofs a line: controls, bidi marks. */
export function clean(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ').trim();
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
