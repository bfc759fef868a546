import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import nacl from 'tweetnacl';
import type { AuditEntry } from '../../main/broker/contract.ts';
import type { Leaving } from '../../main/broker/departure.ts';
import type { OidcPorts } from '../../main/broker/oidc/answers.ts';
import { type OidcAgent, type OidcAgentOptions, startOidcAgent } from '../../main/broker/oidc/server.ts';
import type { Caller, Question, TokenOutcome, Verdict } from '../../main/broker/types.ts';
import { ACCESS, allow, CANARY, program, type RawClient, rawClient, realClock } from './broker-rig.ts';

export const ISSUER = 'https://auth.globus.org';
const FLOWS = 'https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a';
/** Three kept scopes; the first two are covered by one grant, the third by its own. */
export const KEPT = ['view_flows', 'run', 'all'].map((name) => ({ name, scope: `${FLOWS}/${name}` }));
const TOGETHER = KEPT.slice(0, 2).map(({ scope }) => scope);

export interface OidcNeighbours {
  readonly ports: OidcPorts;
  readonly audit: AuditEntry[];
  readonly questions: { question: Question; leaving: Leaving }[];
  readonly minimums: number[];
  readonly logged: string[];
  readonly state: {
    locked: boolean;
    same: boolean;
    caller: Caller;
    decide: (question: Question, leaving: Leaving) => Promise<Verdict>;
    outcome: ((scope: string, minimumMs: number) => Promise<TokenOutcome>) | null;
    appendFails: boolean;
  };
}

export interface OidcRig extends OidcNeighbours {
  readonly agent: OidcAgent;
  readonly path: string;
  /** One plain request; what came until the end. */
  plain(request: unknown): Promise<Record<string, unknown>>;
  raw(): Promise<RawClient>;
  close(): Promise<void>;
}

/** The neighbours of an oidc-agent socket (tokens, approvals, callers), played by a script. */
export function oidcNeighbours(): OidcNeighbours {
  const rig: Omit<OidcNeighbours, 'ports'> = {
    audit: [],
    questions: [],
    minimums: [],
    logged: [],
    state: { locked: false, same: true, caller: program, decide: allow, outcome: null, appendFails: false },
  };
  const { state } = rig;
  const note = (fields: Record<string, unknown>, message: string) =>
    void rig.logged.push(JSON.stringify({ ...fields, message }));
  const ports: OidcPorts = {
    identifier: {
      identify: () => ({ kind: 'caller', caller: state.caller }),
      stillSame: () => state.same,
    },
    approvals: {
      decide: (question, leaving) => {
        rig.questions.push({ question, leaving });
        return state.decide(question, leaving);
      },
    },
    tokens: {
      get locked() {
        return state.locked;
      },
      setUp: true,
      find: (text) => KEPT.find(({ name, scope }) => text === name || text === scope) ?? null,
      account: (text) =>
        text === null || text === 'ada@uni.example' ? { sub: 'sub-ada', username: 'ada@uni.example' } : null,
      token: (scope, minimumMs) => {
        rig.minimums.push(minimumMs);
        return state.outcome?.(scope, minimumMs) ?? Promise.resolve(tokenFor(scope));
      },
    },
    audit: {
      append: (entry) => {
        if (state.appendFails) return Promise.reject(new Error('disk full'));
        rig.audit.push({ time: new Date().toISOString(), ...entry });
        return Promise.resolve();
      },
      newest: () => Promise.resolve(rig.audit),
    },
    signIn: () => Promise.resolve({ kind: 'refused', reason: 'internal' }),
    issuer: ISSUER,
    clock: realClock,
    log: { info: note, warn: note, error: note },
  };
  return { ...rig, ports };
}

/** An oidc-agent socket with scripted neighbours. */
export async function oidcRig(options: Partial<OidcAgentOptions> = {}): Promise<OidcRig> {
  const folder = await mkdtemp(join(tmpdir(), 'oidc-'));
  const neighbours = oidcNeighbours();
  const path = options.path ?? join(folder, 'oidc.sock');
  const agent = await startOidcAgent({ ...neighbours.ports, ...options, path });
  return {
    ...neighbours,
    agent,
    path,
    plain: (request) => plain(path, request),
    raw: () => rawClient(path),
    close: async () => {
      await agent.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** One plain request on a connection of its own; what came until the end. */
export async function plain(path: string, request: unknown): Promise<Record<string, unknown>> {
  const client = await rawClient(path);
  client.write(typeof request === 'string' ? request : JSON.stringify(request));
  return JSON.parse(await client.closed) as Record<string, unknown>;
}

function tokenFor(scope: string): TokenOutcome {
  return {
    kind: 'token',
    value: ACCESS,
    resourceServer: 'flows.globus.org',
    scopes: TOGETHER.includes(scope) ? TOGETHER : [scope],
    expiresAt: 1_900_000_000_000,
    // As a careless source would: the refresh token sits in the same object.
    refreshToken: CANARY,
  } as TokenOutcome;
}

/** Debian's own client. HOME is a folder that does not exist: it must need no account files. */
export async function oidcClient(path: string, program: 'oidc-token' | 'oidc-add', ...args: string[]) {
  const child = spawn(program, args, {
    env: { PATH: process.env['PATH'], OIDC_SOCK: path, HOME: '/nonexistent' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}

/** The client's side of the sealed form, written from the protocol's description. */
export class SealedClient {
  readonly raw: RawClient;
  readonly #keys = nacl.box.keyPair();
  #shared: Uint8Array = new Uint8Array();

  constructor(raw: RawClient) {
    this.raw = raw;
  }

  async greet(): Promise<void> {
    this.raw.write(base64(this.#keys.publicKey));
    const theirs = await this.raw.sees(/^[A-Za-z0-9+/]{43}=$/);
    this.#shared = nacl.box.before(Buffer.from(theirs, 'base64'), this.#keys.secretKey);
  }

  seal(text: string): string {
    const nonce = nacl.randomBytes(24);
    return `${Buffer.byteLength(text)}:${base64(nonce)}:${base64(nacl.secretbox(Buffer.from(text), nonce, this.#shared))}`;
  }

  /** Waits for the end, and opens what came after the greeting. */
  async answer(): Promise<string> {
    const [length, nonce = '', box = ''] = (await this.raw.closed).slice(44).split(':');
    const opened = nacl.secretbox.open(
      Buffer.from(box, 'base64'),
      Buffer.from(nonce, 'base64'),
      this.#shared,
    );
    if (opened?.length !== Number(length)) throw new Error('the seal does not hold');
    return Buffer.from(opened).toString();
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
