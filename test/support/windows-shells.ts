/**
 * Readers of what PowerShell and cmd.exe document about their lines, for machines that have neither. They
 * know no more than the snippets need, and throw at anything else.
 */

/**
 * Words of each command of a line (about_Parsing, about_Quoting_Rules): verbatim strings, expandable strings
 * with `${env:NAME}` alone, sums of both in brackets, bare words. `;` and `|` and `=` part commands.
 */
export function powerShellWords(line: string, env: Readonly<Record<string, string>>): string[][] {
  const commands: string[][] = [[]];
  let at = 0;
  const quote = /['‘’‚‛]/;
  const verbatim = (): string => {
    let text = '';
    for (at += 1; ; at += 1) {
      const sign = line[at];
      if (sign === undefined) throw new Error('a string without an end');
      if (quote.test(sign)) {
        if (!quote.test(line[at + 1] ?? '')) break;
        at += 1;
      }
      text += line[at] ?? '';
    }
    at += 1;
    return text;
  };
  const expandable = (): string => {
    const end = line.indexOf('"', at + 1);
    const text = line.slice(at + 1, end);
    if (end < 0 || /[`“”„]/.test(text)) throw new Error('not an expandable string of ours');
    at = end + 1;
    return text.replaceAll(/\$(\{env:([A-Z_]+)\})?/g, (_, braces: string | undefined, name: string) => {
      if (braces === undefined) throw new Error('an expansion that is not ours');
      return env[name] ?? '';
    });
  };
  const term = (): string => {
    if (quote.test(line[at] ?? '')) return verbatim();
    if (line[at] === '"') return expandable();
    const name = /^\$env:([A-Z_]+)/.exec(line.slice(at));
    if (name === null) throw new Error(`not a term: ${line.slice(at)}`);
    at += name[0].length;
    return env[name[1] ?? ''] ?? '';
  };
  while (at < line.length) {
    const sign = line[at] ?? '';
    if (sign === ' ') at += 1;
    else if (';|='.includes(sign)) {
      commands.push([]);
      at += 1;
    } else if (sign === '(') {
      at += 1;
      let sum = term();
      for (; line[at] !== ')'; sum += term()) {
        if (line.slice(at, at + 3) !== ' + ') throw new Error('not a sum');
        at += 3;
      }
      at += 1;
      commands.at(-1)?.push(sum);
    } else if (quote.test(sign) || sign === '"') commands.at(-1)?.push(term());
    else {
      const [bare = ''] = /^[^ ;|='"(){}@`]+/.exec(line.slice(at)) ?? [];
      // Blocks of `if` are passed over: only the words inside them count.
      if (bare === '' && '{}()'.includes(sign)) at += 1;
      else if (bare === '') throw new Error(`not a word: ${line.slice(at)}`);
      else {
        commands.at(-1)?.push(bare);
        at += bare.length;
      }
    }
  }
  return commands.filter((words) => words.length > 0);
}

/** PowerShell before 7.3: a word with a space is put between quotes, nothing inside it is escaped. */
export function nativeArguments(words: readonly string[]): string[] {
  return splitArguments(words.map((word) => (/\s/.test(word) || word === '' ? `"${word}"` : word)).join(' '));
}

/**
 * A line at the prompt of cmd.exe: variables first (an unknown one stays as it is), then carets; whatever is
 * left special would be an operator. The rest of the line goes to the program as it is.
 */
export function cmdArguments(line: string, env: Readonly<Record<string, string>>): string[] {
  const expanded = line.replace(/%([^%]+)(?=%)/g, (whole, name: string, offset: number, text: string) =>
    env[name.toUpperCase()] === undefined || text[offset + whole.length] !== '%'
      ? whole
      : `${env[name.toUpperCase()] ?? ''}\0`,
  );
  // The closing sign of a variable that was filled in.
  const filled = expanded.replaceAll('\0%', '');
  let text = '';
  let quoted = false;
  for (let at = 0; at < filled.length; at += 1) {
    const sign = filled[at] ?? '';
    if (sign === '^' && !quoted) {
      at += 1;
      text += filled[at] ?? '';
      continue;
    }
    if (sign === '"') quoted = !quoted;
    if (!quoted && '&|<>()\n\r'.includes(sign)) throw new Error(`cmd would act on ${sign} in ${filled}`);
    text += sign;
  }
  return splitArguments(text);
}

/** The C runtime's rules for argv: 2n backslashes and a quote are n and the quote; 2n+1, n and a literal one. */
function splitArguments(commandLine: string): string[] {
  const argv: string[] = [];
  let word: string | null = null;
  let quoted = false;
  for (let at = 0; at < commandLine.length;) {
    const [slashes = ''] = /^\\*/.exec(commandLine.slice(at)) ?? [];
    at += slashes.length;
    const sign = commandLine[at];
    if (sign === '"') {
      word = (word ?? '') + '\\'.repeat(Math.floor(slashes.length / 2));
      if (slashes.length % 2 === 1) word += '"';
      else quoted = !quoted;
      at += 1;
      continue;
    }
    if (slashes !== '') word = (word ?? '') + slashes;
    if (sign === undefined) break;
    if (!quoted && (sign === ' ' || sign === '\t')) {
      if (word !== null) argv.push(word);
      word = null;
    } else word = (word ?? '') + sign;
    at += 1;
  }
  if (quoted) throw new Error('a quote without an end');
  if (word !== null) argv.push(word);
  return argv;
}
