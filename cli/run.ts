/** Where the command's words go: data to `out`, everything else to `err`. */
export interface Terminal {
  version: string;
  out(text: string): void;
  err(text: string): void;
}

/** Documented in `--help`; they hold under `--json` too. */
export const EXIT = { ok: 0, usage: 2 } as const;

const HELP = `usage: globus-token [--version | --help]

The command line of Globus Token Tray. It asks the running app for tokens, so
that scripts need none of their own.

This version has no commands yet: get, header, curl, exec, status and the rest
come with the broker, the local socket they speak to. Until then the tray app
copies headers and curl commands.

options:
  -h, --help     print this text
  -V, --version  print the version

exit codes:
  0  done
  2  unknown command or option
`;

/**
 * Runs one command line.
 *
 * @param words argv without the interpreter and the script.
 * @returns the exit code.
 */
export function run(words: readonly string[], terminal: Terminal): number {
  const [first, ...rest] = words;
  if (first === undefined) {
    terminal.err(HELP);
    return EXIT.usage;
  }
  if (rest.length === 0 && (first === '--version' || first === '-V')) {
    terminal.out(`${terminal.version}\n`);
    return EXIT.ok;
  }
  if (rest.length === 0 && (first === '--help' || first === '-h')) {
    terminal.out(HELP);
    return EXIT.ok;
  }
  const wrong = rest.length > 0 && KNOWN.includes(first) ? (rest[0] ?? first) : first;
  const kind = wrong.startsWith('-') ? 'option' : 'command';
  terminal.err(`globus-token: unknown ${kind} ${JSON.stringify(wrong)}\n`);
  terminal.err('hint: globus-token --help\n');
  return EXIT.usage;
}

const KNOWN = ['--version', '-V', '--help', '-h'];
