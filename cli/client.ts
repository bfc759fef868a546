import { clientEnvironment } from '../main/broker/runtime-folder.ts';
import { brokerSocketPath } from '../main/broker/socket-path.ts';
import { BrokerStartError } from '../main/broker/start-error.ts';
import { type Exchange, exchange, NoAnswer, Unconnected, within } from './exchange.ts';
import { Failure } from './failure.ts';
import type { HttpAnswer } from './http.ts';
import { exitOf } from './reasons.ts';
import { clean } from './text.ts';
import type { Client, Request } from './types.ts';
import { unsetLine } from './unset.ts';

export interface ClientParts {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly uid: number | null;
  readonly platform: NodeJS.Platform;
  /** Starts an agent where that is allowed. @returns false: it is not @throws Failure */
  readonly start: (socket: string) => Promise<boolean>;
  /**
   * How long an agent may be silent before it is asked whether it is there, and then how long it may take to say
   * so. Milliseconds; 900 when absent.
   */
  readonly patienceMs?: number;
}

/** Twice this stays below the 2 s in which a command without a terminal ends (CHECKLIST 49). */
const PATIENCE_MS = 900;
/** Between two such questions, after the first. */
const AGAIN_MS = 5_000;

/**
 * Asks the agent over its socket. There is no limit to how long an answer takes, because a token may be renewed
 * or a person asked for it; but an agent that stays silent must answer another question meanwhile, or it counts
 * as stuck.
 */
export class BrokerClient implements Client {
  readonly #parts: ClientParts;

  constructor(parts: ClientParts) {
    this.#parts = parts;
  }

  /** @throws Failure `usage` for a path where no socket may be */
  get path(): string {
    const { env, uid, platform } = this.#parts;
    try {
      return brokerSocketPath(clientEnvironment(env, uid, platform), uid, platform);
    } catch (error) {
      if (!(error instanceof BrokerStartError)) throw error;
      throw new Failure('usage', `${error.message}.`, unsetLine('GLOBUS_TOKEN_SOCK', platform));
    }
  }

  async ask(request: Request): Promise<unknown> {
    const { path } = this;
    try {
      return understood(await this.#send(path, request), path);
    } catch (error) {
      if (error instanceof NoAnswer) throw noAgent(path);
      if (!(error instanceof Unconnected)) throw error;
      const absent = error.code === 'ENOENT' || error.code === 'ECONNREFUSED';
      if (!absent || !(await this.#parts.start(path))) throw unconnected(error.code, path);
      return understood(await this.#send(path, request), path);
    }
  }

  async #send(path: string, request: Request): Promise<HttpAnswer> {
    const { answer, stop } = exchange(path, request);
    const { signal } = request;
    const aborted = () => stop(signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
    signal?.addEventListener('abort', aborted);
    if (signal?.aborted === true) aborted();
    const unwatch = this.#watch(path, () => stop(silent(path)));
    try {
      return await answer;
    } finally {
      unwatch();
      signal?.removeEventListener('abort', aborted);
    }
  }

  /** Calls `stuck` when the agent is silent for too long. @returns ends the watch */
  #watch(path: string, stuck: () => void): () => void {
    const { patienceMs = PATIENCE_MS } = this.#parts;
    let over = false;
    let asked: Exchange | null = null;
    const look = async () => {
      try {
        asked = exchange(path, { method: 'GET', path: '/v1/status' });
        await within(patienceMs, asked);
        if (!over) timer = setTimeout(() => void look(), AGAIN_MS);
      } catch {
        if (!over) stuck();
      }
    };
    let timer = setTimeout(() => void look(), patienceMs);
    return () => {
      over = true;
      clearTimeout(timer);
      asked?.stop(new Error('over'));
    };
  }
}

/** @throws Failure for a problem, and for an answer that no agent gives */
function understood({ status, headers, body }: HttpAnswer, path: string): unknown {
  const type = headers['content-type']?.split(';', 1)[0]?.trim() ?? '';
  if (type === 'text/plain') {
    if (status >= 400) throw plainProblem(body, path);
    return body.replace(/\r?\n$/, '');
  }
  if (type !== 'application/json' && type !== 'application/problem+json') throw noAgent(path);
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw noAgent(path);
  }
  if (status < 400) return value;
  throw problem(value, path);
}

function problem(value: unknown, path: string): Failure {
  const { reason, detail, next, trouble } = record(value);
  if (typeof reason !== 'string' || typeof detail !== 'string') return noAgent(path);
  return refused(
    reason,
    typeof trouble === 'string' ? trouble : null,
    detail,
    typeof next === 'string' ? next : '',
  );
}

/** Three lines: reason or reason/trouble, what happened, what to do. */
function plainProblem(body: string, path: string): Failure {
  const [first = '', detail = '', next = ''] = body.split('\n');
  const [reason = '', trouble = null] = first.split('/', 2);
  return /^[a-z-]+$/.test(reason) ? refused(reason, trouble, detail, next) : noAgent(path);
}

function refused(reason: string, trouble: string | null, detail: string, next: string): Failure {
  const step = clean(next);
  return new Failure(exitOf(reason, trouble), clean(detail), step === '' ? null : step, reason);
}

function unconnected(code: string, path: string): Failure {
  if (code === 'EACCES' || code === 'EPERM') {
    return new Failure('no-agent', `The socket ${path} may not be opened by you.`, 'globus-token doctor');
  }
  if (code === 'EAGAIN') return new Failure('busy', `The agent at ${path} is busy.`, 'Ask again in a moment');
  return new Failure('no-agent', `No agent answers at ${path}.`, 'Start the app, or: globus-token agent');
}

function silent(path: string): Failure {
  return new Failure(
    'busy',
    `The agent at ${path} takes connections but does not answer.`,
    'globus-token doctor',
  );
}

function noAgent(path: string): Failure {
  return new Failure(
    'failed',
    `What answers at ${path} is no agent, or it ended while it answered.`,
    'globus-token doctor',
  );
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
