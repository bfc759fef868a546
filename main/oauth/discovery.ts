import * as oauth from 'oauth4webapi';
import { type OAuthContext, type Provider, requestOptions } from './context.ts';
import { guarded, OAuthFailure } from './failure.ts';

const ENDPOINTS = ['authorization_endpoint', 'token_endpoint', 'revocation_endpoint', 'jwks_uri'] as const;

/**
 * Reads `/.well-known/openid-configuration` (GLOBUS.md §1.2). Metadata that names another issuer is refused
 * (OpenID Connect Discovery §4.3), and so is an endpoint on another origin: the compiled-in host alone says
 * where codes and tokens go.
 *
 * @throws OAuthFailure
 */
export async function discover(context: OAuthContext): Promise<Provider> {
  const issuer = new URL(context.environment.issuer);
  return guarded(async () => {
    const response = await oauth.discoveryRequest(issuer, { algorithm: 'oidc', ...requestOptions(context) });
    const provider = await oauth.processDiscoveryResponse(issuer, response);
    for (const name of ENDPOINTS) {
      const value = provider[name];
      if (typeof value !== 'string') {
        throw new OAuthFailure('untrusted', `the server's metadata lacks ${name}`);
      }
      if (!URL.canParse(value) || new URL(value).origin !== issuer.origin) {
        throw new OAuthFailure('untrusted', `the server's metadata names another host in ${name}`);
      }
    }
    return provider;
  });
}
