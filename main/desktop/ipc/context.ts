import type { Answer, AppView } from '../../../preload/contract.ts';
import type { DesktopAgent } from '../agent-port.ts';
import type { NoteAct } from '../noted-agent.ts';
import type { Problem, Result } from '../../effects.ts';
import type { Imports } from '../../imports/imports.ts';
import { SettingsWriteError } from '../../settings/store.ts';
import type { SettingsStore } from '../../settings/types.ts';
import type { Actions } from '../actions.ts';
import type { BrokerControl } from '../broker-control.ts';
import type { CallsRoom } from '../calls-room.ts';
import type { SecretClipboard } from '../clipboard.ts';
import type { FlowInputs } from '../flow-inputs.ts';
import type { OidcSocket } from '../oidc-socket.ts';
import type { Palette } from '../palette/palette-window.ts';
import type { Snippets } from '../snippets.ts';
import type { SystemPort } from '../system.ts';
import type { Updates } from '../updates/updates.ts';
import type { ChosenVault } from '../../host/chosen-vault.ts';
import { problemView } from '../problem-view.ts';
import type { RunningCalls } from '../running-calls.ts';

/** What the handlers of the window's calls work with. */
export interface CallContext {
  agent: DesktopAgent;
  actions: Actions;
  clipboard: SecretClipboard;
  settings: SettingsStore;
  vault: ChosenVault;
  /** Waits until the broker has been set up; null: it failed. */
  broker: () => Promise<Pick<BrokerControl, 'rules' | 'revoke' | 'setDenyAll' | 'newest'> | null>;
  /** As `broker`: the socket for clients of oidc-agent. */
  oidc: () => Promise<Pick<OidcSocket, 'view' | 'set'> | null>;
  /** Opened by the first use. */
  calls: () => Promise<CallsRoom>;
  /** What has no answer yet. */
  running: RunningCalls;
  /** Offers that were made before make no sense any more. */
  forgetOffers: () => void;
  imports: {
    /** Opened by the first use. */
    open: () => Promise<Pick<Imports, 'found' | 'adopt' | 'remove'>>;
  };
  /** A line of the audit log, for what is no matter of the agent's: its own acts have one (noted-agent.ts). */
  noteAct: NoteAct;
  snippets: Pick<Snippets, 'preview' | 'recipe'>;
  flowInputs: Pick<FlowInputs, 'forget'>;
  settingsChanged: () => void;
  system: SystemPort;
  /** As `broker`. */
  updates: () => Promise<Pick<Updates, 'checkNow' | 'end' | 'restart'> | null>;
  palette: Pick<Palette, 'close' | 'fit'>;
  /** Shows a problem beside the answer of a call that went well otherwise. */
  report: (problem: Problem) => void;
  view: () => AppView;
  openBrowser: (url: string) => Promise<void>;
  closeWindow: () => void;
  dismissProblem: () => void;
  /** The client that "try it" means: the tutorial one, in the demo the sandbox's own. */
  tutorialClientId: string;
}

/** What the page may see of a result: value or problem, own fields only. */
export function answer<T>(result: Result<T>): Answer<T> {
  return result.ok ? { ok: true, value: result.value } : { ok: false, problem: problemView(result.problem) };
}

export const DONE: Answer = { ok: true, value: null };

/** The agent says ok only when the server confirmed each revocation (CHECKLIST 23). */
export function revoked(result: Result<null>): Result<{ revoked: boolean }> {
  return result.ok ? { ok: true, value: { revoked: true } } : result;
}

/** What a change of the settings gives; a settings file that does not take it says so, and nothing is half done. */
export function ifKept<T>(change: () => Answer<T>): Answer<T> {
  try {
    return change();
  } catch (error) {
    if (!(error instanceof SettingsWriteError)) throw error;
    return { ok: false, problem: settingsNotKept(error) };
  }
}

export function settingsNotKept(error: SettingsWriteError): Problem {
  return {
    reason: `settings-${error.reason}`,
    title: 'The choice could not be saved',
    tokens: 'Your tokens are fine; nothing was changed.',
    next: 'Make the settings file writable and choose again.',
    detail: error.message,
  };
}
