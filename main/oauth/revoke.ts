import * as oauth from 'oauth4webapi';
import { clientOf, type OAuthContext, type Provider, requestOptions } from './context.ts';
import { guarded } from './failure.ts';

/**
 * RFC 7009. Globus answers 200 for known and unknown tokens alike; revoking a refresh token leaves its access
 * tokens alive, so both are revoked, each by its own call (GLOBUS.md §2.4).
 *
 * @param secret of a confidential client that is not this app's (`main/imports`); null: the public client that
 *   this app is
 * @throws OAuthFailure when the server did not confirm
 */
export async function revoke(
  context: OAuthContext,
  provider: Provider,
  token: string,
  secret: string | null = null,
): Promise<void> {
  await guarded(async () => {
    const response = await oauth.revocationRequest(
      provider,
      clientOf(context),
      secret === null ? oauth.None() : plainBasic(secret),
      token,
      requestOptions(context),
    );
    await oauth.processRevocationResponse(response);
  });
}

/**
 * RFC 7617 with ID and secret as they are. RFC 6749 §2.3.1 encodes them first, as the library's own
 * `ClientSecretBasic` does; Globus's SDK does not (globus_sdk BasicAuthorizer), and Globus's secrets are base64,
 * where it would matter.
 */
function plainBasic(secret: string): oauth.ClientAuth {
  return (_provider, { client_id }, _body, headers) => {
    headers.set('authorization', `Basic ${Buffer.from(`${client_id}:${secret}`).toString('base64')}`);
  };
}
