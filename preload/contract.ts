/**
 * The window contract: every call the page can make, every event it can hear, and the views it gets.
 * No Electron, no Svelte, no zod (STYLE.md "Absorb this" 1). A token is in none of these types, and none
 * may ever be added: the page names (scope, format), main copies.
 */
import type {
  AdoptedView,
  AuditView,
  CallView,
  FlowChoiceView,
  OutlivesView,
  RuleView,
  RunView,
  ScopeChoiceView,
  SystemView,
  TokenFileView,
} from './answer-views.ts';
import type { AppView, ProblemView, SettingsView, TokenModeView } from './views.ts';

export type * from './answer-views.ts';
export type * from './views.ts';

export type CopyFormat = 'header' | 'curl';

export interface SnippetRequest {
  scope: string;
  /** ID of a recipe of this scope. */
  recipe: string;
  /** ID of a tool. */
  tool: string;
  mode: TokenModeView;
  /** Values of placeholders by name; empty ones count as absent. */
  values: Record<string, string>;
  /** A `sub`; absent: the default account. */
  account?: string;
}

export interface CopyRequest extends Partial<Omit<SnippetRequest, 'scope'>> {
  scope: string;
  format: CopyFormat;
}

/** A call that waits for Globus, a keychain or a person, and which of several under way it is. */
export type WaitingCall =
  | { call: 'call.run'; scope: string; recipe: string; account?: string }
  | { call: 'scope.copy'; scope: string; format: CopyFormat; account?: string }
  | { call: 'scope.renew'; scope: string; account?: string }
  | { call: 'flow.add' | 'flow.runs'; id: string }
  | { call: 'imports.adopt' | 'imports.remove'; path: string }
  /** `flow.check`: the look at the flows on the list, which comes before a sign-in. */
  | { call: 'flow.find' | 'flow.check' | 'signOut' | 'account.signOut' | 'scope.signOut' | 'setup.vault' }
  /** The desktop asks the user. */
  | { call: 'palette.askKeys' }
  /** The download, too. */
  | { call: 'updates.check' };

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
  /** `account` is a `sub` here and below; absent: the default account. */
  'scope.renew': { request: { scope: string; account?: string }; answer: Answer };
  /** `curl` is any snippet: without `tool` curl's, without `mode` the first that works now. */
  'scope.copy': { request: CopyRequest; answer: Answer };
  /** Scopes of the catalog; an empty query lists them all. */
  'scope.search': { request: { query: string }; answer: Answer<ScopeChoiceView[]> };
  /** A short name, a full scope string, `flow:<id>`, brackets allowed. */
  'scope.add': { request: { scope: string }; answer: Answer<{ scope: string }> };
  /** Takes it off the list; the sign-in stays. */
  'scope.remove': { request: { scope: string }; answer: Answer };
  /** Takes back the last removal of this scope: the same entry at the same place. */
  'scope.restore': { request: { scope: string }; answer: Answer };
  /** One authorization per scope, chained in one trip to the browser; resolves when it is over. */
  'scope.isolate': { request: { scopes: string[] }; answer: Answer };
  'scope.signOut': { request: { scope: string; account?: string }; answer: Answer<{ revoked: boolean }> };
  /** The snippet as `scope.copy` would write it, with dots for a token. */
  'snippet.preview': { request: SnippetRequest; answer: Answer<{ text: string }> };
  /** Sends a recipe that changes nothing. An answer with an error status is an `ok` answer of this call. */
  'call.run': {
    request: { scope: string; recipe: string; values: Record<string, string>; account?: string };
    answer: Answer<CallView>;
  };
  /** Ends a call that has no answer yet; the call itself is then answered with the problem `cancelled`. */
  'call.cancel': { request: WaitingCall; answer: Answer };
  /** Starts the sign-in that was offered; resolves when it is over. */
  'call.accept': { request: { offer: string }; answer: Answer };
  /** An ID, an address of a flow, a flow's scope, or words to search for among one's own flows. */
  'flow.find': { request: { query: string }; answer: Answer<FlowChoiceView[]> };
  'flow.add': { request: { id: string }; answer: Answer<{ scope: string }> };
  'flow.runs': { request: { id: string }; answer: Answer<RunView[]> };
  /** Collections (UUIDs) whose data the flow's next sign-in asks for, too; they replace the earlier ones. */
  'flow.collections': { request: { id: string; collections: string[] }; answer: Answer };
  'account.add': { request: { way: 'browser' | 'paste' }; answer: Answer };
  /** Makes it the default one. */
  'account.use': { request: { sub: string }; answer: Answer };
  'account.signOut': { request: { sub: string }; answer: Answer<{ revoked: boolean }> };
  'settings.set': { request: Partial<SettingsView>; answer: Answer };
  /** Will it work for so long? `scope` null: every kept scope. */
  'forecast.check': { request: { scope: string | null; hours: number }; answer: Answer<OutlivesView> };
  'clipboard.clear': { request: null; answer: Answer };
  'problem.dismiss': { request: null; answer: Answer };
  /** The rules that hold now. */
  'approvals.list': { request: null; answer: Answer<RuleView[]> };
  'approvals.revoke': { request: { id: string }; answer: Answer };
  'approvals.denyAll': { request: { on: boolean }; answer: Answer };
  /** Newest first. `limit`: 1 to 1000. With `scope` only what was asked for or copied of it. */
  'audit.list': { request: { limit: number; scope?: string }; answer: Answer<AuditView[]> };
  /** Opens or closes the socket for clients of oidc-agent, at once and for good. */
  'oidc.set': { request: { on: boolean }; answer: Answer };
  /** Puts the export line (no secret in it) on the clipboard. */
  'oidc.copyExport': { request: null; answer: Answer };
  /** Looks for a new version now; what comes of it is in `state`. */
  'updates.check': { request: null; answer: Answer };
  /** Quits, installs the update that is ready, and starts again. */
  'updates.restart': { request: null; answer: Answer };
  /** Looks into the files of globus-cli and of the Globus SDK at their usual places; nothing else does. */
  'imports.list': { request: null; answer: Answer<TokenFileView[]> };
  /**
   * Of a file that was listed: its own client's grants into the vault, other scopes onto the list. One that was
   * ended is answered with what was in the vault by then, and `cancelled` as its problem.
   */
  'imports.adopt': { request: { path: string }; answer: Answer<AdoptedView> };
  /** Revokes what is in a file that was listed, then deletes it. */
  'imports.remove': { request: { path: string }; answer: Answer<{ revoked: number; kept: number }> };
  'system.get': { request: null; answer: Answer<SystemView> };
  /** Starts the app with the session, hidden. */
  'autostart.set': { request: { on: boolean }; answer: Answer<SystemView> };
  /** Electron's way of writing keys; null: none. Keys that another program has are kept and answered `taken`. */
  'palette.setKeys': { request: { keys: string | null }; answer: Answer<SystemView> };
  /** Wayland: asks the desktop for keys, which asks the user. Answered when that is over. */
  'palette.askKeys': { request: null; answer: Answer<SystemView> };
  /** Puts the command that opens the palette on the clipboard. */
  'palette.copyCommand': { request: null; answer: Answer };
  /** The palette's own window asks to go; to be as high as its content (pixels). */
  'palette.close': { request: null; answer: Answer };
  'palette.fit': { request: { height: number }; answer: Answer };
  'help.open': { request: { page: 'registerApp' | 'consents' | 'flowsScopes' }; answer: Answer };
  'window.close': { request: null; answer: Answer };
}

export interface Events {
  state: AppView;
  /** The palette was opened: it starts anew. `recent`: scopes that were copied, the last one first. */
  palette: { recent: string[] };
  /** The window was opened for the row of this scope; `account`: of this `sub`, else of the default account. */
  show: { scope: string; account?: string };
  /** A copy that did not reach the clipboard: the window was opened for the button of this scope. */
  notCopied: { scope: string; format: CopyFormat; account?: string };
  /** The window was opened for the question whether to sign out. */
  askSignOut: null;
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
  'scope.search': true,
  'scope.add': true,
  'scope.remove': true,
  'scope.restore': true,
  'scope.isolate': true,
  'scope.signOut': true,
  'snippet.preview': true,
  'call.run': true,
  'call.cancel': true,
  'call.accept': true,
  'flow.find': true,
  'flow.add': true,
  'flow.runs': true,
  'flow.collections': true,
  'account.add': true,
  'account.use': true,
  'account.signOut': true,
  'settings.set': true,
  'forecast.check': true,
  'clipboard.clear': true,
  'problem.dismiss': true,
  'approvals.list': true,
  'approvals.revoke': true,
  'approvals.denyAll': true,
  'audit.list': true,
  'oidc.set': true,
  'oidc.copyExport': true,
  'updates.check': true,
  'updates.restart': true,
  'imports.list': true,
  'imports.adopt': true,
  'imports.remove': true,
  'system.get': true,
  'autostart.set': true,
  'palette.setKeys': true,
  'palette.askKeys': true,
  'palette.copyCommand': true,
  'palette.close': true,
  'palette.fit': true,
  'help.open': true,
  'window.close': true,
};
const events: Record<EventName, true> = {
  state: true,
  palette: true,
  show: true,
  notCopied: true,
  askSignOut: true,
};

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
