import * as oauth from 'oauth4webapi';
import { clientOf, type OAuthContext, type Provider, requestOptions } from './context.ts';
import { guarded, OAuthFailure } from './failure.ts';
import { type IssuedToken, readTokens } from './token-response.ts';

/**
 * One refresh grant (GLOBUS.md §2.3): the answer is for exactly one resource server, the refresh token
 * usually comes back unchanged; null in `refreshToken` means "keep the old one".
 *
 * @throws OAuthFailure; `invalid_grant` is the only definite end of a grant
 */
export async function refresh(
  context: OAuthContext,
  provider: Provider,
  grant: { refreshToken: string; resourceServer: string; scopes: readonly string[] },
): Promise<IssuedToken> {
  const client = clientOf(context);
  return guarded(async () => {
    const response = await oauth.refreshTokenGrantRequest(
      provider,
      client,
      oauth.None(),
      grant.refreshToken,
      requestOptions(context),
    );
    const receivedAt = context.clock.now();
    const body = await oauth.processRefreshTokenResponse(provider, client, response);
    const tokens = readTokens(body, grant.scopes, receivedAt);
    const own = tokens.find((token) => token.resourceServer === grant.resourceServer);
    if (own === undefined) throw new OAuthFailure('untrusted', 'the answer is for another service');
    return own;
  });
}
