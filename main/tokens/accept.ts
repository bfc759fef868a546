import type { Clock, Logger } from '../effects.ts';
import type { EnvironmentName } from '../globus/environments.ts';
import { rootOf } from '../globus/scope-string.ts';
import { AUTH_RESOURCE_SERVER } from '../globus/scopes.ts';
import type { Exchanged } from '../oauth/exchange.ts';
import type { IssuedToken } from '../oauth/token-response.ts';
import type { GrantRecord } from '../settings/types.ts';
import type { VaultTrouble } from '../vault/types.ts';
import type { AccessTokens } from './access-tokens.ts';
import { type Account, accountsOf } from './accounts.ts';
import type { Grants } from './grants.ts';

export type Accepted =
  /** Root scopes asked for that came, and that did not come (CHECKLIST 15). */
  | { kind: 'stored'; granted: string[]; missing: string[] }
  /** Another account than the one expected: nothing stored, the new tokens revoked (CHECKLIST 13). */
  | { kind: 'other-account'; stored: string; came: string }
  /** The vault took none of it: nothing stored, the new tokens revoked (fail closed). */
  | { kind: 'vault'; trouble: VaultTrouble }
  /** The index of grants could not be saved: nothing stored, the new tokens revoked. */
  | { kind: 'settings' };

export interface AcceptPorts {
  clock: Clock;
  log: Logger;
  grants: Grants;
  access: AccessTokens;
  /** Runs this while no renewal of the grant is under way. Rejects, with nothing run, when one does not end. */
  undisturbed: <T>(grant: string, run: () => Promise<T>) => Promise<T>;
  environment: EnvironmentName;
  clientId: string;
  /** Never rejects. @returns true when the server confirmed that all of them are ended, or nothing was to be ended */
  revoke(tokens: readonly string[]): Promise<boolean>;
}

export interface Asked {
  /** Full scope strings. */
  readonly scopes: readonly string[];
  /** One scope alone was asked for. */
  readonly isolated: boolean;
  /** Who must have come; null: anybody. */
  readonly expected: Pick<Account, 'sub' | 'username'> | null;
}

/** Stores what one sign-in gave: each resource server's refresh token in the vault, access tokens in memory. */
export async function acceptSignIn(
  ports: AcceptPorts,
  exchanged: Exchanged,
  asked: Asked,
): Promise<Accepted> {
  const { identity } = exchanged;
  const requested = asked.scopes.map(rootOf);
  if (exchanged.nonceAbsent) {
    ports.log.info({}, 'the id token carried no nonce; accepted, the code was bound by PKCE');
  }
  if (asked.expected !== null && asked.expected.sub !== identity.sub) {
    await revokeAll(ports, exchanged.tokens);
    return { kind: 'other-account', stored: asked.expected.username, came: identity.username };
  }
  const before = ports.grants.list(identity.sub);
  const tokens = exchanged.tokens.filter((token) => !asked.isolated || !isByproduct(token, requested));

  const added: GrantRecord[] = [];
  for (const token of tokens) {
    if (token.refreshToken === null) continue;
    const record = recordOf(ports, named(identity, before), token, asked.isolated);
    const entry = { refreshToken: token.refreshToken, scopes: token.scopes };
    const written = await ports.grants.add(record, entry).catch(() => ({ kind: 'settings' }) as const);
    if (written.kind !== 'done') {
      for (const one of added) {
        await ports.grants.remove(one.name);
        ports.access.drop(one.name);
      }
      await revokeAll(ports, exchanged.tokens);
      return written.kind === 'settings' ? written : { kind: 'vault', trouble: written.trouble };
    }
    ports.access.put(record.name, {
      value: token.accessToken,
      receivedAt: token.receivedAt,
      expiresAt: token.expiresAt,
    });
    added.push(record);
  }
  await supersede(ports, before, added, new Set(tokens.map(({ refreshToken }) => refreshToken)));
  await revokeAll(
    ports,
    exchanged.tokens.filter((token) => !tokens.includes(token)),
  );

  const came = new Set(tokens.flatMap((token) => token.scopes));
  return {
    kind: 'stored',
    granted: requested.filter((scope) => came.has(scope)),
    missing: requested.filter((scope) => !came.has(scope)),
  };
}

/** `openid` goes with every request, and its own token can be nobody's wish where another scope was asked for. */
function isByproduct(token: IssuedToken, requested: readonly string[]): boolean {
  return (
    token.resourceServer === AUTH_RESOURCE_SERVER && !token.scopes.some((scope) => requested.includes(scope))
  );
}

/** A sign-in with `openid` alone tells no name; what is known of the account still holds. */
function named(identity: Account, before: readonly GrantRecord[]): Account {
  if (identity.username !== identity.sub) return identity;
  return accountsOf(before)[0] ?? identity;
}

function recordOf(
  ports: AcceptPorts,
  identity: Exchanged['identity'],
  token: IssuedToken,
  isolated: boolean,
): GrantRecord {
  const now = ports.clock.now();
  return {
    name: ports.grants.newName(ports.clientId, identity.sub, token.resourceServer),
    environment: ports.environment,
    clientId: ports.clientId,
    sub: identity.sub,
    username: identity.username,
    displayName: identity.displayName,
    resourceServer: token.resourceServer,
    scopes: [...token.scopes],
    ...(isolated ? { isolated } : {}),
    grantedAt: now,
    lastUsedAt: now,
  };
}

/**
 * A grant that a new one covers in full goes; one that can do more stays, so that a narrower sign-in never
 * takes anything away (GLOBUS.md §0.3). Isolated grants and wide ones leave each other alone.
 *
 * The old refresh token is revoked first: dropped alone, it would live on at the server where no sign-out finds it.
 * While the server does not confirm that, the old grant stays too, and the next sign-in or sign-out ends it.
 * Revoking it leaves its access tokens alive (GLOBUS.md §2.4), so that a command that was just copied goes on; they
 * move to the new grant's list of tokens that sign-out revokes.
 *
 * @param came the new refresh tokens: a server may hand out the old one again
 */
async function supersede(
  ports: AcceptPorts,
  before: readonly GrantRecord[],
  added: readonly GrantRecord[],
  came: ReadonlySet<string | null>,
): Promise<void> {
  for (const old of before) {
    const covering = added.find(
      (one) =>
        one.resourceServer === old.resourceServer &&
        one.isolated === old.isolated &&
        old.scopes.every((scope) => one.scopes.includes(scope)),
    );
    if (covering === undefined) continue;
    const ended = await ports
      .undisturbed(old.name, () => endReplaced(ports, old.name, came))
      .catch(() => false);
    if (ended) ports.access.moveTo(old.name, covering.name);
    else ports.log.warn({ resourceServer: old.resourceServer }, 'a replaced sign-in was not ended; it stays');
  }
}

async function endReplaced(
  ports: AcceptPorts,
  name: string,
  came: ReadonlySet<string | null>,
): Promise<boolean> {
  const read = await ports.grants.read(name);
  if (read.kind === 'trouble') return false;
  if (read.kind === 'found' && !came.has(read.entry.refreshToken)) {
    if (!(await ports.revoke([read.entry.refreshToken]))) return false;
  }
  return (await ports.grants.remove(name)).kind === 'done';
}

async function revokeAll(ports: AcceptPorts, tokens: readonly IssuedToken[]): Promise<void> {
  if (tokens.length === 0) return;
  await ports.revoke(
    tokens.flatMap((token) => [
      ...(token.refreshToken === null ? [] : [token.refreshToken]),
      token.accessToken,
    ]),
  );
}
