import { Failure } from '../failure.ts';
import { FLAGS, OWN_AUTHORITY, REFUSED, REROUTES, SHORT, VALUED, WRITES_TRACE } from './options.ts';
import type { TraceKind } from '../mask/trace.ts';

/** Stands in curl's words where the name of our trace pipe belongs. */
export const TRACE_PIPE = Symbol('trace pipe');

export interface CurlWords {
  /** A path or a URL, as it was written. */
  readonly target: string;
  /** For curl, in their order; neither the target nor what says where traces and stderr go. */
  readonly words: readonly (string | typeof TRACE_PIPE)[];
  /** `to`: a file, `-` for stdout or `%` for stderr. */
  readonly trace: { readonly kind: TraceKind; readonly to: string } | null;
  /** Where stderr goes instead; `-` is stdout. */
  readonly stderr: string | null;
  readonly follows: boolean;
  /** Some of what is sent comes from stdin. */
  readonly readsStdin: boolean;
  /** The option that names a certificate authority of the caller's own; null: there is none. */
  readonly authority: string | null;
  /** What `--noproxy` says; null: it is not there. */
  readonly noproxy: string | null;
}

/** One option as it was found: `name` is the long one. */
interface Found {
  readonly name: string;
  /** As it was written: `-X`, `--request`. */
  readonly written: string;
  readonly value: string | null;
}

/**
 * Reads what comes behind the scope: one target, and options of curl that are known to keep the token where it
 * belongs.
 *
 * @param scope for the advice
 * @throws Failure `usage`
 */
export function readWords(scope: string, given: readonly string[]): CurlWords {
  const targets: string[] = [];
  const words: (string | typeof TRACE_PIPE)[] = [];
  let trace: CurlWords['trace'] = null;
  let stderr: string | null = null;
  let follows = false;
  let readsStdin = false;
  let noproxy: string | null = null;
  const names = new Set<string>();
  for (let index = 0; index < given.length; index += 1) {
    const word = given[index] ?? '';
    if (word === '--') {
      targets.push(...given.slice(index + 1));
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      targets.push(word);
      continue;
    }
    const { found, took } = readOption(scope, word, given[index + 1]);
    index += took;
    for (const { name, written, value } of found) {
      if (name === 'disable') continue;
      names.add(name);
      if (name === 'stderr') stderr = value;
      else if (value !== null && WRITES_TRACE.includes(name)) {
        trace = { kind: name === 'trace' ? 'hex' : 'ascii', to: value };
        words.push(`--${name}`, TRACE_PIPE);
      } else {
        if (name === 'location') follows = true;
        if (name === 'noproxy') noproxy = value;
        if (name === 'header' && value !== null) checkHeader(scope, value);
        readsStdin ||= value !== null && mayReadStdin(name, value);
        words.push(written, ...(value === null ? [] : [value]));
      }
    }
  }
  const authority = checkAuthority(names);
  const [target, more] = targets;
  if (target === undefined) throw new Failure('usage', 'curl needs a path or URL.', example(scope));
  if (more !== undefined) throw new Failure('usage', 'curl takes one path or URL.', example(scope));
  return { target, words, trace, stderr, follows, readsStdin, authority, noproxy };
}

/** For what is not taken here: the way without these checks. */
export function byHand(scope: string): string {
  const word = /^[\w:./-]+$/.test(scope) ? scope : `'${scope.replaceAll("'", `'\\''`)}'`;
  return `globus-token header ${word} | curl -H @- …`;
}

function readOption(scope: string, word: string, next: string | undefined): { found: Found[]; took: number } {
  if (word.startsWith('--')) {
    const name = word.slice(2);
    const takesValue = check(scope, name, word);
    if (!takesValue) return { found: [{ name, written: word, value: null }], took: 0 };
    if (next === undefined) throw new Failure('usage', `${word} needs a value.`, 'curl --help all');
    return { found: [{ name, written: word, value: next }], took: 1 };
  }
  const found: Found[] = [];
  for (let at = 1; at < word.length; at += 1) {
    const written = `-${word[at] ?? ''}`;
    const name = SHORT[written.slice(1)] ?? '';
    if (!check(scope, name, written)) {
      // Repeated, newer ones dump what they send, with the token broken over lines.
      if (name !== 'verbose' || !found.some((one) => one.name === name)) {
        found.push({ name, written, value: null });
      }
      continue;
    }
    const attached = word.slice(at + 1);
    const value = attached === '' ? next : attached;
    if (value === undefined) throw new Failure('usage', `${written} needs a value.`, 'curl --help all');
    found.push({ name, written, value });
    return { found, took: attached === '' ? 1 : 0 };
  }
  return { found, took: 0 };
}

/** @returns whether it takes a value @throws Failure `usage` for all that is not known to be harmless */
function check(scope: string, name: string, written: string): boolean {
  if (VALUED.includes(name) || WRITES_TRACE.includes(name) || name === 'stderr') return true;
  if (FLAGS.includes(name) || name === 'disable') return false;
  if (name.startsWith('no-') && FLAGS.includes(name.slice(3))) return false;
  const why = Object.hasOwn(REFUSED, name) ? REFUSED[name] : undefined;
  const text = why ?? 'globus-token does not know it, so it cannot tell what happens to the token';
  throw new Failure('usage', `${printable(written)} is not taken: ${text}.`, byHand(scope));
}

/** @returns the option that names an authority of the caller's own @throws Failure `usage` */
function checkAuthority(names: ReadonlySet<string>): string | null {
  const own = OWN_AUTHORITY.find((name) => names.has(name));
  const elsewhere = REROUTES.find((name) => names.has(name));
  if (own === undefined || elsewhere === undefined) return own ?? null;
  throw new Failure(
    'usage',
    `--${own} and --${elsewhere} are not taken together: whoever answers there could have made its own certificate.`,
    'Give one of them; for a whole site, SSL_CERT_FILE',
  );
}

function checkHeader(scope: string, value: string): void {
  if (!/^\s*authorization\s*[:;]/i.test(value)) return;
  throw new Failure(
    'usage',
    `An Authorization header is not taken: it is what this command adds.`,
    example(scope),
  );
}

/** Errs on the side of yes. */
function mayReadStdin(name: string, value: string): boolean {
  if (name === 'upload-file') return /(^|[{,])[-.]([,}]|$)/.test(value);
  return (
    (name === 'cookie' && value === '-') || /[@<](-|\/dev\/stdin)/.test(value) || value.includes('/fd/0')
  );
}

function example(scope: string): string {
  return `globus-token curl ${scope} /path`;
}

function printable(word: string): string {
  return word.replace(/[^\x21-\x7e]/g, '?').slice(0, 60);
}
