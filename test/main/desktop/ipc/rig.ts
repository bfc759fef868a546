import { Actions } from '../../../../main/desktop/actions.ts';
import type { DesktopAgent } from '../../../../main/desktop/agent-port.ts';
import type { CallsRoom } from '../../../../main/desktop/calls-room.ts';
import { SecretClipboard } from '../../../../main/desktop/clipboard.ts';
import { noAutostart } from '../../../../main/desktop/autostart.ts';
import type { PaletteKeys } from '../../../../main/desktop/palette/palette-keys.ts';
import { systemPort } from '../../../../main/desktop/system.ts';
import type { CallContext } from '../../../../main/desktop/ipc/context.ts';
import { callHandlers } from '../../../../main/desktop/ipc/handlers.ts';
import { RunningCalls } from '../../../../main/desktop/running-calls.ts';
import { Snippets } from '../../../../main/desktop/snippets.ts';
import { ChosenVault } from '../../../../main/host/chosen-vault.ts';
import type { Problem } from '../../../../main/effects.ts';
import { HELP_PAGES } from '../../../../main/globus/environments.ts';
import { TUTORIAL_CLIENT_ID } from '../../../../main/globus/scopes.ts';
import { MemorySettingsStore } from '../../../../main/settings/store.ts';
import { PassphraseVault } from '../../../../main/vault/passphrase.ts';
import { MemoryVault } from '../../../../main/vault/memory.ts';
import { FakeClock, RecordingLog } from '../../../support/agent-parts.ts';
import { MemoryClipboard, NOW, agentSnapshot, view } from '../../../support/desktop.ts';

const NO_KEYS: PaletteKeys = {
  view: () => ({ keys: null, state: 'unavailable', command: 'globus-token-tray --palette' }),
  set: () => ({ ok: true, value: null }),
  ask: () => Promise.resolve({ ok: false, problem: PROBLEM }),
  start: () => undefined,
  stop: () => undefined,
};

export const DONE = { ok: true, value: null } as const;
export const PROBLEM: Problem = { reason: 'r', title: 't', tokens: 'k', next: 'n' };

/** An agent that writes down what it is asked; single answers can be replaced. */
export function recordingAgent(calls: unknown[], answers: Partial<DesktopAgent> = {}): DesktopAgent {
  const note =
    <T>(name: string, value: T) =>
    (...args: unknown[]): T => {
      calls.push([name, ...args]);
      return value;
    };
  const rendered = {
    text: 'Authorization: Bearer secret',
    what: 'header for view_flows',
    expiresAt: NOW + 1,
  };
  return {
    snapshot: () => agentSnapshot(),
    subscribe: () => () => true,
    start: note('start', Promise.resolve()),
    setClientId: note('setClientId', DONE),
    signIn: note('signIn', Promise.resolve(DONE)),
    submitCode: note('submitCode', true),
    cancelSignIn: note('cancelSignIn', undefined),
    dismissSignIn: note('dismissSignIn', undefined),
    dismissProblem: note('dismissProblem', undefined),
    signInLink: () => 'https://auth.globus.org/v2/oauth2/authorize?x',
    signOut: note('signOut', Promise.resolve(DONE)),
    renew: note('renew', Promise.resolve(DONE)),
    render: note('render', Promise.resolve({ ok: true, value: rendered })),
    setOnline: note('setOnline', undefined),
    setLocked: note('setLocked', undefined),
    saveUnsaved: note('saveUnsaved', Promise.resolve(0)),
    wake: note('wake', undefined),
    close: note('close', undefined),
    checkVault: note('checkVault', Promise.resolve('ready')),
    addScope: (text) => note('addScope', { ok: true as const, value: text })(text),
    removeScope: note('removeScope', DONE),
    entry: () => null,
    putBack: note('putBack', DONE),
    others: () => [],
    setFlow: note('setFlow', DONE),
    removeFlow: note('removeFlow', DONE),
    useAccount: note('useAccount', DONE),
    setKeepAlive: note('setKeepAlive', DONE),
    outlives: note('outlives', { answer: 'yes' as const, until: NOW, why: 'w' }),
    ...answers,
  };
}

/** The window's calls on an agent that records, a clipboard in memory and, where one is given, a calls room. */
export function setup(
  answers: Partial<DesktopAgent> = {},
  options: {
    room?: Partial<CallsRoom>;
    imports?: Partial<CallContext['imports']>;
    socket?: string | null;
    settings?: MemorySettingsStore;
    keys?: Partial<PaletteKeys>;
  } = {},
) {
  const calls: unknown[] = [];
  const agent = recordingAgent(calls, answers);
  const port = new MemoryClipboard();
  const settings = options.settings ?? new MemorySettingsStore();
  const log = new RecordingLog();
  const clipboard = new SecretClipboard({
    port,
    clock: new FakeClock(NOW),
    clearAfterSeconds: () => 30,
    onChange: () => {},
  });
  const openWindow = () => void calls.push(['openWindow']);
  const report = (problem: Problem) => void calls.push(['report', problem.reason]);
  const snippets = new Snippets({
    environment: agent.snapshot().environment,
    socket: () => options.socket ?? null,
    flowInput: () => Promise.resolve({ example: 1 }),
  });
  const rooms = () =>
    options.room === undefined
      ? Promise.reject(new Error('no room'))
      : Promise.resolve(options.room as CallsRoom);
  const actions = new Actions({
    agent,
    clipboard,
    snippets,
    signIn: (request) => agent.signIn(request),
    copied: (...copied) => void calls.push(['copied', ...copied.filter((one) => one !== undefined)]),
    openWindow,
    notCopied: ({ scope, format }) => void calls.push(['notCopied', scope, format]),
    report,
    wentWell: () => undefined,
    log,
    quit: () => void calls.push(['quit']),
    restart: () => DONE,
  });
  const passphrase = new PassphraseVault({
    path: '/nowhere/vault.bin',
    marks: { get: () => null, set: () => undefined },
    uid: null,
  });
  const vault = new ChosenVault({ keychain: new MemoryVault(), passphrase, memory: new MemoryVault() }, null);
  const handlers = callHandlers({
    agent,
    actions,
    clipboard,
    settings,
    vault,
    broker: () => Promise.resolve(null),
    oidc: () => Promise.resolve(null),
    calls: rooms,
    running: new RunningCalls(),
    forgetOffers: () => void calls.push(['forgetOffers']),
    imports: {
      open: () => Promise.reject(new Error('no room for token files')),
      ...options.imports,
    },
    noteAct: (...what) => void calls.push(['note', ...what]),
    snippets,
    flowInputs: { forget: (id) => void calls.push(['forget', id]) },
    settingsChanged: () => void calls.push(['settingsChanged']),
    system: systemPort(noAutostart('It is a test.'), { ...NO_KEYS, ...options.keys }),
    updates: () =>
      Promise.resolve({
        checkNow: () => (calls.push(['checkNow']), DONE),
        end: () => void calls.push(['endUpdate']),
        restart: () => (calls.push(['restart']), DONE),
      }),
    palette: {
      close: () => void calls.push(['closePalette']),
      fit: (height) => void calls.push(['fitPalette', height]),
    },
    report,
    view: () => view([]),
    openBrowser: (url) => {
      calls.push(['openBrowser', url]);
      return url === HELP_PAGES.consents ? Promise.reject(new Error('none')) : Promise.resolve();
    },
    closeWindow: () => void calls.push(['closeWindow']),
    dismissProblem: () => void calls.push(['dismissDesktopProblem']),
    tutorialClientId: TUTORIAL_CLIENT_ID,
  });
  return { calls, handlers, port, settings, vault, actions, log };
}
