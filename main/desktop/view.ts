import type { AppView, SettingsView, SignInView, UpdateView } from '../../preload/contract.ts';
import type { AccountView, BrokerView, ClipboardView } from '../../preload/contract.ts';
import type { AgentSnapshot } from '../agent-types.ts';
import type { Problem } from '../effects.ts';
import { TUTORIAL_CLIENT_ID } from '../globus/scopes.ts';
import { defaultSettings } from '../settings/defaults.ts';
import type { AccountHoldings } from '../tokens/holdings.ts';
import type { SignInProgress } from '../tokens/sign-in.ts';
import { toolViews } from './recipe-views.ts';
import { scopeGroups } from './scope-views.ts';
import { problemView } from './problem-view.ts';
import { vaultView } from './vault-view.ts';

export interface ViewSources {
  snapshot: AgentSnapshot;
  /** What other accounts than the default one hold. */
  others?: readonly AccountHoldings[];
  clipboard: ClipboardView | null;
  /** A problem of the desktop itself (settings file, clipboard); the agent's own comes first. */
  problem: Problem | null;
  version: string;
  now: number;
  flatpak?: boolean;
  /** Null or absent until it has been set up. */
  broker?: BrokerView | null;
  /** Absent: as a fresh install. */
  settings?: SettingsView;
  /** Absent until it has been set up. */
  update?: UpdateView;
  /** An input that fits the flow, as far as one was read; absent: none was. Asked at every view: it must be quick. */
  flowInput?: (flowId: string) => unknown;
}

/** Agent and clipboard as the page and the tray show them: pure, and without a token by its types. */
export function appView(sources: ViewSources): AppView {
  const { snapshot, clipboard, problem, version, now, broker = null } = sources;
  const socket = broker?.path ?? null;
  const { environment, account } = snapshot;
  return {
    version,
    environment: { name: environment.name, label: environment.label, fake: environment.fake },
    clientId: snapshot.clientId,
    tutorialClient: snapshot.clientId === TUTORIAL_CLIENT_ID,
    account:
      account === null
        ? null
        : {
            username: account.username,
            displayName: account.displayName,
            initials: initials(account.displayName, account.username),
          },
    accounts: snapshot.accounts.map(accountView),
    vault: vaultView(snapshot),
    online: snapshot.online,
    locked: snapshot.locked,
    groups: scopeGroups({
      scopes: snapshot.scopes,
      flows: snapshot.flows,
      others: sources.others ?? [],
      environment,
      socket,
      flowInput: sources.flowInput ?? (() => NO_INPUT),
    }),
    tools: toolViews(socket),
    settings: sources.settings ?? FRESH,
    ...(sources.update === undefined ? {} : { update: sources.update }),
    signIn: signInView(snapshot.signIn),
    clipboard,
    ...(broker === null ? {} : { broker }),
    ...(sources.flatpak === true ? { flatpak: true } : {}),
    problem: problemView(snapshot.problem ?? problem),
    clockSkew: snapshot.clockSkew,
    now,
  };
}

/** The part of the settings that the page may see and set. */
export function settingsView({
  keepAlive,
  notices,
  clearAfterSeconds,
  clearOnQuit,
  updates,
  letterKeys,
}: SettingsView): SettingsView {
  return { keepAlive, notices: { ...notices }, clearAfterSeconds, clearOnQuit, updates, letterKeys };
}

/** One object, so that what was made with it is found again. */
const NO_INPUT: unknown = Object.freeze({});
const FRESH: SettingsView = settingsView(defaultSettings());

function accountView({
  sub,
  username,
  displayName,
  isDefault,
}: AgentSnapshot['accounts'][number]): AccountView {
  return { sub, username, displayName, initials: initials(displayName, username), isDefault };
}

/** "Ada King Lovelace" → "AL"; without a name the first letter of the username. */
export function initials(displayName: string, username: string): string {
  const words = displayName.split(/\s+/).filter((word) => /^\p{L}/u.test(word));
  const [first, last] = [words.at(0), words.length > 1 ? words.at(-1) : undefined];
  const letters = [first, last].map((word) => [...(word ?? '')][0] ?? '').join('');
  return (letters || ([...username][0] ?? '?')).toUpperCase();
}

function signInView(progress: SignInProgress): SignInView {
  switch (progress.phase) {
    case 'idle':
    case 'exchanging':
      return { phase: progress.phase };
    case 'waiting':
      return {
        phase: 'waiting',
        way: progress.way,
        deadline: progress.deadline,
        step: progress.step === undefined ? null : { ...progress.step },
      };
    case 'done':
      return { phase: 'done', granted: [...progress.granted], missing: [...progress.missing] };
    case 'failed':
      return { phase: 'failed', problem: problemView(progress.problem) };
  }
}
