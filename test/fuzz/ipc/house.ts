import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApprovals } from '../../../main/broker/approvals/gate.ts';
import { openRules } from '../../../main/broker/approvals/rules.ts';
import { memoryTextFile } from '../../../main/broker/approvals/text-file.ts';
import { openAuditLog } from '../../../main/broker/audit-log.ts';
import { Actions } from '../../../main/desktop/actions.ts';
import { noAutostart } from '../../../main/desktop/autostart.ts';
import { BrokerControl } from '../../../main/desktop/broker-control.ts';
import { lazyCallsRoom } from '../../../main/desktop/calls-room.ts';
import { SecretClipboard } from '../../../main/desktop/clipboard.ts';
import { FlowInputs } from '../../../main/desktop/flow-inputs.ts';
import { callHandlers } from '../../../main/desktop/ipc/handlers.ts';
import type { Handlers } from '../../../main/desktop/ipc/register.ts';
import { OidcSocket } from '../../../main/desktop/oidc-socket.ts';
import { GlobalPaletteKeys } from '../../../main/desktop/palette/palette-keys.ts';
import { signInTo } from '../../../main/desktop/sign-in-to.ts';
import { Snippets } from '../../../main/desktop/snippets.ts';
import { systemPort } from '../../../main/desktop/system.ts';
import { appView, settingsView } from '../../../main/desktop/view.ts';
import { HELP_PAGES } from '../../../main/globus/environments.ts';
import { ChosenVault } from '../../../main/host/chosen-vault.ts';
import { MemorySettingsStore } from '../../../main/settings/store.ts';
import type { Settings } from '../../../main/settings/types.ts';
import { MemoryVault } from '../../../main/vault/memory.ts';
import type { RemoveResult } from '../../../main/vault/types.ts';
import { DEMO_CLIENT_ID, startSandbox } from '../../sandbox/index.ts';
import type { Sandbox } from '../../sandbox/types.ts';
import { realClock } from '../../support/agent-parts.ts';
import { MemoryClipboard } from '../../support/desktop.ts';
import { DurableVault } from '../../support/durable-vault.ts';
import { passphraseVault } from '../../support/passphrase-vault.ts';
import { ALL_SCOPES, sandboxAgent, type SandboxAgent } from '../../support/sandbox-agent.ts';
import type { Effect } from './effects.ts';

/** The window's calls on the real agent and the fake Globus; everything that reaches outwards is written down. */
export interface IpcHouse {
  readonly handlers: Handlers;
  readonly sandbox: Sandbox;
  readonly person: SandboxAgent;
  readonly clipboard: MemoryClipboard;
  readonly settings: MemorySettingsStore;
  /** Since it was last taken. */
  takeEffects(): Effect[];
  close(): Promise<void>;
}

export async function openIpcHouse(): Promise<IpcHouse> {
  const folder = await mkdtemp(join(tmpdir(), 'fuzz-ipc-'));
  const sandbox = await startSandbox();
  const effects: Effect[] = [];
  const note = (effect: Effect): void => void effects.push(effect);
  const settings = new NotedSettings({ clientId: DEMO_CLIENT_ID, scopeEntries: ALL_SCOPES }, note);
  const keychain = new NotedVault(note);
  const memory = new MemoryVault();
  const vault = new ChosenVault({ keychain, passphrase: passphraseVault(folder).vault, memory }, 'keychain');
  const person = sandboxAgent(sandbox, { settings, vault });
  const { agent, log } = person;
  const clipboard = new NotedClipboard(note);
  const clock = realClock;
  const { environment } = agent.snapshot();
  const room = lazyCallsRoom({ agent, fetch, clock, log });
  const flowInputs = new FlowInputs({
    read: async (id) => (await room.open()).book.exampleBody(id),
    changed: () => undefined,
    log,
  });
  const secrets = new SecretClipboard({
    port: clipboard,
    clock,
    clearAfterSeconds: () => 600,
    onChange: () => undefined,
  });
  const snippets = new Snippets({
    environment,
    socket: () => '/run/broker.sock',
    flowInput: (id) => flowInputs.load(id),
  });
  const gate = createApprovals({
    rules: openRules({ file: memoryTextFile(), clock, random: Math.random, log }),
    prompter: { ask: () => Promise.resolve({ kind: 'none' }) },
    clock,
    random: Math.random,
    isLocked: () => agent.locked,
    log,
  });
  const audit = openAuditLog({ path: join(folder, 'audit.jsonl'), log });
  const control = new BrokerControl({
    gate: {
      list: () => gate.list(),
      denyAll: (on) => (note('deny all'), gate.denyAll(on)),
      revoke: (id) => (note('rule'), gate.revoke(id)),
    },
    audit: {
      append: (entry) => (note('audit'), audit.append(entry)),
      commit: (entry) => audit.commit(entry),
      newest: (limit) => audit.newest(limit),
    },
    settings,
    clock,
    changed: () => undefined,
  });
  const oidc = new OidcSocket({
    path: join(folder, 'oidc.sock'),
    start: () => (
      note('oidc socket'),
      Promise.resolve({ close: () => Promise.resolve(note('oidc socket')) })
    ),
    settings,
    log,
    changed: () => undefined,
  });
  const keys = new GlobalPaletteKeys({
    flatpak: null,
    shortcuts: {
      register(accelerator) {
        note('shortcut');
        // As Electron does for what it cannot read.
        if (accelerator.includes('Super+Super')) throw new TypeError('conversion failure');
        return true;
      },
      unregister: () => note('shortcut'),
    },
    settings,
    pressed: () => undefined,
    changed: () => undefined,
    log,
  });
  const actions = new Actions({
    agent,
    clipboard: secrets,
    snippets,
    signIn: (request) =>
      signInTo({ agent, calls: room.open, running: room.running, report: () => undefined }, request),
    copied: (scope, account) =>
      control.noteCopy(scope, account ?? agent.snapshot().account?.username ?? null),
    openWindow: () => note('window open'),
    notCopied: () => note('not copied'),
    report: () => undefined,
    wentWell: () => undefined,
    log,
    quit: () => note('quit'),
    restart: () => (note('update restart'), DONE),
  });
  let locked = false;
  const unsubscribe = agent.subscribe(() => {
    if (agent.locked === locked) return;
    locked = agent.locked;
    note(locked ? 'lock' : 'unlock');
  });
  const handlers = callHandlers({
    agent,
    actions,
    clipboard: secrets,
    settings,
    vault,
    broker: () => Promise.resolve(control),
    noteAct: (act, ...of) => {
      if (act === 'import' || act === 'import-removed') note(act);
      else control.noteAct(act, ...of);
    },
    oidc: () => Promise.resolve(oidc),
    calls: room.open,
    running: room.running,
    forgetOffers: room.forgetOffers,
    imports: { open: () => agent.imports() },
    snippets,
    flowInputs,
    settingsChanged: () => undefined,
    system: systemPort(noAutostart('It is a test.'), keys),
    updates: () =>
      Promise.resolve({
        checkNow: () => (note('update check'), DONE),
        end: () => note('update end'),
        restart: () => (note('update restart'), DONE),
      }),
    palette: { close: () => note('palette close'), fit: () => note('palette fit') },
    report: () => undefined,
    view: () =>
      appView({
        snapshot: agent.snapshot(),
        others: agent.others(),
        clipboard: secrets.view(),
        problem: null,
        version: '1.2.3',
        now: clock.now(),
        settings: settingsView(settings.get()),
        flowInput: flowInputs.known,
      }),
    openBrowser: (url) => {
      note(Object.values<string>(HELP_PAGES).includes(url) ? 'help' : 'browser elsewhere');
      return Promise.resolve();
    },
    closeWindow: () => note('window close'),
    dismissProblem: () => undefined,
    tutorialClientId: DEMO_CLIENT_ID,
  });
  return {
    handlers,
    sandbox,
    person,
    clipboard,
    settings,
    takeEffects: () => [
      ...effects.splice(0),
      ...person.opened.splice(0).map((url) => opened(url, environment.issuer)),
    ],
    async close() {
      unsubscribe();
      agent.close();
      control.close();
      audit.close();
      await secrets.clearNow();
      await oidc.close();
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const DONE = { ok: true, value: null } as const;
/** The agent opens one kind of page alone. */
function opened(url: string, issuer: string): Effect {
  return url.startsWith(`${issuer}/v2/oauth2/authorize?`) ? 'browser' : 'browser elsewhere';
}

class NotedSettings extends MemorySettingsStore {
  readonly #note: (effect: Effect) => void;

  constructor(initial: Partial<Settings>, note: (effect: Effect) => void) {
    super(initial);
    this.#note = note;
  }

  override update(change: (settings: Settings) => Settings): void {
    const before = this.get();
    super.update(change);
    const after = this.get();
    for (const key of Object.keys(after) as (keyof Settings)[]) {
      if (JSON.stringify(before[key]) !== JSON.stringify(after[key])) this.#note(`settings ${key}`);
    }
  }
}

class NotedVault extends DurableVault {
  readonly #note: (effect: Effect) => void;

  constructor(note: (effect: Effect) => void) {
    super();
    this.#note = note;
  }

  override remove(name: string): Promise<RemoveResult> {
    this.#note('vault remove');
    return super.remove(name);
  }
}

class NotedClipboard extends MemoryClipboard {
  readonly #note: (effect: Effect) => void;

  constructor(note: (effect: Effect) => void) {
    super();
    this.#note = note;
  }

  override write(text: string, concealed: boolean): Promise<void> {
    this.#note(concealed ? 'clipboard secret' : 'clipboard plain');
    return super.write(text, concealed);
  }

  override clear(): Promise<void> {
    this.#note('clipboard clear');
    return super.clear();
  }
}
