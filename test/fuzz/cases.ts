import { FLOWS_SCOPES } from '../../main/globus/scopes.ts';
import type { Random } from './random.ts';

export type Door = 'broker' | 'oidc';

/**
 * Who asks. `local`: this process, whom a rule allows one scope. `forwarded`: the same through a socket that
 * stands for another machine. `stranger`: another program. Only `local` may ever get a token.
 */
export type Way = 'local' | 'forwarded' | 'stranger';

/** What the client does, one after another. Bytes are written one per character. */
export type Step =
  | { readonly kind: 'write'; readonly bytes: string }
  /** Lets the server look at what is there. */
  | { readonly kind: 'pause' }
  /** Waits for the first bytes of an answer, or for the end. */
  | { readonly kind: 'hear' }
  | { readonly kind: 'half-close' }
  | { readonly kind: 'abort' }
  /** Waits for the agent's public key and writes a sealed request. */
  | { readonly kind: 'seal'; readonly text: string; readonly nonce: string; readonly spoil: Spoil };

/** What is wrong with a sealed request. */
export type Spoil =
  'nothing' | 'nonce' | 'box' | 'key' | 'short' | 'longer' | 'huge' | 'tail' | 'cut' | 'signs';

/** One generated request, or several on one connection. */
export interface FuzzCase {
  readonly door: Door;
  readonly way: Way;
  /** Which generator made it. */
  readonly shape: string;
  readonly steps: readonly Step[];
  /** Nothing is wrong with its form: it must get at least one whole answer. */
  readonly pristine: boolean;
}

/** The one scope that a rule allows; the one that a rule denies; the others, which nobody ever allows. */
export const ALLOWED = nth(0);
export const DENIED = nth(1);
export const SCOPES = FLOWS_SCOPES.map(({ name, scope }) => ({ name, scope }));

export const ACCOUNT = { sub: '6f0c9a52-93a0-4f0b-8a5d-0d1f2a3b4c5d', username: 'ada@uni.example' };
export const ISSUER = 'https://auth.globus.org';

/** Stands in every text of the client's own making: no answer may repeat it. */
export const ECHO = 'zqEchoqz';

/** Stands in every passphrase and code: no answer, audit line or log line may hold it. */
export const SECRET = 'zqSecretqz';

const ACCESS_CORE = 'FuzzAccess';
export const REFRESH_CORE = 'FuzzRefreshToken';

/** Canaries in the shape of Globus's tokens (GLOBUS.md §2.1): `Ag` and 60 characters. */
export function accessToken(scope: string): string {
  const at = SCOPES.findIndex((one) => one.scope === scope);
  return `Ag${ACCESS_CORE}${String(at).padStart(2, '0')}`.padEnd(62, 'x0Y1');
}

export function refreshToken(scope: string): string {
  const at = SCOPES.findIndex((one) => one.scope === scope);
  return `Ag${REFRESH_CORE}${String(at).padStart(2, '0')}`.padEnd(62, 'q7W8');
}

/** A scope to ask for: mostly the allowed one, by its short name or its full string. */
export function someScope(random: Random): string {
  const { name, scope } = random.weighted([
    [70, ALLOWED],
    [10, DENIED],
    [12, random.pick(SCOPES) ?? ALLOWED],
    [8, { name: `${ECHO}_flows`, scope: `https://auth.globus.org/scopes/${ECHO}/all` }],
  ]);
  return random.chance(0.5) ? name : scope;
}

/** Bytes with some of them changed: cut out, put in, doubled, turned, or cut off. */
export function mutated(random: Random, text: string): string {
  let out = text;
  for (let times = random.between(1, 4); times > 0; times--) {
    const at = random.below(out.length + 1);
    const length = random.between(1, 6);
    const [before, after] = [out.slice(0, at), out.slice(at)];
    out = random.weighted([
      [3, before + after.slice(length)],
      [3, before + random.bytes(length) + after],
      [2, before + after.slice(0, length) + after],
      [3, before + random.bytes(1) + after.slice(1)],
      [2, before + random.pick(SPECIAL) + after],
      [1, before],
    ]);
  }
  return out;
}

/** The text in several writes, with a look in between. */
export function inPieces(random: Random, text: string): Step[] {
  const steps: Step[] = [];
  for (let at = 0; at < text.length;) {
    const length = random.between(1, Math.max(1, Math.ceil(text.length / 4)));
    steps.push({ kind: 'write', bytes: text.slice(at, at + length) }, { kind: 'pause' });
    at += length;
  }
  return steps;
}

const SPECIAL = [
  ...(['\0', '\r', '\n', '\r\n', '\r\n\r\n', ' ', '\t', ':', '%', '%00', '%ff', '&', '=', '?', '#'] as const),
  ...([
    '{',
    '}',
    '[',
    ']',
    '"',
    '\\',
    '\\u0000',
    '\xff\xfe',
    '\xc0\xaf',
    '\u0080',
    '://',
    '..',
    ',',
  ] as const),
] as const;

function nth(index: number): { readonly name: string; readonly scope: string } {
  const found = FLOWS_SCOPES[index];
  if (found === undefined) throw new Error(`no scope ${index}`);
  return { name: found.name, scope: found.scope };
}
