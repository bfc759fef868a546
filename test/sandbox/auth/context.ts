import type { FaultStore } from '../faults.ts';
import type { SecretMint } from '../secrets.ts';
import type { SandboxClock, SandboxUser } from '../types.ts';
import type { Identity } from '../users.ts';
import type { CodeStore } from './code-store.ts';
import type { ConsentStore } from './consent-store.ts';
import type { Ledger } from './ledger.ts';
import type { ScopeCatalog } from './scope-catalog.ts';
import type { BrowserSessions } from './session.ts';
import type { SigningKey } from './signing-key.ts';
import type { TokenStore } from './token-store.ts';
import type { Transactions } from './transactions.ts';

/** All state of the fake Auth, handed to each endpoint. */
export interface AuthContext {
  clock: SandboxClock;
  users: readonly SandboxUser[];
  identities: readonly Identity[];
  clients: ReadonlySet<string>;
  /** Confidential clients: ID → secret. */
  confidential: ReadonlyMap<string, string>;
  faults: FaultStore;
  mint: SecretMint;
  key: SigningKey;
  catalog: ScopeCatalog;
  consents: ConsentStore;
  tokens: TokenStore;
  ledger: Ledger;
  codes: CodeStore;
  sessions: BrowserSessions;
  transactions: Transactions;
  /** Every authorize request is allowed at once, as the first user unless a browser session says otherwise. */
  autoApprove: boolean;
  /** Counts code exchanges, from 0. */
  nextExchange: () => number;
  /** No trailing slash. */
  origin: () => string;
  /** Life of access tokens, seconds. */
  accessTokenSeconds: () => number;
}

/** Not isolated by port in browsers, so the port is in the name: two sandboxes must not sign each other out. */
export function sessionCookieName(context: Pick<AuthContext, 'origin'>): string {
  return `sandbox_session_${new URL(context.origin()).port}`;
}
