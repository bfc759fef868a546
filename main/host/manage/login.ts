import type { Agent } from '../../agent.ts';
import type { LoginAnswer } from '../../broker/contract.ts';
import type { LoginWish, Managed } from '../../broker/manage-port.ts';
import { findAccount } from '../../tokens/accounts.ts';
import { UUID_PATTERN } from '../../globus/uuid.ts';
import { allKept } from './kept.ts';
import type { ManageParts } from './parts.ts';
import { done, refusalOf, refused, type Refusal } from './refusals.ts';

type LoginParts = Pick<ManageParts, 'agent'>;

/** The agent's one sign-in as the command line starts it, watches it and hands in its code. */
export class Login {
  readonly #agent: Agent;
  #starting = false;
  /** Of the newest attempt that was seen; the agent tells it only while it waits. */
  #way: LoginAnswer['way'] = null;

  constructor({ agent }: LoginParts) {
    this.#agent = agent;
  }

  answer(): LoginAnswer {
    const { signIn } = this.#agent.snapshot();
    if (signIn.phase === 'waiting') this.#way = signIn.way;
    const { phase } = signIn;
    const link = phase === 'waiting' ? this.#agent.signInLink() : null;
    const problem = 'problem' in signIn ? signIn.problem : undefined;
    return {
      phase,
      way: phase === 'idle' ? null : this.#way,
      link,
      port: link === null || this.#way === 'paste' ? null : portOf(link),
      problem:
        problem === undefined
          ? null
          : { reason: problem.reason, title: problem.title, tokens: problem.tokens, next: problem.next },
    };
  }

  /** Settles when nothing is under way, or when `signal` aborts. */
  async over(signal: AbortSignal): Promise<LoginAnswer> {
    await agentUntil(this.#agent, () => !this.#underWay(), signal);
    return this.answer();
  }

  /** Answers as soon as there is a link to show; the attempt goes on by itself. */
  async start(wish: LoginWish): Promise<Managed<LoginAnswer>> {
    const agent = this.#agent;
    if (agent.locked) return refused('locked');
    if (agent.snapshot().clientId === null) return refused('not-set-up');
    if (this.#starting || this.#underWay()) return BUSY;
    const scopes = this.#scopes(wish.scopes);
    if (!Array.isArray(scopes)) return scopes;
    const account = wish.account === null ? undefined : this.#account(wish.account);
    if (account === null) return NO_ACCOUNT;
    this.#starting = true;
    this.#way = wish.way;
    const linked = new AbortController();
    try {
      const over = agent.signIn({
        scopes,
        way: wish.way,
        ...(wish.isolate && { isolate: true }),
        // Whoever pastes a code opens the link where they are, which may be another machine.
        ...(wish.way === 'paste' && { linkOnly: true }),
        ...(account === undefined ? {} : { account }),
      });
      const link = agentUntil(agent, () => agent.signInLink() !== null, linked.signal);
      const first = await Promise.race([over, link]);
      // The attempt says itself how it ends; nobody else waits for this promise.
      over.catch(() => undefined);
      if (first === undefined || first.ok) return done(this.answer());
      return refusalOf(first.problem, 'login-failed');
    } finally {
      linked.abort();
      this.#starting = false;
    }
  }

  /** Settles when the code was exchanged or refused, or when Globus wants another one. */
  async submitCode(code: string): Promise<Managed<LoginAnswer>> {
    const agent = this.#agent;
    const link = agent.signInLink();
    if (!agent.submitCode(code)) return NO_CODE_WANTED;
    await agentUntil(agent, () => {
      const now = agent.signInLink();
      return !this.#underWay() || (now !== null && now !== link);
    });
    return done(this.answer());
  }

  cancel(): LoginAnswer {
    const answer = this.answer();
    this.#agent.cancelSignIn();
    if (answer.phase !== 'waiting') return this.answer();
    // It lets go of its port a moment later; for the caller it is over.
    return { phase: 'idle', way: null, link: null, port: null, problem: null };
  }

  #underWay(): boolean {
    const { phase } = this.#agent.snapshot().signIn;
    return phase === 'waiting' || phase === 'exchanging';
  }

  #scopes(texts: readonly string[]): string[] | Refusal {
    if (texts.length > 0) return allKept({ agent: this.#agent }, texts);
    return this.#agent.snapshot().scopes.map(({ entry }) => entry.scope);
  }

  /** The `sub`, or `new`; an identity ID that is not signed in yet is whom Globus must send. */
  #account(text: string): string | null {
    if (text === 'new') return text;
    const found = findAccount(this.#agent.snapshot().accounts, text);
    return found?.sub ?? (IDENTITY.test(text) ? text.toLowerCase() : null);
  }
}

/** Resolves when `holds`, looked at now and after every change of the agent, or when `signal` aborts. */
async function agentUntil(
  agent: Pick<Agent, 'subscribe'>,
  holds: () => boolean,
  signal?: AbortSignal,
): Promise<undefined> {
  if (holds() || signal?.aborted === true) return;
  await new Promise<void>((resolve) => {
    const end = () => {
      stop();
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const stop = agent.subscribe(() => {
      if (holds()) end();
    });
    signal?.addEventListener('abort', end, { once: true });
  });
}

/** Of the loopback address that the browser is sent back to (RFC 8252 §7.3): what `ssh -L` has to carry. */
function portOf(link: string): number | null {
  const redirect = URL.canParse(link) ? new URL(link).searchParams.get('redirect_uri') : null;
  if (redirect === null || !URL.canParse(redirect)) return null;
  const { hostname, port } = new URL(redirect);
  return LOOPBACK.includes(hostname) && port !== '' ? Number(port) : null;
}

const LOOPBACK = ['127.0.0.1', '[::1]', 'localhost'];
const IDENTITY = new RegExp(`^${UUID_PATTERN}$`, 'i');

const BUSY = refused(
  'busy',
  'A sign-in is already under way. Your tokens are as they were.',
  'Finish it in the browser, or give it up: globus-token login asks for that.',
);
const NO_ACCOUNT = refused(
  'unknown-account',
  'No account of this name is signed in, so it is not known whom Globus must send. Nothing was changed.',
  'Name it by its identity ID, or add any other account: globus-token login --account new',
);
const NO_CODE_WANTED = refused(
  'not-found',
  'No sign-in waits for a code. Nothing was changed.',
  'Start one: globus-token login --no-browser',
);
