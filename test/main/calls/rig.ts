import { createHash, randomBytes } from 'node:crypto';
import type { Fetch } from '../../../main/effects.ts';
import { type CallOutcome, type CallRequest, createCalls } from '../../../main/calls/calls.ts';
import { createFlowBook, type FlowBook } from '../../../main/calls/flow-book.ts';
import type { FlowBookPorts, KeptFlow, TokenPorts } from '../../../main/calls/ports.ts';
import { demoEnvironment } from '../../../main/globus/environments.ts';
import { splitScopes } from '../../../main/globus/scope-string.ts';
import type { AccessResult } from '../../../main/tokens/keeper.ts';
import type { Sandbox } from '../../sandbox/types.ts';
import { approveInProcess } from '../../sandbox/visitor.ts';
import { realClock, RecordingLog } from '../../support/agent-parts.ts';

interface Held {
  scopes: readonly string[];
  access: string;
  refresh: string;
}

/** A person's tokens, got from the sandbox over its real pages: one grant per resource server and sign-in. */
export class Holder implements TokenPorts {
  readonly #sandbox: Sandbox;
  readonly #held: Held[] = [];
  /** Scopes that were renewed, in order. */
  readonly renewals: string[] = [];
  /** What `token` answers in place of a token. */
  instead: Exclude<AccessResult, { kind: 'token' }> | null = null;

  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
  }

  /** @param session `session_required_*` and `prompt`; the newest sign-in wins over those of equal breadth */
  async signIn(scopes: readonly string[], session: Record<string, string> = {}, username?: string) {
    const clientId = [...this.#sandbox.clients][0] ?? '';
    const verifier = randomBytes(48).toString('base64url');
    const redirect = `${this.#sandbox.auth.origin.replace(/:\d+$/, '')}:65000`;
    const url = new URL('/v2/oauth2/authorize', this.#sandbox.auth.origin);
    url.search = new URLSearchParams({
      client_id: clientId,
      redirect_uri: redirect,
      scope: scopes.join(' '),
      response_type: 'code',
      state: 'state-of-this-test',
      access_type: 'offline',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...session,
    }).toString();
    const back = new URL(await approveInProcess(url.href, username === undefined ? {} : { username }));
    const answer = await this.#token({
      grant_type: 'authorization_code',
      code: back.searchParams.get('code') ?? '',
      redirect_uri: redirect,
      client_id: clientId,
      code_verifier: verifier,
    });
    for (const part of [answer, ...(answer['other_tokens'] as Record<string, unknown>[])]) {
      this.#held.unshift({
        scopes: splitScopes(String(part['scope'])),
        access: String(part['access_token']),
        refresh: String(part['refresh_token']),
      });
    }
  }

  token(scope: string): Promise<AccessResult> {
    const held = this.#best(scope);
    if (this.instead !== null) return Promise.resolve(this.instead);
    if (held === undefined) return Promise.resolve({ kind: 'none' });
    const token = { value: held.access, receivedAt: 0, expiresAt: Number.MAX_SAFE_INTEGER };
    return Promise.resolve({ kind: 'token', token, grant: grantOf(held.scopes) });
  }

  async renew(scope: string) {
    this.renewals.push(scope);
    const held = this.#best(scope);
    if (held === undefined) throw new Error('nothing to renew');
    const clientId = [...this.#sandbox.clients][0] ?? '';
    const answer = await this.#token({
      grant_type: 'refresh_token',
      refresh_token: held.refresh,
      client_id: clientId,
    });
    held.access = String(answer['access_token']);
    return { ok: true as const, value: null };
  }

  /** Revokes the access token alone: a renewed one works again. */
  async revokeAccess(scope: string) {
    const clientId = [...this.#sandbox.clients][0] ?? '';
    await this.#post('/v2/oauth2/token/revoke', {
      token: this.#best(scope)?.access ?? '',
      client_id: clientId,
    });
  }

  get accessTokens(): string[] {
    return this.#held.map(({ access }) => access);
  }

  #best(scope: string): Held | undefined {
    const covering = this.#held.filter(({ scopes }) => scopes.includes(scope));
    return covering.sort((a, b) => a.scopes.length - b.scopes.length)[0];
  }

  async #token(form: Record<string, string>): Promise<Record<string, unknown>> {
    const response = await this.#post('/v2/oauth2/token', form);
    if (!response.ok) throw new Error(`the token endpoint answers ${response.status}`);
    return (await response.json()) as Record<string, unknown>;
  }

  #post(path: string, form: Record<string, string>): Promise<Response> {
    return fetch(new URL(path, this.#sandbox.auth.origin), {
      method: 'POST',
      body: new URLSearchParams(form),
    });
  }
}

export interface Rig {
  holder: Holder;
  log: RecordingLog;
  /** Every request that was sent, in order. */
  sent: { url: string; init: RequestInit }[];
  kept: KeptFlow[];
  book: FlowBook;
  run(request: CallRequest): Promise<CallOutcome>;
}

/** The calls room against the sandbox, over real sockets. */
export function callsRig(sandbox: Sandbox, change: Partial<FlowBookPorts> = {}): Rig {
  const holder = new Holder(sandbox);
  const log = new RecordingLog();
  const sent: Rig['sent'] = [];
  const kept: KeptFlow[] = [];
  const { fetch: inner = fetch, ...others } = change;
  const recording: Fetch = (url, init = {}) => {
    sent.push({ url: String(url), init });
    return inner(url, init);
  };
  const ports: FlowBookPorts = {
    fetch: recording,
    clock: realClock,
    environment: demoEnvironment({ auth: sandbox.auth.port, flows: sandbox.flows.port }),
    log,
    token: (scope) => holder.token(scope),
    renew: (scope) => holder.renew(scope),
    kept: () => kept,
    ...others,
  };
  const calls = createCalls(ports);
  return { holder, log, sent, kept, book: createFlowBook(ports), run: (request) => calls.run(request) };
}

function grantOf(scopes: readonly string[]) {
  return {
    name: `demo/client/sub/rs/${scopes.join('+')}`,
    environment: 'demo' as const,
    clientId: 'client',
    sub: 'sub',
    username: 'ada@uni.example',
    displayName: 'Ada',
    resourceServer: 'rs',
    scopes: [...scopes],
    grantedAt: 0,
    lastUsedAt: 0,
  };
}
