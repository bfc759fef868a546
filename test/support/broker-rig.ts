import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Broker, type BrokerOptions, startBroker } from '../../main/broker/broker.ts';
import type { AuditEntry, RuleAnswer } from '../../main/broker/contract.ts';
import type { Leaving } from '../../main/broker/departure.ts';
import type { Caller, Question, TokenOutcome, Verdict } from '../../main/broker/types.ts';
import type { Clock } from '../../main/effects.ts';
import { type RecordingManage, recordingManage } from './recording-manage.ts';
import { statusAnswer } from './status.ts';

/** A broker on a real socket whose neighbours (tokens, approvals, callers, what people manage) are played by a script. */
export interface BrokerRig {
  readonly broker: Broker;
  readonly path: string;
  readonly audit: AuditEntry[];
  readonly questions: { question: Question; leaving: Leaving }[];
  readonly logged: string[];
  readonly state: RigState;
  readonly manage: RecordingManage;
  get(target: string, headers?: Record<string, string>, method?: string): Promise<Reply>;
  /** @param body a value to send as JSON, or a text to send as it is */
  send(method: string, target: string, body: unknown, headers?: Record<string, string>): Promise<Reply>;
  /** A client without HTTP manners. */
  raw(): Promise<RawClient>;
  close(): Promise<void>;
}

export interface RigState {
  locked: boolean;
  /** Process checks that hold; false: the caller became another program. */
  same: boolean;
  signedIn: boolean;
  /** Whether there is a client ID. */
  setUp: boolean;
  decide: (question: Question, leaving: Leaving) => Promise<Verdict>;
  outcome: (scope: string, minimumMs: number, sub?: string) => Promise<TokenOutcome>;
  rules: RuleAnswer[];
  caller: Caller;
  signIns: (readonly string[])[];
}

export interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface RawClient {
  readonly socket: Socket;
  /** Everything that came so far. */
  text(): string;
  write(bytes: string): void;
  /** Resolves when what came matches, rejects when the connection closes first. */
  sees(pattern: RegExp): Promise<string>;
  closed: Promise<string>;
}

export const CANARY = 'canary-refresh-token-7f3a';
export const ACCESS = 'access-token-of-the-test';
export const VIEW_FLOWS = 'https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a/view_flows';
export const allow = (): Promise<Verdict> => Promise.resolve({ kind: 'allowed', by: 'prompt' });

export const realClock: Clock = {
  now: () => Date.now(),
  after: (milliseconds, run) => {
    const timer = setTimeout(run, milliseconds).unref();
    return () => clearTimeout(timer);
  },
};

const process1 = { pid: 4_242, startTime: '100', executable: '/usr/bin/python3' };
export const program: Caller = {
  peer: process1,
  uid: 1_000,
  chain: [process1],
  subject: {
    kind: 'program',
    process: process1,
    program: '/usr/bin/python3',
    script: { path: '/srv/backup.py', binding: null },
    inline: false,
    terminal: null,
    startedBy: 'cron',
  },
};

/** @param options replaces parts of the rig: limits, identifier, forwardedFrom */
export async function brokerRig(options: Partial<BrokerOptions> = {}): Promise<BrokerRig> {
  const folder = await mkdtemp(join(tmpdir(), 'rig-'));
  const audit: AuditEntry[] = [];
  const questions: BrokerRig['questions'] = [];
  const logged: string[] = [];
  const note = (fields: Record<string, unknown>, message: string) =>
    void logged.push(JSON.stringify({ ...fields, message }));
  const state: RigState = {
    locked: false,
    same: true,
    signedIn: true,
    setUp: true,
    decide: allow,
    outcome: () =>
      // As a careless source would: the refresh token sits in the same object.
      Promise.resolve({
        kind: 'token',
        value: ACCESS,
        resourceServer: 'flows.globus.org',
        scopes: [VIEW_FLOWS],
        expiresAt: Date.now() + 3_600_000,
        refreshToken: CANARY,
      } as TokenOutcome),
    rules: [],
    caller: program,
    signIns: [],
  };
  const manage = recordingManage();
  const path = options.path ?? join(folder, 'broker.sock');
  const broker = await startBroker({
    identifier: {
      identify: () => ({ kind: 'caller', caller: state.caller }),
      stillSame: () => state.same,
    },
    approvals: {
      decide: (question, leaving) => {
        questions.push({ question, leaving });
        return state.decide(question, leaving);
      },
    },
    tokens: {
      get locked() {
        return state.locked;
      },
      get setUp() {
        return state.setUp;
      },
      find: (text) =>
        text === 'view_flows' || text === VIEW_FLOWS ? { scope: VIEW_FLOWS, name: 'view_flows' } : null,
      account: (text) =>
        state.signedIn && (text === null || text === 'ada@uni.example')
          ? { sub: 'sub-ada', username: 'ada@uni.example' }
          : null,
      token: (scope, minimumMs, sub) => state.outcome(scope, minimumMs, sub),
    },
    audit: {
      append: (entry) => {
        audit.push({ time: new Date().toISOString(), ...entry });
        return Promise.resolve();
      },
      newest: (limit) => Promise.resolve([...audit].reverse().slice(0, limit)),
    },
    rules: {
      list: () => state.rules,
      revoke: (id) => {
        state.rules = state.rules.filter((rule) => rule.id !== id);
        return true;
      },
    },
    status: () =>
      statusAnswer({ account: 'ada@uni.example', accounts: ['ada@uni.example'], locked: state.locked }),
    scopes: () => [
      { name: 'view_flows', scope: VIEW_FLOWS, state: 'ready', expires_at: 1_800_000_000, also_allows: [] },
    ],
    signIn: (scopes) => {
      state.signIns.push(scopes);
      state.signedIn = true;
      return Promise.resolve({ kind: 'done' });
    },
    lock: () => {
      state.locked = true;
    },
    manage,
    clock: realClock,
    log: { info: note, warn: note, error: note },
    ...options,
    path,
  }).catch(async (error: unknown) => {
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  return {
    broker,
    path,
    audit,
    questions,
    logged,
    state,
    manage,
    get: (target, headers, method) => ask(path, target, headers, method),
    send: (method, target, body, headers = {}) =>
      ask(
        path,
        target,
        { 'content-type': 'application/json', ...headers },
        method,
        typeof body === 'string' ? body : JSON.stringify(body),
      ),
    raw: () => rawClient(path),
    close: async () => {
      await broker.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** One request on a connection of its own. */
export function ask(
  path: string,
  target: string,
  headers = {},
  method = 'GET',
  body?: string,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { socketPath: path, path: target, method, headers, agent: false },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        );
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

export function rawClient(path: string): Promise<RawClient> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path });
    let got = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => (got += chunk));
    // A refused write (EPIPE) is followed by close, which is what the tests wait for.
    socket.on('error', reject);
    const closed = new Promise<string>((done) => socket.once('close', () => done(got)));
    const sees = (pattern: RegExp) =>
      new Promise<string>((seen, failed) => {
        const look = () => {
          if (pattern.test(got)) seen(got);
        };
        look();
        socket.on('data', look);
        socket.once('close', () => failed(new Error(`closed before ${String(pattern)}: ${got}`)));
      });
    socket.once('connect', () =>
      resolve({
        socket,
        text: () => got,
        write: (bytes) => void socket.write(bytes, 'latin1'),
        sees,
        closed,
      }),
    );
  });
}
