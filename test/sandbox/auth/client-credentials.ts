import { json, type SandboxRequest, type SandboxResponse } from '../http.ts';
import type { SandboxUser } from '../types.ts';
import type { AuthContext } from './context.ts';
import { clientResponse } from './token-response.ts';

/** The only confidential client. Its secret is no secret; the letters tell whose it is. */
export const SERVICE_CLIENT = {
  id: 'c0ffee00-0000-4000-8000-000000000001',
  secret: 'SANDBOX+client/secret=',
};

/** A confidential client is an identity of its own (GLOBUS.md §4 shows the form of its username). */
const ACCOUNT: SandboxUser = {
  sub: SERVICE_CLIENT.id,
  username: `${SERVICE_CLIENT.id}@clients.auth.globus.org`,
  name: 'Sandbox service',
  email: '',
  organization: 'Sandbox University',
};

/** RFC 6749 §4.4, with client_secret_basic (GLOBUS.md §1.2: the one method of the discovery document). */
export function clientCredentials(
  context: AuthContext,
  request: SandboxRequest,
  form: URLSearchParams,
): SandboxResponse {
  const { id, secret } = SERVICE_CLIENT;
  const expected = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
  if (request.headers['authorization'] !== expected) return json(401, { error: 'invalid_client' });
  const scopes = (form.get('scope') ?? '').split(' ').filter(Boolean);
  if (scopes.length === 0) return json(400, { error: 'invalid_scope' });
  if (scopes.some((scope) => context.catalog.find(scope) === undefined)) {
    return json(400, { error: 'invalid_scope' });
  }
  const session = { identities: [id], authenticatedAt: context.clock.now(), mfa: false, policies: [] };
  return json(200, clientResponse(context, { clientId: id, user: ACCOUNT, session }, scopes));
}
