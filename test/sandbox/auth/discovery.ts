import { json, methodNotAllowed, type SandboxRequest, type SandboxResponse } from '../http.ts';
import type { AuthContext } from './context.ts';

/** GET `/.well-known/openid-configuration`, the fields that were recorded of Globus (GLOBUS.md §1.2). */
export function discovery(context: AuthContext, request: SandboxRequest): SandboxResponse {
  if (request.method !== 'GET') return methodNotAllowed('GET');
  const origin = context.origin();
  const foreign = context.faults.take('auth', request.path, ['issuer']).size > 0;
  return json(200, {
    issuer: foreign ? 'https://issuer.invalid' : origin,
    authorization_endpoint: `${origin}/v2/oauth2/authorize`,
    userinfo_endpoint: `${origin}/v2/oauth2/userinfo`,
    token_endpoint: `${origin}/v2/oauth2/token`,
    revocation_endpoint: `${origin}/v2/oauth2/token/revoke`,
    jwks_uri: `${origin}/jwk.json`,
    response_types_supported: ['code', 'token', 'token id_token', 'id_token'],
    id_token_signing_alg_values_supported: ['RS512'],
    scopes_supported: ['openid', 'email', 'profile'],
    token_endpoint_auth_methods_supported: ['client_secret_basic'],
    claims_supported: [
      'at_hash',
      'aud',
      'email',
      'exp',
      'name',
      'nonce',
      'preferred_username',
      'iat',
      'iss',
      'sub',
    ],
    subject_types_supported: ['public'],
  });
}

/** GET `/jwk.json`. */
export function jwks(context: AuthContext, request: SandboxRequest): SandboxResponse {
  if (request.method !== 'GET') return methodNotAllowed('GET');
  return json(200, { keys: [context.key.jwk] });
}
