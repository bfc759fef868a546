import * as oauth from 'oauth4webapi';
import { clientOf, type OAuthContext, type Provider, requestOptions } from './context.ts';
import { guarded } from './failure.ts';

/**
 * RFC 7009. Globus answers 200 for known and unknown tokens alike; revoking a refresh token leaves its access
 * tokens alive, so both are revoked, each by its own call (GLOBUS.md §2.4).
 *
 * @throws OAuthFailure when the server did not confirm
 */
export async function revoke(context: OAuthContext, provider: Provider, token: string): Promise<void> {
  await guarded(async () => {
    const response = await oauth.revocationRequest(
      provider,
      clientOf(context),
      oauth.None(),
      token,
      requestOptions(context),
    );
    await oauth.processRevocationResponse(response);
  });
}
