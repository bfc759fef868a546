import { randomText } from '../secrets.ts';
import type { SandboxClock } from '../types.ts';
import type { ScopeNode } from './scope-syntax.ts';
import type { SessionRequirements } from './session.ts';

/** An authorize request that passed every check. */
export interface AuthorizeRequest {
  clientId: string;
  redirectUri: string;
  /** Without `offline_access`. */
  scopes: readonly ScopeNode[];
  challenge: string;
  offline: boolean;
  state?: string;
  nonce?: string;
  prompts: readonly string[];
  namedGrant: string;
  sessionMessage: string;
  requirements: SessionRequirements;
}

/** A visit to the sign-in pages: for an authorize request, or to reach a page that needs a signed-in user. */
export interface Transaction {
  id: string;
  startedAt: number;
  purpose: { kind: 'authorize'; request: AuthorizeRequest } | { kind: 'page'; path: string };
  /** The browser session that may answer it. */
  sessionId?: string;
  /** True once the user signed in during this visit: what `prompt=login` asks for. */
  authenticated: boolean;
}

const LIFE = 60 * 60_000;

/** Open visits; each form carries its ID, so that no other site can answer a page for the user. */
export class Transactions {
  private readonly open = new Map<string, Transaction>();
  private readonly clock: SandboxClock;

  constructor(clock: SandboxClock) {
    this.clock = clock;
  }

  start(purpose: Transaction['purpose']): Transaction {
    const transaction = { id: randomText(32), startedAt: this.clock.now(), purpose, authenticated: false };
    this.open.set(transaction.id, transaction);
    return transaction;
  }

  get(id: string | null): Transaction | undefined {
    const transaction = id === null ? undefined : this.open.get(id);
    return transaction !== undefined && this.clock.now() - transaction.startedAt < LIFE
      ? transaction
      : undefined;
  }

  finish(transaction: Transaction): void {
    this.open.delete(transaction.id);
  }
}
