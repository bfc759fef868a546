import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import type { Environment } from '../../main/globus/environments.ts';

/** oidc-provider on loopback: a certified authorization server that this project did not write. */
export interface OtherProvider {
  environment: Environment;
  clientId: string;
  /** Token endpoint calls by grant type, in order. */
  tokenCalls: string[];
  /** Walks login and consent as a browser would; gives the final redirect without following it. */
  visit(url: string): Promise<string>;
  close(): Promise<void>;
}

export async function startOtherProvider(): Promise<OtherProvider> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clientId = 'a3c1a2de-7c55-4a3e-9a4c-1a0f6c8a2f11';
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        redirect_uris: ['http://127.0.0.1'],
      },
    ],
    claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email'] },
    conformIdTokenClaims: false,
    features: { revocation: { enabled: true }, devInteractions: { enabled: true } },
    pkce: { required: () => true, methods: ['S256'] },
    rotateRefreshToken: true,
    issueRefreshToken: () => Promise.resolve(true),
    findAccount: (_context, sub) => ({
      accountId: sub,
      claims: () => ({ sub, preferred_username: `${sub}@other.example`, name: 'Other Person' }),
    }),
    cookies: { keys: ['not a secret: a test'] },
    ttl: { AccessToken: 600, IdToken: 600, RefreshToken: 3_600, Interaction: 600, Session: 600, Grant: 600 },
  });
  const tokenCalls: string[] = [];
  provider.on('grant.success', (context) => tokenCalls.push(String(context.oidc.params?.['grant_type'])));
  provider.on('grant.error', (context) =>
    tokenCalls.push(`refused ${String(context.oidc.params?.['grant_type'])}`),
  );
  const callback = provider.callback();
  server.on('request', (request, response) => void callback(request, response));
  return {
    environment: { name: 'demo', label: 'oidc-provider', issuer, flows: issuer, webApp: null, fake: true },
    clientId,
    tokenCalls,
    visit: (url) => visit(url, issuer),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function visit(start: string, issuer: string): Promise<string> {
  const cookies = new Map<string, string>();
  let url = start;
  let init: RequestInit = {};
  for (let step = 0; step < 15; step += 1) {
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: {
        ...(init.headers as Record<string, string> | undefined),
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      },
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const at = pair.indexOf('=');
      cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    const location = response.headers.get('location');
    if (location !== null) {
      url = new URL(location, url).href;
      init = {};
      if (!url.startsWith(issuer)) return url;
      continue;
    }
    const page = await response.text();
    const action = /action="([^"]+)"/.exec(page)?.[1];
    if (action === undefined) throw new Error(`no form on ${new URL(url).pathname}: ${response.status}`);
    const prompt = /name="prompt" value="([^"]+)"/.exec(page)?.[1] ?? 'consent';
    url = new URL(action, url).href;
    init = {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(
        prompt === 'login' ? { prompt, login: 'ada', password: 'x' } : { prompt },
      ).toString(),
    };
  }
  throw new Error('the sign-in goes round in circles');
}
