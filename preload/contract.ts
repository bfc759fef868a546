/**
 * The window contract: every call the page can make, every event it can hear, and the views it gets.
 * No Electron, no Svelte, no zod (STYLE.md "Absorb this" 1). A token is in none of these types, and none
 * may ever be added: the page names (scope, format), main copies.
 */
export type ScopeState =
  'ready' | 'renewing' | 'expiring' | 'needs-sign-in' | 'needs-consent' | 'offline' | 'locked';

/** What happened, what it means for the user's tokens, the one next step. Plain text throughout. */
export interface ProblemView {
  reason: string;
  title: string;
  tokens: string;
  next: string;
  detail?: string;
}

export interface RecipeView {
  id: string;
  title: string;
  /** The snippet with dots where the token goes. */
  preview: string;
}

export interface ScopeView {
  /** The full scope string: also the row's identity. */
  scope: string;
  /** What people type: `view_flows`. */
  name: string;
  definition: string;
  caution?: string;
  state: ScopeState;
  /** End of the current access token, milliseconds since the epoch; null when there is none. */
  expiresAt: number | null;
  /** Its whole life in milliseconds, for the ring; null when there is none. */
  lifetime: number | null;
  /** Names of the other scopes that the same token carries. */
  alsoAllows: string[];
  recipes: RecipeView[];
}

export interface ScopeGroupView {
  id: string;
  title: string;
  /** "one token for 6 scopes" */
  note: string;
  scopes: ScopeView[];
}

export type SignInView =
  | { phase: 'idle' }
  /** `deadline` in milliseconds since the epoch. `paste`: the page shows a code to paste here. */
  | { phase: 'waiting'; way: 'browser' | 'paste'; deadline: number }
  | { phase: 'exchanging' }
  /** Names asked for and granted, names asked for and not granted (CHECKLIST 15). */
  | { phase: 'done'; granted: string[]; missing: string[] }
  | { phase: 'failed'; problem: ProblemView };

export interface ClipboardView {
  /** "curl for view_flows" */
  what: string;
  clearsAt: number;
  /** How long it stays in all, milliseconds. */
  duration: number;
}

export interface VaultView {
  backend: 'keychain' | 'memory';
  label: string;
  status: 'ready' | 'locked' | 'missing' | 'denied' | 'slow';
  persistent: boolean;
}

export interface BrokerView {
  /** The socket; null: it could not be opened, and nothing listens. */
  path: string | null;
  /** Every request is refused, whatever the rules say. */
  denyAll: boolean;
  /** Different programs that asked since midnight. */
  programsToday: number;
  /** The second socket, for clients of oidc-agent; absent where it is not offered. */
  oidc?: OidcSocketView;
}

export interface OidcSocketView {
  on: boolean;
  /** Where it is, or would be. */
  path: string;
  /** "export OIDC_SOCK=/run/user/1000/globus-token/oidc.sock", quoted for sh, bash and zsh */
  exportLine: string;
}

/** One standing answer of the user, about one program or script and one scope. */
export interface RuleView {
  id: string;
  /** As the system showed it; `~` stands for the home folder. */
  program: string;
  /** As the program claimed it; null for none. */
  script: string | null;
  /** What people type: `view_flows`. */
  scope: string;
  account: string;
  answer: 'allow' | 'deny';
  /** Milliseconds since the epoch; null: no end in time. */
  until: number | null;
  /** "pts/3": it ends with this terminal session at the latest; null for none. */
  terminal: string | null;
  /** The other machine, for forwarded requests; null for local ones. */
  host: string | null;
}

/** One line of the audit log, in words. */
export interface AuditView {
  /** Milliseconds since the epoch. */
  time: number;
  /** "view_flows: token given", "Approval revoked" */
  what: string;
  /** "you allowed it", "a rule denies it" */
  why: string;
  answer: 'allowed' | 'denied' | 'done';
  account: string | null;
  /** As the system showed it; null: it was this app. */
  program: string | null;
  /** As the program claimed it. */
  script: string | null;
  pid: number | null;
}

export interface AppView {
  version: string;
  environment: { name: string; label: string; fake: boolean };
  /** null until the first run is done. */
  clientId: string | null;
  /** True when the client in use is the tutorial one. */
  tutorialClient: boolean;
  account: { username: string; displayName: string; initials: string } | null;
  vault: VaultView;
  online: boolean;
  /** The app is locked: tokens were dropped from memory, nothing is handed out. */
  locked: boolean;
  groups: ScopeGroupView[];
  signIn: SignInView;
  clipboard: ClipboardView | null;
  /** What scripts ask for tokens; absent until it has been set up. */
  broker?: BrokerView;
  /** A standing problem, or null: shown as a banner until it is dismissed or solved. */
  problem: ProblemView | null;
  /** Difference to the server's clock in milliseconds when it is worth a warning (CHECKLIST 24). */
  clockSkew: number | null;
  /** The clock by which main reads `expiresAt`, at the time of this view. */
  now: number;
}

export type CopyFormat = 'header' | 'curl';

export type Answer<T = null> = { ok: true; value: T } | { ok: false; problem: ProblemView };

/** Request → answer. The key is the channel name; arguments arrive in main as `unknown` and are guarded there. */
export interface Calls {
  'state.get': { request: null; answer: AppView };
  /** `tutorial` is the explicit "try it" choice. */
  'setup.client': { request: { clientId: string } | { tutorial: true }; answer: Answer };
  'setup.vault': { request: { backend: 'keychain' | 'memory' }; answer: Answer };
  /** Resolves when the attempt is over; progress comes as `state`. */
  'signIn.start': { request: { scopes: string[]; way: 'browser' | 'paste' }; answer: Answer };
  'signIn.code': { request: { code: string }; answer: Answer };
  'signIn.cancel': { request: null; answer: Answer };
  /** Puts the sign-in address (no secret in it) on the clipboard, for another browser. */
  'signIn.copyLink': { request: null; answer: Answer };
  /** Back to `idle` after `done` or `failed`. */
  'signIn.dismiss': { request: null; answer: Answer };
  signOut: { request: null; answer: Answer<{ revoked: boolean }> };
  /** Drops every token in memory, takes the copy off the clipboard, denies open questions. */
  'session.lock': { request: null; answer: Answer };
  'session.unlock': { request: null; answer: Answer };
  'scope.renew': { request: { scope: string }; answer: Answer };
  'scope.copy': { request: { scope: string; format: CopyFormat; recipe?: string }; answer: Answer };
  'clipboard.clear': { request: null; answer: Answer };
  'problem.dismiss': { request: null; answer: Answer };
  /** The rules that hold now. */
  'approvals.list': { request: null; answer: Answer<RuleView[]> };
  'approvals.revoke': { request: { id: string }; answer: Answer };
  'approvals.denyAll': { request: { on: boolean }; answer: Answer };
  /** Newest first. `limit`: 1 to 1000. */
  'audit.list': { request: { limit: number }; answer: Answer<AuditView[]> };
  /** Opens or closes the socket for clients of oidc-agent, at once and for good. */
  'oidc.set': { request: { on: boolean }; answer: Answer };
  /** Puts the export line (no secret in it) on the clipboard. */
  'oidc.copyExport': { request: null; answer: Answer };
  'help.open': { request: { page: 'registerApp' | 'consents' | 'flowsScopes' }; answer: Answer };
  'window.close': { request: null; answer: Answer };
}

export interface Events {
  state: AppView;
}

export type CallName = keyof Calls;
export type EventName = keyof Events;

/** Names at run time, kept complete by the types: a missing or a foreign name does not compile. */
const calls: Record<CallName, true> = {
  'state.get': true,
  'setup.client': true,
  'setup.vault': true,
  'signIn.start': true,
  'signIn.code': true,
  'signIn.cancel': true,
  'signIn.copyLink': true,
  'signIn.dismiss': true,
  signOut: true,
  'session.lock': true,
  'session.unlock': true,
  'scope.renew': true,
  'scope.copy': true,
  'clipboard.clear': true,
  'problem.dismiss': true,
  'approvals.list': true,
  'approvals.revoke': true,
  'approvals.denyAll': true,
  'audit.list': true,
  'oidc.set': true,
  'oidc.copyExport': true,
  'help.open': true,
  'window.close': true,
};
const events: Record<EventName, true> = { state: true };

export const CALL_NAMES = Object.keys(calls) as CallName[];
export const EVENT_NAMES = Object.keys(events) as EventName[];

/** One channel prefix, so that nothing of ours can collide with Electron's own channels. */
export function channel(name: CallName | EventName): string {
  return `tray:${name}`;
}

/** What the page sees as `window.tray`. */
export interface Bridge {
  call<N extends CallName>(name: N, request: Calls[N]['request']): Promise<Calls[N]['answer']>;
  on<N extends EventName>(name: N, listener: (event: Events[N]) => void): () => void;
}
