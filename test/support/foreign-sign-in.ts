import { randomUUID } from 'node:crypto';
import { DEMO_CLIENT_ID } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import type { VisitorOptions } from '../sandbox/visitor.ts';
import { attempt, codeFor, type TokenBody, type TokenEntry } from './native-app.ts';
import type { StoredToken } from './token-files.ts';

export interface Instance {
  id: string;
  secret: string;
}

/** What globus-cli registers for itself: a confidential client. Its secret is base64, as Globus's are. */
export function registerInstance(sandbox: Sandbox): Instance {
  const instance = { id: randomUUID(), secret: 'SANDBOX+instance/secret=' };
  sandbox.confidential.set(instance.id, instance.secret);
  return instance;
}

/**
 * A sign-in by another program, with its tokens as that program stores them, by resource server.
 *
 * @param client a public client's ID, or an instance of globus-cli
 * @param identity `sub` that the SDK stores beside each token; absent: as before SDK 3.46, none
 */
export async function foreignSignIn(
  sandbox: Sandbox,
  scopes: string,
  client: string | Instance = DEMO_CLIENT_ID,
  identity?: string,
  visitor: VisitorOptions = {},
): Promise<Record<string, StoredToken>> {
  const id = typeof client === 'string' ? client : client.id;
  const made = attempt(sandbox, scopes, { client_id: id });
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: id,
    code: await codeFor(made, visitor),
    code_verifier: made.verifier,
    redirect_uri: made.redirectUri,
  });
  const basic = typeof client === 'string' ? {} : basicOf(client);
  const response = await fetch(`${sandbox.auth.origin}/v2/oauth2/token`, {
    method: 'POST',
    body: form,
    headers: basic,
  });
  const body = (await response.json()) as TokenBody;
  if (!response.ok) throw new Error(`the exchange failed: ${response.status} ${body.error ?? ''}`);
  return Object.fromEntries(
    [body, ...body.other_tokens].map((entry) => [entry.resource_server, stored(entry, identity)]),
  );
}

export function basicOf({ id, secret }: Instance): { authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` };
}

function stored(entry: TokenEntry, identity: string | undefined): StoredToken {
  return {
    resource_server: entry.resource_server,
    scope: entry.scope,
    access_token: entry.access_token,
    refresh_token: entry.refresh_token ?? null,
    expires_at_seconds: Math.floor(Date.now() / 1_000) + entry.expires_in,
    token_type: 'Bearer',
    ...(identity === undefined ? {} : { identity_id: identity }),
  };
}
