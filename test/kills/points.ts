import type { Random } from '../fuzz/random.ts';
import type { Backend } from '../support/agent-house.ts';
import type { Sight } from './sniper.ts';

export type Work = 'start' | 'refresh' | 'sign-in' | 'sign-out' | 'settings';

/** When the agent is killed in the midst of its work; ends of ranges are drawn anew for each kill. */
export type Trigger =
  /** So many milliseconds after the work began, at most. */
  | { kind: 'any-moment'; most: number }
  /** A request came and was carried out; its answer is held back and never leaves. */
  | { kind: 'held'; path: string }
  /** A request came, at most the `nth`; its answer is on its way. */
  | { kind: 'leaving'; path: string; nth: number; most: number }
  /** A file changed, at most the `nth` time. */
  | { kind: 'sight'; sight: Sight; nth: number }
  /** Whoever asked has the answer. */
  | { kind: 'answered' }
  /** The server answered 503, and whoever asked was told. */
  | { kind: 'unavailable' };

export interface Point {
  readonly work: Work;
  readonly name: string;
  readonly weight: number;
  readonly trigger: Trigger;
  /** Every answer brings a new refresh token; by turns when absent. */
  readonly rotate?: boolean;
}

const TOKEN = '/v2/oauth2/token';
const REVOKE = '/v2/oauth2/token/revoke';

const POINTS: readonly Point[] = [
  { work: 'start', name: 'any moment', weight: 6, trigger: { kind: 'any-moment', most: 350 } },
  { work: 'start', name: 'renewal held', weight: 3, trigger: { kind: 'held', path: TOKEN } },
  { work: 'start', name: 'renewal leaving', weight: 4, trigger: leaving(TOKEN, 2, 8) },
  { work: 'refresh', name: 'any moment', weight: 6, trigger: { kind: 'any-moment', most: 30 } },
  { work: 'refresh', name: 'answer held', weight: 4, trigger: { kind: 'held', path: TOKEN } },
  { work: 'refresh', name: 'answer leaving', weight: 8, trigger: leaving(TOKEN, 1, 8) },
  { work: 'refresh', name: 'temporary file', weight: 10, trigger: sight('vault-temp', 1), rotate: true },
  { work: 'refresh', name: 'vault replaced', weight: 8, trigger: sight('vault', 1), rotate: true },
  { work: 'refresh', name: 'settings replaced', weight: 4, trigger: sight('settings', 1) },
  { work: 'refresh', name: 'token handed out', weight: 8, trigger: { kind: 'answered' }, rotate: true },
  { work: 'refresh', name: '503 answered', weight: 4, trigger: { kind: 'unavailable' } },
  { work: 'sign-in', name: 'any moment', weight: 4, trigger: { kind: 'any-moment', most: 80 } },
  { work: 'sign-in', name: 'answer held', weight: 2, trigger: { kind: 'held', path: TOKEN } },
  { work: 'sign-in', name: 'temporary file', weight: 7, trigger: sight('vault-temp', 6) },
  { work: 'sign-in', name: 'vault replaced', weight: 6, trigger: sight('vault', 6) },
  { work: 'sign-in', name: 'settings replaced', weight: 5, trigger: sight('settings', 8) },
  { work: 'sign-in', name: 'confirmed', weight: 5, trigger: { kind: 'answered' } },
  { work: 'sign-out', name: 'any moment', weight: 3, trigger: { kind: 'any-moment', most: 60 } },
  { work: 'sign-out', name: 'revocation held', weight: 2, trigger: { kind: 'held', path: REVOKE } },
  { work: 'sign-out', name: 'revocation leaving', weight: 4, trigger: leaving(REVOKE, 5, 4) },
  { work: 'sign-out', name: 'temporary file', weight: 4, trigger: sight('vault-temp', 3) },
  { work: 'sign-out', name: 'vault replaced', weight: 3, trigger: sight('vault', 3) },
  { work: 'sign-out', name: 'confirmed', weight: 3, trigger: { kind: 'answered' } },
  { work: 'settings', name: 'any moment', weight: 2, trigger: { kind: 'any-moment', most: 12 } },
  { work: 'settings', name: 'temporary file', weight: 4, trigger: sight('settings-temp', 1) },
  { work: 'settings', name: 'replaced', weight: 3, trigger: sight('settings', 1) },
];

/** One that this backend has: a keyring's files are not the agent's. */
export function pickPoint(random: Random, backend: Backend): Point {
  const there = POINTS.filter(({ trigger }) => backend === 'passphrase' || !isOfVaultFile(trigger));
  const [first, ...others] = there.map((point) => [point.weight, point] as const);
  if (first === undefined) throw new Error('no point to kill at');
  return random.weighted([first, ...others]);
}

function isOfVaultFile(trigger: Trigger): boolean {
  return trigger.kind === 'sight' && trigger.sight.startsWith('vault');
}

function sight(what: Sight, nth: number): Trigger {
  return { kind: 'sight', sight: what, nth };
}

function leaving(path: string, nth: number, most: number): Trigger {
  return { kind: 'leaving', path, nth, most };
}
