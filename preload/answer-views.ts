/** What the window's calls are answered with, beyond success (contract.ts). No token is in any of these types. */
import type { ProblemView } from './views.ts';

/** One line of the search for scopes to add. */
export interface ScopeChoiceView {
  scope: string;
  name: string;
  /** Title of the service: "Transfer". */
  service: string;
  definition: string;
  caution?: string;
  /** It is on the list already. */
  kept: boolean;
}

export interface FlowChoiceView {
  id: string;
  title: string;
  subtitle: string;
  owner: string;
  role: string | null;
  scope: string;
  kept: boolean;
}

/** A sign-in that would help; `call.accept` with its `id` starts it, once. */
export interface OfferView {
  id: string;
  /** "Allow view_flows" */
  label: string;
}

export interface RunView {
  id: string;
  label: string;
  /** `ACTIVE`, `INACTIVE`, `SUCCEEDED`, `FAILED`, …: an open set. */
  status: string;
  startedAt: number | null;
  /** What an INACTIVE run waits for. */
  needs: OfferView | null;
}

/** The answer to a test call. What looks like a token in it has been masked. */
export interface CallView {
  /** HTTP status; null when there was no answer. */
  status: number | null;
  milliseconds: number;
  /** Text to show as text; empty when there is none. */
  body: string;
  truncated: boolean;
  problem: ProblemView | null;
  offer: OfferView | null;
  /** The scope to run the call with once the offer was accepted. */
  runAs: string;
}

export interface OutlivesView {
  answer: 'yes' | 'by-renewal' | 'no' | 'unknown';
  /** Milliseconds since the epoch; null when unknown. */
  until: number | null;
  /** One sentence. */
  why: string;
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

/** A file that another program keeps tokens in. */
export interface TokenFileView {
  path: string;
  /** "globus-cli", "An app of the Globus SDK" */
  program: string;
  /** Other users of this computer can read it. */
  exposed: boolean;
  /** Why it cannot be read; `holdings` is empty then. */
  problem: ProblemView | null;
  holdings: TokenHoldingView[];
}

/** One sign-in in such a file. */
export interface TokenHoldingView {
  /** Null: the file does not say. */
  account: string | null;
  /** Profile of globus-cli; null: none. */
  profile: string | null;
  /** Names of the services that it has tokens for. */
  services: string[];
  /** `adopt`: issued to the app's own client. `sign-in`: to another one. `none`: of another Globus environment. */
  way: 'adopt' | 'adopted' | 'sign-in' | 'none';
}

export interface AdoptedView {
  /** Services whose sign-in is in the vault now. */
  services: string[];
  /** Services whose sign-in Globus had ended. */
  ended: string[];
  /** Full scope strings that need a sign-in; they are on the list now. */
  signIn: string[];
  /** Why it stopped before the end. */
  problem: ProblemView | null;
}

/** What this app asks of the system around it. */
export interface SystemView {
  /** Started with the session, without a window. `why`: one sentence where it cannot be switched here. */
  autostart: { on: boolean; can: boolean; why: string | null };
  palette: {
    /** "CommandOrControl+Shift+G"; null: switched off. `given`: in the desktop's words, empty where it has none yet. */
    keys: string | null;
    /**
     * `taken`: another program has the keys. Under Wayland no program takes any: `ask`, the desktop gives some when it
     * is asked; `given`, it did; `unavailable`, it gives none.
     */
    state: 'on' | 'off' | 'taken' | 'ask' | 'given' | 'unavailable';
    /** To be bound in the system's own settings: "globus-token-tray --palette". */
    command: string;
  };
}
