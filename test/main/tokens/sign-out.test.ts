import { EventEmitter, once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fetch } from '../../../main/effects.ts';
import { startSandbox } from '../../sandbox/index.ts';
import type { Sandbox } from '../../sandbox/types.ts';
import { ALL_SCOPES, type SandboxAgent, sandboxAgent, scopeOf } from '../../support/sandbox-agent.ts';

const VIEW = scopeOf('view_flows');
let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

interface Held {
  /** The first request that fits was answered by the server; its answer is not here yet. */
  readonly arrived: Promise<void>;
  release(): void;
  readonly fetch: Fetch;
}

/** Keeps back the answer to the first request that fits. */
function holdAnswer(fits: (path: string, body: string) => boolean): Held {
  const arrived = new EventEmitter();
  const arrival = once(arrived, 'answer').then(() => undefined);
  const released = new EventEmitter();
  let held = false;
  return {
    arrived: arrival,
    release: () => released.emit('release'),
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      const body = init?.body instanceof URLSearchParams ? init.body.toString() : '';
      if (!held && fits(new URL(input).pathname, body)) {
        held = true;
        const release = once(released, 'release');
        arrived.emit('answer');
        await release;
      }
      return response;
    },
  };
}

/** The refresh tokens that the server would still take. */
function alive(): string[] {
  const all = sandbox.ledger.lines.flatMap((line) => ('refresh' in line ? [line.refresh] : []));
  return [...new Set(all)].filter((token) => sandbox.ledger.isLive(token));
}

/** The server gives the refresh tokens of the first sign-in again, as some do. */
function sameRefreshTokens(): Fetch {
  const first = new Map<unknown, unknown>();
  const again = (token: Record<string, unknown>): Record<string, unknown> => {
    const server = token['resource_server'];
    if (!first.has(server)) first.set(server, token['refresh_token']);
    return { ...token, refresh_token: first.get(server) };
  };
  return async (input, init) => {
    const response = await fetch(input, init);
    if (!new URL(input).pathname.endsWith('/token')) return response;
    const body = (await response.json()) as Record<string, unknown> & { other_tokens?: [] };
    return Response.json({ ...again(body), other_tokens: body.other_tokens?.map(again) });
  };
}

async function signedIn(held: Held): Promise<SandboxAgent> {
  const made = sandboxAgent(sandbox, { fetch: held.fetch });
  expect((await made.agent.signIn({ scopes: ALL_SCOPES, way: 'browser' })).ok).toBe(true);
  expect(alive()).not.toEqual([]);
  return made;
}

describe('a sign-out', () => {
  it('[C23] leaves nothing alive that a renewal under way brings', async () => {
    const held = holdAnswer((_path, body) => body.includes('grant_type=refresh_token'));
    const { agent, settings } = await signedIn(held);
    sandbox.addFault({ host: 'auth', path: '/v2/oauth2/token', kind: 'rotate', times: 1 });
    const renewal = agent.renew(VIEW);
    await held.arrived;
    const signOut = agent.signOut();
    // Time enough for a sign-out that does not wait to have its revocations answered.
    for (let trip = 0; trip < 20; trip += 1) await fetch(`${sandbox.auth.origin}/jwk.json`);
    held.release();
    expect(await signOut).toEqual({ ok: true, value: null });
    await renewal;
    expect(alive()).toEqual([]);
    expect(settings.get().grants).toEqual([]);
    agent.close();
  });

  it('[C23] lets no renewal begin before it is over', async () => {
    const held = holdAnswer((path) => path.endsWith('/revoke'));
    const { agent } = await signedIn(held);
    const before = sandbox.ledger.lines.length;
    const signOut = agent.signOut();
    await held.arrived;
    const renewal = agent.renew(VIEW);
    held.release();
    expect(await signOut).toEqual({ ok: true, value: null });
    expect((await renewal).ok).toBe(false);
    expect(sandbox.ledger.lines.slice(before).filter(({ kind }) => kind !== 'revoked')).toEqual([]);
    expect(alive()).toEqual([]);
    agent.close();
  });
});

describe('a sign-in that replaces another', () => {
  const signIn = async ({ agent }: SandboxAgent): Promise<void> => {
    expect((await agent.signIn({ scopes: ALL_SCOPES, way: 'browser' })).ok).toBe(true);
  };

  it('[C23] ends its refresh tokens, and no access token that may be in use', async () => {
    const made = sandboxAgent(sandbox);
    await signIn(made);
    const before = alive();
    const inUse = await made.agent.accessToken(VIEW, 0);
    const answered = async (): Promise<number> => {
      const authorization = `Bearer ${inUse.kind === 'token' ? inUse.token.value : ''}`;
      return (await fetch(`${sandbox.flows.origin}/flows`, { headers: { authorization } })).status;
    };
    await signIn(made);
    expect(alive()).toHaveLength(before.length);
    expect(alive().filter((token) => before.includes(token))).toEqual([]);
    expect(await answered()).toBe(200);
    expect(made.settings.get().grants).toHaveLength(before.length);
    expect(await made.agent.signOut()).toEqual({ ok: true, value: null });
    expect(alive()).toEqual([]);
    expect(await answered()).toBe(401);
    made.agent.close();
  });

  it('[C23] keeps what the server does not end, and signing out ends both', async () => {
    const made = sandboxAgent(sandbox);
    await signIn(made);
    const before = alive();
    sandbox.addFault({ host: 'auth', path: '/v2/oauth2/token/revoke', kind: 'status', status: 503 });
    await signIn(made);
    expect(alive()).toHaveLength(2 * before.length);
    expect(made.settings.get().grants).toHaveLength(2 * before.length);
    sandbox.clearFaults();
    expect(await made.agent.signOut()).toEqual({ ok: true, value: null });
    expect(alive()).toEqual([]);
    made.agent.close();
  });

  it('[C22] does not end a refresh token that it was given again', async () => {
    const made = sandboxAgent(sandbox, { fetch: sameRefreshTokens() });
    await signIn(made);
    const stored = made.settings.get().grants.map(({ name }) => name);
    const read = await made.vault.read(stored[0] ?? '');
    await signIn(made);
    expect(made.settings.get().grants.map(({ name }) => name)).not.toEqual(expect.arrayContaining(stored));
    expect(read.kind === 'found' && sandbox.ledger.isLive(read.entry.refreshToken)).toBe(true);
    made.agent.close();
  });
});
