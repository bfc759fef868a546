import { Failure } from '../failure.ts';
import { record, text } from '../output.ts';
import type { Context } from '../types.ts';
import type { Way } from './way.ts';

/** The agent's sign-in, as it answers about it. */
export interface Attempt {
  readonly phase: string;
  readonly link: string | null;
  readonly port: number | null;
  /** Null, or why it failed; `reason` is '' from an agent that does not say it. */
  readonly problem: {
    readonly reason: string;
    readonly title: string;
    readonly tokens: string;
    readonly next: string;
  } | null;
}

export interface LoginWish {
  readonly scopes: readonly string[];
  readonly way: Way;
  readonly account: string | null;
  /** Each scope gets a token of its own. */
  readonly isolate: boolean;
}

const PATH = '/v1/login';

/**
 * The agent has one sign-in at a time. Where another one is under way, perhaps from a terminal that was closed, it
 * is given up if that may be.
 *
 * @param mayGiveUp asked only then
 */
export async function startAttempt(
  client: Context['client'],
  wish: LoginWish,
  mayGiveUp: () => Promise<boolean>,
): Promise<Attempt> {
  try {
    return await start(client, wish);
  } catch (error) {
    if (!(error instanceof Failure) || error.reason !== 'busy') throw error;
    const { phase } = attemptOf(await client.ask({ method: 'GET', path: PATH }));
    if (phase !== 'waiting' || !(await mayGiveUp())) throw error;
    await giveUp(client);
    return start(client, wish);
  }
}

async function start(
  client: Context['client'],
  { scopes, way, account, isolate }: LoginWish,
): Promise<Attempt> {
  const body = {
    way,
    ...(scopes.length > 0 && { scopes: scopes.join(' ') }),
    ...(account !== null && { account }),
    ...(isolate && { isolate }),
  };
  return attemptOf(await client.ask({ method: 'POST', path: PATH, body }));
}

/** Waits until it is over, at most a minute. */
export async function watchAttempt(client: Context['client'], signal: AbortSignal): Promise<Attempt> {
  return attemptOf(await client.ask({ method: 'GET', path: PATH, query: { wait: 60 }, signal }));
}

export async function handIn(client: Context['client'], code: string, signal: AbortSignal): Promise<Attempt> {
  return attemptOf(await client.ask({ method: 'POST', path: `${PATH}/code`, body: { code }, signal }));
}

export async function giveUp(client: Context['client']): Promise<void> {
  await client.ask({ method: 'DELETE', path: PATH });
}

/** @returns the Failure of an attempt that did not succeed */
export function failureOf({ problem }: Attempt): Failure {
  if (problem === null) {
    return new Failure(
      'needs-sign-in',
      'The sign-in was given up. Your tokens are as they were.',
      'Start again: globus-token login',
      'login-failed',
    );
  }
  const { reason, title, tokens, next } = problem;
  const exit = reason === 'network' || reason === 'unavailable' ? 'network' : 'needs-sign-in';
  return new Failure(exit, `${title}. ${tokens}`, next, 'login-failed');
}

function attemptOf(answer: unknown): Attempt {
  const all = record(answer);
  const { link, port, problem } = all;
  const why = record(problem);
  return {
    phase: text(all, 'phase'),
    link: typeof link === 'string' ? link : null,
    port: typeof port === 'number' ? port : null,
    problem:
      problem === null || problem === undefined
        ? null
        : {
            reason: text(why, 'reason'),
            title: text(why, 'title'),
            tokens: text(why, 'tokens'),
            next: text(why, 'next'),
          },
  };
}
