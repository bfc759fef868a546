import { json, methodNotAllowed, readForm, type SandboxRequest, type SandboxResponse } from '../http.ts';
import { clientCredentials } from './client-credentials.ts';
import type { AuthContext } from './context.ts';
import { exchangeResponse, refreshResponse } from './token-response.ts';

/** POST `/v2/oauth2/token` (GLOBUS.md §2.1, §2.3): code exchange, refresh, client credentials, form-encoded only. */
export function token(context: AuthContext, request: SandboxRequest): SandboxResponse {
  const form = request.method === 'POST' ? readForm(request) : null;
  if (form?.get('grant_type') === 'client_credentials') return clientCredentials(context, request, form);
  const client = readClientForm(context, request);
  if ('refusal' in client) return client.refusal;
  const grantType = client.form.get('grant_type');
  if (grantType === 'authorization_code') return exchangeCode(context, request, client);
  if (grantType === 'refresh_token') return refresh(context, request, client);
  return json(400, { error: 'unsupported_grant_type' });
}

/** POST `/v2/oauth2/token/revoke`: the same answer whatever the token was (RFC 7009 §2.2). */
export function revoke(context: AuthContext, request: SandboxRequest): SandboxResponse {
  const client = readClientForm(context, request);
  if ('refusal' in client) return client.refusal;
  const value = client.form.get('token');
  if (value === null || value === '') return json(400, { error: 'invalid_request' });
  context.tokens.revoke(value, client.id);
  context.ledger.add({ kind: 'revoked', token: value });
  return json(200, { active: false });
}

/** POST `/v2/oauth2/token/validate`: discouraged, but it works for native apps (§1.2). */
export function validate(context: AuthContext, request: SandboxRequest): SandboxResponse {
  const client = readClientForm(context, request);
  if ('refusal' in client) return client.refusal;
  const value = client.form.get('token');
  if (value === null || value === '') return json(400, { error: 'invalid_request' });
  return json(200, { active: context.tokens.isActive(value, client.id) });
}

/** POST `/v2/oauth2/token/introspect`: needs client credentials, which a native app has none of. */
export function introspect(request: SandboxRequest): SandboxResponse {
  return request.method === 'POST' ? json(401, { error: 'invalid_client' }) : methodNotAllowed('POST');
}

interface ClientForm {
  id: string;
  form: URLSearchParams;
}

/**
 * A native app names itself by `client_id` in the form and sends no Authorization header; a confidential client
 * sends ID and secret by Basic, and is nobody without them (§1.2).
 */
function readClientForm(
  context: AuthContext,
  request: SandboxRequest,
): ClientForm | { refusal: SandboxResponse } {
  if (request.method !== 'POST') return { refusal: methodNotAllowed('POST') };
  const form = readForm(request);
  if (form === null) return { refusal: json(400, { error: 'invalid_request' }) };
  const { authorization } = request.headers;
  const id = authorization === undefined ? publicClient(context, form) : withSecret(context, authorization);
  return id === null ? { refusal: json(401, { error: 'invalid_client' }) } : { id, form };
}

function publicClient({ clients }: AuthContext, form: URLSearchParams): string | null {
  const id = form.get('client_id') ?? '';
  return !form.has('client_secret') && clients.has(id) ? id : null;
}

/** ID and secret as they are, colon between: Globus's SDK encodes neither (GLOBUS.md §1.2). */
function withSecret({ confidential }: AuthContext, authorization: string): string | null {
  const [, credentials = ''] = /^Basic (\S+)$/.exec(authorization) ?? [];
  const [id = '', ...secret] = Buffer.from(credentials, 'base64').toString('utf8').split(':');
  return confidential.has(id) && confidential.get(id) === secret.join(':') ? id : null;
}

function exchangeCode(context: AuthContext, request: SandboxRequest, client: ClientForm): SandboxResponse {
  const record = context.codes.redeem(client.form.get('code') ?? '', {
    clientId: client.id,
    redirectUri: client.form.get('redirect_uri') ?? '',
    verifier: client.form.get('code_verifier') ?? '',
  });
  if (record === null) return invalidGrant();
  const faults = context.faults.take('auth', request.path, [
    'id_token',
    'fewer_scopes',
    'missing_refresh_token',
  ]);
  const response = exchangeResponse(context, record, faults);
  for (const { refresh_token: given, access_token: access, resource_server: server } of [
    response,
    ...response.other_tokens,
  ]) {
    if (given !== undefined) {
      context.ledger.add({ kind: 'issued', refresh: given, access, resourceServer: server });
    }
  }
  return json(200, response);
}

function refresh(context: AuthContext, request: SandboxRequest, client: ClientForm): SandboxResponse {
  const sent = client.form.get('refresh_token') ?? '';
  const grant = context.tokens.useRefresh(sent, client.id);
  if (grant === undefined) {
    context.ledger.add({ kind: 'refused', sent });
    return invalidGrant();
  }
  const faults = context.faults.take('auth', request.path, [
    'rotate',
    'fewer_scopes',
    'missing_refresh_token',
  ]);
  for (const consent of context.consents.of(grant.user, client.id)) {
    if (grant.scopes.includes(consent.path[0] ?? '')) consent.lastUsed = context.clock.now();
  }
  const next = faults.has('rotate') ? context.tokens.rotate(sent) : sent;
  const response = refreshResponse(context, grant, next, faults);
  context.ledger.add({ kind: 'spent', sent, refresh: next, access: response.access_token });
  return json(200, response);
}

/** 401 is what was recorded, although RFC 6749 §5.2 says 400 (GLOBUS.md §2.5); the fault switch makes 400s. */
function invalidGrant(): SandboxResponse {
  return json(401, { error: 'invalid_grant' });
}
