/** What the window shows, as main hands it over (contract.ts). No token is in any of these types. */
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

/** How a snippet gets its token: asks the broker when it runs, reads the variable TOKEN, or holds it. */
export type TokenModeView = 'fetched' | 'variable' | 'literal';

/** One program that snippets are written for. */
export interface ToolView {
  id: string;
  /** As a menu says it: "curl (PowerShell)". */
  label: string;
  /** The default one first; none for a tool that signs in by itself. */
  modes: TokenModeView[];
}

export interface PlaceholderView {
  /** Key of the value in `values`: `flow_id`. */
  name: string;
  label: string;
  /** Where people find it, one sentence. */
  description: string;
  example: string;
}

export interface RecipeView {
  id: string;
  title: string;
  method: string;
  /** With `{placeholder}` parts, without the query. */
  path: string;
  /** The request changes nothing on the server: it can be tried from the window. */
  readOnly: boolean;
  placeholders: PlaceholderView[];
  /** The snippet for the first tool in its first mode that works now, with dots where a token goes. */
  preview: string;
}

/** A flow whose own scope is kept. Its texts are remote input, made plain. */
export interface FlowView {
  id: string;
  title: string;
  /** `flow_owner`, `flow_starter`, …: an open set; null when unknown. */
  role: string | null;
  /** Collections asked for together with it, UUIDs. */
  collections: string[];
  /** The two ways to read the flow's scope, word for word: curl, Globus CLI. */
  readScope: [string, string];
}

/** Ends that lie ahead, milliseconds since the epoch; null where unknown or none. */
export interface ForecastView {
  tokenEndsAt: number | null;
  /** The sign-in, if it is not used until then. */
  grantEndsAt: number | null;
  /** A policy of the service wants a new sign-in then. */
  policyEndsAt: number | null;
}

export interface ScopeView {
  /** The full scope string: also the row's identity. */
  scope: string;
  /** What people type: `view_flows`; of a flow its title. */
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
  /** `service`: of the catalog; `flow`: of one flow; `other`: collections and hand-typed ones. */
  kind: 'service' | 'flow' | 'other';
  /** Its token was asked for with this scope alone and can do nothing else. */
  isolated: boolean;
  /** The entry can be taken off the list; the sign-in stays until it is signed out. */
  removable: boolean;
  forecast: ForecastView;
  /** Of scopes with kind `flow` alone, and only where the flow is known. */
  flow: FlowView | null;
  recipes: RecipeView[];
  /** The account whose row it is, where it is not the default one; the page makes these of `others`. */
  account?: RowAccount;
}

export interface RowAccount {
  sub: string;
  username: string;
}

export interface ScopeGroupView {
  id: string;
  title: string;
  /** "one token for 6 scopes" */
  note: string;
  /** As the default account has them. */
  scopes: ScopeView[];
  /** Other accounts that are signed in for some of these scopes; absent: none is. */
  others?: AccountTokensView[];
}

/** What another account holds of a group. Its rows differ from the default account's by their token alone. */
export interface AccountTokensView {
  sub: string;
  username: string;
  tokens: SharedTokenView[];
}

/** What the rows of one token have in common, said once: 10 accounts may have 500 rows each. */
export interface SharedTokenView extends Pick<
  ScopeView,
  'state' | 'expiresAt' | 'lifetime' | 'isolated' | 'forecast'
> {
  /** Positions in the group's `scopes`. */
  rows: number[];
  /** Names of every scope that the token carries, those of the rows among them. */
  allows: string[];
}

export type SignInView =
  | { phase: 'idle' }
  /** `deadline` in milliseconds since the epoch. `paste`: the page shows a code to paste here. */
  /** `step`: which of several authorizations in one trip; null for a single one. */
  | {
      phase: 'waiting';
      way: 'browser' | 'paste';
      deadline: number;
      step: { number: number; of: number } | null;
    }
  | { phase: 'exchanging' }
  /** Names asked for and granted, names asked for and not granted (CHECKLIST 15). */
  | { phase: 'done'; granted: string[]; missing: string[] }
  | { phase: 'failed'; problem: ProblemView };

/** What was copied last, while it matters. */
export interface ClipboardView {
  /** "curl for view_flows" */
  what: string;
  /** Milliseconds since the epoch. */
  clearsAt: number;
  /** How long it stays in all, milliseconds. */
  duration: number;
  /** There is no token in it: nothing is cleared, `clearsAt` is only when this line goes. */
  tokenFree?: true;
}

export interface VaultView {
  backend: 'keychain' | 'passphrase' | 'memory';
  label: string;
  status: 'ready' | 'locked' | 'missing' | 'denied' | 'slow' | 'damaged';
  persistent: boolean;
  /** To try it again has its own program ask the person for what is missing, such as its password. */
  asks: boolean;
  /** What is wrong with it, in the words of its own program; null: nothing. */
  problem: ProblemView | null;
}

export interface BrokerView {
  /** The socket; null: it could not be opened or, in a Flatpak, is not, and nothing listens. */
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

export interface AccountView {
  /** Globus identity ID: what the calls take. */
  sub: string;
  username: string;
  displayName: string;
  initials: string;
  isDefault: boolean;
}

export interface SettingsView {
  /** Sign-ins that nothing on the list needs are renewed before they end for lack of use. */
  keepAlive: boolean;
  /** What the system's notifications are shown about. */
  notices: NoticesView;
  /** 5 to 600. */
  clearAfterSeconds: number;
  /** A copied secret leaves the clipboard when the app quits, too. */
  clearOnQuit: boolean;
  /** New versions of this app; `off`: nobody is asked for them. */
  updates: 'auto' | 'off';
  /** A letter or sign that is pressed alone does something on the page. */
  letterKeys: boolean;
}

/** One switch per kind of notification: a program asks, a token ends, a person is needed, copied, keychain. */
export interface NoticesView {
  approval: boolean;
  expiry: boolean;
  signIn: boolean;
  copied: boolean;
  keychain: boolean;
}

/** New versions of this app, in words of versions: "1.2.3". */
export type UpdateView =
  /** This start does not update itself; one sentence. */
  | { phase: 'none'; why: string }
  /** Switched off: nobody is asked. */
  | { phase: 'off' }
  /** Nothing newer is known. `older`: what the server offers, and what was not taken. Milliseconds since the epoch. */
  | { phase: 'current'; checkedAt: number | null; older: string | null }
  | { phase: 'checking' }
  /** There is one, which this app does not install itself; one sentence on who does. */
  | { phase: 'found'; version: string; how: string }
  /** 0 to 100 */
  | { phase: 'downloading'; version: string; percent: number }
  /** It is installed when the app quits. */
  | { phase: 'ready'; version: string }
  | { phase: 'failed'; problem: ProblemView };

export interface AppView {
  version: string;
  environment: { name: string; label: string; fake: boolean };
  /** null until the first run is done. */
  clientId: string | null;
  /** True when the client in use is the tutorial one. */
  tutorialClient: boolean;
  /** The default one of `accounts`. */
  account: { username: string; displayName: string; initials: string } | null;
  accounts: AccountView[];
  vault: VaultView;
  online: boolean;
  /** The app is locked: tokens were dropped from memory, nothing is handed out. */
  locked: boolean;
  groups: ScopeGroupView[];
  /** Programs that snippets are written for, in the order of the menu. */
  tools: ToolView[];
  settings: SettingsView;
  /** Absent until it has been set up. */
  update?: UpdateView;
  signIn: SignInView;
  clipboard: ClipboardView | null;
  /** What scripts ask for tokens; absent until it has been set up. */
  broker?: BrokerView;
  /** Runs in a Flatpak: no script outside reaches it, and it sees no file of the user's. */
  flatpak?: true;
  /** A standing problem, or null: shown as a banner until it is dismissed or solved. */
  problem: ProblemView | null;
  /** Difference to the server's clock in milliseconds when it is worth a warning (CHECKLIST 24). */
  clockSkew: number | null;
  /** The clock by which main reads `expiresAt`, at the time of this view. */
  now: number;
}
