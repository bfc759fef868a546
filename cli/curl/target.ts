import { Failure } from '../failure.ts';
import { byHand } from './words.ts';

/**
 * The address to ask, on an origin that the scope's token is for (CHECKLIST 17). Compared as text, because curl
 * and other parsers of URLs do not agree about what the host of a crooked one is: an address is either a path,
 * or begins with an origin and a `/`, `?` or `#` behind it.
 *
 * @param origins that the token may be sent to, the usual one first
 * @throws Failure `usage`, naming both hosts
 */
export function addressOf(scope: string, origins: readonly string[], target: string): string {
  const [usual] = origins;
  if (usual === undefined) {
    throw new Failure(
      'usage',
      `Which host a token for ${scope} is for is not known, so it stays home.`,
      byHand(scope),
    );
  }
  if (target.startsWith('/')) return usual + target;
  for (const origin of origins) {
    const rest = restAfter(origin, target);
    if (rest !== null) return origin + rest;
  }
  throw new Failure(
    'usage',
    `A token for ${scope} is for ${origins.join(' or ')}, not for ${hostOf(target, origins)}; it stays home.`,
    `globus-token curl ${scope} /path`,
  );
}

/** Over https, or of a demo on this machine; an agent's word alone sends no token in the clear. */
export function mayHaveToken(origin: string): boolean {
  return (
    /^https:\/\/[a-z0-9.-]+(?::\d+)?$/.test(origin) ||
    /^http:\/\/(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(origin)
  );
}

/** What cannot be an address of any scope's is refused before anybody is asked. @throws Failure `usage` */
export function checkShape(scope: string, target: string): void {
  if (target.startsWith('/') || /^https?:\/\/[^/]/i.test(target)) return;
  throw new Failure(
    'usage',
    `${JSON.stringify(target.slice(0, 200))} is neither a path nor a URL.`,
    `globus-token curl ${scope} /path`,
  );
}

/** Behind the origin, its own port written or not; null: it is another one. */
function restAfter(origin: string, target: string): string | null {
  const { port, protocol } = new URL(origin);
  const spelled = port === '' ? `${origin}:${protocol === 'https:' ? 443 : 80}` : origin;
  for (const start of [spelled, origin]) {
    if (target.slice(0, start.length).toLowerCase() !== start) continue;
    const rest = target.slice(start.length);
    if (rest === '' || /^[/?#]/.test(rest)) return rest;
  }
  return null;
}

/** For people; never the whole address, which may hold a password. */
function hostOf(target: string, origins: readonly string[]): string {
  try {
    const { origin } = new URL(target);
    return origins.includes(origin) ? 'an address that programs read in two ways' : origin;
  } catch {
    return 'this address';
  }
}
