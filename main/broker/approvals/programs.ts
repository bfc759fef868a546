import { MAKER } from '../caller/helpers.ts';
import { runsCode } from '../caller/interpreters.ts';
import { isRelayName } from '../caller/relay.ts';

/**
 * Is the program a mere helper: something that carries or fetches for whoever started it? A rule about it
 * would be a rule about everybody, so none is ever made (CHECKLIST 35).
 *
 * The second net: the caller's chain is walked past helpers before a subject is named, this one holds when
 * the walk ended at one all the same, and for hand-written policy files.
 */
export function isHelper(program: string): boolean {
  const name = baseName(program);
  const names = [name, name.replace(MAKER, ''), name.replace(MAKER_BEHIND, '')];
  return names.some((one) => HELPERS.has(one)) || isRelayName(name);
}

/** Does the program do what a file given to it says? Then its own path tells nothing about what runs. */
export function isInterpreter(program: string): boolean {
  const name = baseName(program);
  return INTERPRETER.test(name) || runsCode(name);
}

const HELPERS = new Set([
  ...['oidc-token', 'oidc-add'],
  ...['curl', 'wget', 'wget2', 'aria2c', 'openssl', 'mosh', 'docker'],
  // They start whatever they are told to, and wait for it.
  ...['find', 'fd', 'fdfind', 'entr', 'strace', 'ltrace', 'perf', 'rlwrap', 'bwrap', 'dbus-run-session'],
  ...[
    'env',
    'timeout',
    'xargs',
    'parallel',
    'nohup',
    'setsid',
    'nice',
    'ionice',
    'stdbuf',
    'time',
    'tee',
    'cat',
  ],
  ...['sudo', 'doas', 'su', 'runuser', 'setpriv', 'flock', 'watch', 'script', 'globus-token'],
]);

/** As `MAKER`, behind the name: sudo.ws, sudo-rs (Ubuntu). */
const MAKER_BEHIND = /(?:\.ws|-rs)$/;

/** With the versions that distributions put into names: python3.11, lua5.4, nodejs, pwsh-preview. */
const INTERPRETER =
  /^(?:(?:ba|da|z|k|mk|pdk|tc|c|a|fi|elvi|x|n)?sh|fish|pwsh|powershell|nu|busybox|toybox|python|pypy|perl|ruby|jruby|node|nodejs|deno|bun|qjs|php|lua|luajit|tclsh|wish|expect|rscript|r|julia|java|groovy|scala|kotlin|guile|racket|sbcl|emacs|g?awk|mawk|nawk|osascript|dotnet|uv|pipx|make|gmake)(?:-?[\d.]+)?(?:-[a-z]+)?(?:\.exe)?$/i;

/** A replaced executable is shown by /proc as `/path/program (deleted)`. */
function baseName(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  return name.replace(/ \(deleted\)$/, '');
}
