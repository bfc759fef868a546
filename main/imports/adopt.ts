import type { Problem } from '../effects.ts';
import { IDENTITY_SCOPES, AUTH_RESOURCE_SERVER } from '../globus/scopes.ts';
import type { OAuthContext, Provider } from '../oauth/context.ts';
import type { Identity } from '../oauth/exchange.ts';
import { toFailure } from '../oauth/failure.ts';
import { refresh } from '../oauth/refresh.ts';
import { userinfo } from '../oauth/userinfo.ts';
import { Storing } from '../tokens/storing.ts';
import type { ImportParts } from './parts.ts';
import { notAdoptedProblem } from './problems.ts';
import type { Adopted, AdoptOptions, ForeignToken, Holding } from './types.ts';

/** A token that can be spent, of a holding that was issued to this app's own client. */
type Renewable = ForeignToken & { readonly refreshToken: string };

interface Taken {
  readonly adopted: Adopted['adopted'][number][];
  readonly ended: string[];
  /** Scopes that only a sign-in can give. */
  readonly signIn: string[];
  already: number;
}

/** Ends the adopting: what is in the vault stays, the rest is in the file still. */
class Stopped extends Error {
  constructor(readonly problem: Problem) {
    super(problem.title);
  }
}

/**
 * Takes over the grants of files that were issued to this app's own client: each refresh token is spent once,
 * which proves it, and what comes back goes the way of a sign-in: vault first, then the world. Nothing is spent
 * before it is known that the vault can take it.
 *
 * Whose a grant is, only two can say: Globus for the `openid` token (userinfo), the file for the others
 * (`identity_id`). Where neither does, the grant is not adopted: a token under the wrong name is worse than one
 * more sign-in.
 *
 * @param held refresh tokens that are in the vault: not spent again
 */
export async function adoptHoldings(
  parts: ImportParts,
  clientId: string,
  holdings: readonly Holding[],
  held: ReadonlySet<string>,
  options: AdoptOptions = {},
): Promise<Omit<Adopted, 'signIn'> & { signIn: string[] }> {
  const taken: Taken = { adopted: [], ended: [], signIn: [], already: 0 };
  const context = parts.context(clientId);
  const inFiles = new Set(holdings.flatMap(({ tokens }) => tokens.map((one) => one.refreshToken)));
  const storing = () =>
    new Storing(
      { ...parts, environment: parts.environment.name, shared: (token) => inFiles.has(token) },
      context,
      null,
    );
  try {
    const provider = await parts.discover(context).catch((error: unknown) => {
      throw new Stopped(notAdoptedProblem(toFailure(error)));
    });
    for (const holding of holdings)
      await adoptOne({ parts, context, provider, storing, held, options }, holding, taken);
    return { ...taken, problem: null };
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    return { ...taken, problem: error.problem };
  }
}

interface Adopting {
  readonly parts: ImportParts;
  readonly context: OAuthContext;
  readonly provider: Provider;
  readonly storing: () => Storing;
  readonly held: ReadonlySet<string>;
  readonly options: AdoptOptions;
}

async function adoptOne(adopting: Adopting, { tokens }: Holding, taken: Taken): Promise<void> {
  const { held, options } = adopting;
  const renewable = tokens.filter((token): token is Renewable => token.refreshToken !== null);
  const lasting = new Set(renewable.flatMap(({ scopes }) => scopes));
  // An access token alone ends within two days: not worth a place in the vault.
  for (const { scopes } of tokens) taken.signIn.push(...scopes.filter((scope) => !lasting.has(scope)));
  taken.already += renewable.filter((token) => held.has(token.refreshToken)).length;
  const fresh = renewable.filter((token) => !held.has(token.refreshToken));
  // The one that tells a name comes first: the others may be of the same person.
  let known: Identity | null = null;
  for (const token of [...fresh].sort((one, other) => Number(isNaming(other)) - Number(isNaming(one)))) {
    // Between two tokens alone: a renewal that was sent may have spent its token, and what it brings is kept.
    if (options.signal?.aborted === true) return;
    if (!isNaming(token) && token.identity === null) {
      taken.signIn.push(...token.scopes);
      continue;
    }
    known = (await adoptToken(adopting, token, known, taken)) ?? known;
  }
}

/** Its access token tells whose it is. */
function isNaming({ resourceServer, scopes }: ForeignToken): boolean {
  return resourceServer === AUTH_RESOURCE_SERVER && scopes.includes('openid');
}

/** @returns whose it was, when Globus said so */
async function adoptToken(
  { parts, context, provider, storing, options }: Adopting,
  token: Renewable,
  known: Identity | null,
  taken: Taken,
): Promise<Identity | null> {
  const hindrance = parts.hindrance();
  if (hindrance !== null) throw new Stopped(hindrance);
  const { resourceServer, scopes, refreshToken } = token;
  let issued;
  let named: Identity | null = null;
  try {
    issued = await refresh(context, provider, { refreshToken, resourceServer, scopes });
    if (isNaming(token)) named = await userinfo(context, provider, issued.accessToken);
  } catch (error) {
    const failure = toFailure(error);
    if (failure.kind !== 'invalid_grant') throw new Stopped(notAdoptedProblem(failure));
    taken.ended.push(resourceServer);
    taken.signIn.push(...scopes);
    return null;
  }
  const identity = named ?? nameOf(parts, token.identity ?? '', known);
  const problem = await storing().take(
    {
      tokens: [{ ...issued, refreshToken: issued.refreshToken ?? refreshToken }],
      identity,
      nonceAbsent: false,
    },
    { scopes: issued.scopes, isolated: false },
  );
  if (problem !== null) throw new Stopped(problem);
  taken.adopted.push({ account: identity.username, resourceServer });
  options.onTaken?.(resourceServer);
  for (const scope of issued.scopes) if (!IDENTITY_SCOPES.includes(scope)) parts.addScope(scope);
  return named;
}

/** The file has the `sub` alone; the name is what Globus said, now or at an earlier sign-in. */
function nameOf({ grants }: ImportParts, sub: string, known: Identity | null): Identity {
  if (known?.sub === sub) return known;
  return grants.accounts().find((account) => account.sub === sub) ?? { sub, username: sub, displayName: sub };
}
