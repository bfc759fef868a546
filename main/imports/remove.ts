import { unlink } from 'node:fs/promises';
import type { Problem, Result } from '../effects.ts';
import type { OAuthContext, Provider } from '../oauth/context.ts';
import { toFailure } from '../oauth/failure.ts';
import { refresh } from '../oauth/refresh.ts';
import { revoke } from '../oauth/revoke.ts';
import { isStill, sizeOf } from './open-file.ts';
import type { ImportParts } from './parts.ts';
import { changedProblem, notDeletedProblem, notEndableProblem, notRevokedProblem } from './problems.ts';
import type { ForeignClient, ForeignFile, ForeignToken, Holding, Removed } from './types.ts';

/** One token to be ended, and by whom. */
interface Ending {
  readonly client: ForeignClient;
  readonly token: string;
}

/**
 * Ends every token of the file at Globus, each in the name of the client that it was issued to, and then deletes
 * the file: as a whole or not at all. The order holds through a crash: while the file is there, the same can be
 * done again (an ended token is confirmed like any other, RFC 7009 §2.2).
 *
 * @param named client that a person says the file's tokens belong to, where the file does not say; proven by one
 *   renewal, since Globus confirms the end of anybody's token to anybody
 * @param held refresh tokens that the vault holds too: they are left alive
 */
export async function removeFile(
  parts: ImportParts,
  file: ForeignFile,
  named: string | null,
  held: ReadonlySet<string>,
): Promise<Result<Removed>> {
  const owners = ownersOf(parts, file, named);
  if ('problem' in owners) return refused(owners.problem);
  let left = 0;
  let revoked = 0;
  try {
    const endings: Ending[] = [];
    for (const { holding, client, proven } of owners.all) {
      const tokens = liveTokens(holding, held);
      if (!proven && tokens.length > 0) {
        const more = await provenBy(parts, client, holding, held);
        if (more === null) return refused(notEndableProblem('unproven'));
        tokens.push(...more);
      }
      endings.push(...[...new Set(tokens)].map((token) => ({ client, token })));
    }
    left = endings.length;
    const providers = new Map<string, { context: OAuthContext; provider: Provider }>();
    for (const { client, token } of endings) {
      const known = providers.get(client.id) ?? (await meet(parts, client.id));
      providers.set(client.id, known);
      await revoke(known.context, known.provider, token, client.secret);
      revoked += 1;
      left -= 1;
    }
  } catch (error) {
    return refused(notRevokedProblem(toFailure(error), left));
  }
  const kept = file.holdings.flatMap(({ tokens }) => tokens).filter((token) => isHeld(token, held)).length;
  return deleted(file, { path: file.path, revoked, kept });
}

async function meet(parts: ImportParts, clientId: string) {
  const context = parts.context(clientId);
  return { context, provider: await parts.discover(context) };
}

interface Owner {
  readonly holding: Holding;
  readonly client: ForeignClient;
  /** The file itself says whose the tokens are. */
  readonly proven: boolean;
}

/** Whom each of the file's tokens belongs to; a problem where one could not be ended. */
function ownersOf(
  { environment, clock }: ImportParts,
  { holdings }: ForeignFile,
  named: string | null,
): { all: Owner[] } | { problem: Problem } {
  const all: Owner[] = [];
  for (const holding of holdings) {
    if (holding.environment !== environment.name) return { problem: notEndableProblem('elsewhere') };
    const client = holding.client ?? (named === null ? null : { id: named, secret: null });
    if (client === null) return { problem: notEndableProblem('client') };
    // A client's own tokens cannot be ended without its secret; they can have ended by themselves.
    if (holding.ofClient && client.secret === null) {
      const over = holding.tokens.every(({ expiresAt }) => expiresAt !== null && expiresAt < clock.now());
      if (!over) return { problem: notEndableProblem('secret') };
      continue;
    }
    all.push({ holding, client, proven: holding.client !== null });
  }
  return { all };
}

function isHeld({ refreshToken }: ForeignToken, held: ReadonlySet<string>): boolean {
  return refreshToken !== null && held.has(refreshToken);
}

/** The refresh token first: while it lives, it makes new access tokens (GLOBUS.md §2.4: both have to be revoked). */
function liveTokens({ tokens }: Holding, held: ReadonlySet<string>): string[] {
  return tokens.flatMap((token) => [
    ...(token.refreshToken === null || isHeld(token, held) ? [] : [token.refreshToken]),
    token.accessToken,
  ]);
}

/**
 * Renews one token in the client's name. What that made has to be ended, too.
 *
 * @returns null: Globus does not take any of them for this client's
 * @throws OAuthFailure
 */
async function provenBy(
  parts: ImportParts,
  client: ForeignClient,
  { tokens }: Holding,
  held: ReadonlySet<string>,
): Promise<string[] | null> {
  // What the vault holds was issued to the app's own client, and works.
  if (client.id === parts.settings.get().clientId && tokens.some((token) => isHeld(token, held))) return [];
  const { context, provider } = await meet(parts, client.id);
  for (const { refreshToken, resourceServer, scopes } of tokens) {
    if (refreshToken === null || held.has(refreshToken)) continue;
    try {
      const issued = await refresh(context, provider, { refreshToken, resourceServer, scopes });
      const { accessToken, refreshToken: next } = issued;
      return [...(next === null ? [] : [next]), accessToken];
    } catch (error) {
      const failure = toFailure(error);
      const definite = failure.kind === 'invalid_grant' || failure.kind === 'refused';
      if (!definite) throw failure;
    }
  }
  return null;
}

async function deleted(file: ForeignFile, removed: Removed): Promise<Result<Removed>> {
  if (!(await isStill(file.path, file.stamp))) return refused(changedProblem());
  try {
    await unlink(file.path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : null;
    return refused(notDeletedProblem(code));
  }
  // Empty ones that SQLite leaves; one with content would have stopped us before.
  for (const suffix of ['-journal', '-wal']) {
    if ((await sizeOf(file.path + suffix)) === 0) await unlink(file.path + suffix).catch(() => undefined);
  }
  return { ok: true, value: removed };
}

function refused(problem: Problem): { ok: false; problem: Problem } {
  return { ok: false, problem };
}
