import { homedir } from 'node:os';
import { join } from 'node:path';
import type { IpcMain, PowerMonitor } from 'electron';
import type { Agent } from '../agent.ts';
import { APPROVAL_LIMITS, createApprovals } from '../broker/approvals/gate.ts';
import { openRules } from '../broker/approvals/rules.ts';
import { openTextFile } from '../broker/approvals/text-file.ts';
import type { AuditEntry } from '../broker/contract.ts';
import { openAuditLog } from '../broker/audit-log.ts';
import { oidcSocketPath } from '../broker/oidc/path.ts';
import { startOidcAgent } from '../broker/oidc/server.ts';
import { promptText } from '../broker/prompt-text.ts';
import type { Clock, Logger, Problem } from '../effects.ts';
import type { SettingsStore } from '../settings/types.ts';
import type { BrokerView } from '../../preload/contract.ts';
import { AppLock } from '../host/app-lock.ts';
import { openForwards } from '../host/forwards.ts';
import type { ManagedVault, ManageParts } from '../host/manage/parts.ts';
import { createManagePort } from '../host/manage/port.ts';
import { lockWithAgent } from '../host/manage/vault.ts';
import { BrokerControl } from './broker-control.ts';
import type { NoteAct } from './noted-agent.ts';
import { brokerPorts } from '../host/broker-ports.ts';
import { watchLocks } from './broker-locks.ts';
import { openBrokerSocket } from './broker-socket.ts';
import { OidcSocket } from './oidc-socket.ts';
import { PromptWindow, type PromptEffects } from './prompt/prompt-window.ts';
import { brokerSignIn } from './broker-sign-in.ts';
import { waitingQuestions, type WaitingQuestion } from './waiting-questions.ts';

export interface BrokerParts {
  agent: Agent;
  clock: Clock;
  log: Logger;
  /** The data folder: rules and audit log are kept there. */
  folder: string;
  settings: SettingsStore;
  /** Chosen, unlocked and locked from the command line too. */
  vault: ManagedVault;
  calls: Pick<ManageParts, 'flowBook' | 'flowInput' | 'flowRead'>;
  demo: boolean;
  /** As `BrokerPlace.flatpak`. */
  flatpak: boolean;
  /** An agent that retires listens there still. */
  replace: boolean;
  version: string;
  /** The built app: `cli/globus-token.js` in it is ours. */
  dist: string;
  ipc: Pick<IpcMain, 'handle'>;
  power: Pick<PowerMonitor, 'on' | 'removeListener'>;
  prompt: Pick<PromptEffects, 'create' | 'partition' | 'icon' | 'isDark' | 'drawnHidden' | 'workArea'>;
  clearClipboard: () => void;
  /** Told of every line of the audit log, those of before too. */
  seen: (entry: AuditEntry) => void;
  /** What the window shows of the broker is not what it was. */
  changed: () => void;
}

export interface DesktopBroker {
  /** Where scripts ask; null when it could not start, and `problem` then says why. */
  readonly path: string | null;
  readonly problem: Problem | null;
  /** Rules and log for the window; they are there without the socket too. */
  readonly control: BrokerControl;
  readonly oidc: OidcSocket;
  view(): BrokerView;
  /** What programs wait for, the question that is asked now first. */
  questions(): WaitingQuestion[];
  /** Brings the question that is asked now to the front. */
  raiseQuestion(): void;
  /** A copy made in the app is an audit line too. @param account a `sub`; absent: the default account */
  copied(scope: string, account?: string): void;
  /** What else the app's own faces did is one, too. */
  acted: NoteAct;
  close(): Promise<void>;
}

/** The broker on the desktop's real effects. A socket that cannot be opened leaves the rest of the app as it is. */
export async function setupBroker(parts: BrokerParts): Promise<DesktopBroker> {
  const { agent, clock, log, folder, settings, changed } = parts;
  const audit = openAuditLog({ path: join(folder, 'audit', 'audit.jsonl'), log });
  const prompter = promptWindow(parts);
  const approvals = createApprovals({
    rules: openRules({
      file: openTextFile(join(folder, 'approvals.json'), () => clock.now()),
      clock,
      random: Math.random,
      log,
    }),
    prompter,
    clock,
    random: Math.random,
    isLocked: () => agent.locked,
    log,
    changed,
  });
  const control = new BrokerControl({ gate: approvals, audit, settings, clock, changed, seen: parts.seen });
  const lock = new AppLock({
    isLocked: () => agent.locked,
    setLocked: (locked) => agent.setLocked(locked),
    onLock() {
      approvals.lock();
      lockWithAgent(parts.vault, agent);
      parts.clearClipboard();
    },
  });
  const stops = [agent.subscribe(() => lock.changed()), watchLocks(parts.power, lock, clock, process.env)];
  const ports = brokerPorts({
    agent,
    clock,
    log,
    approvals,
    rules: approvals,
    audit: control,
    signIn: (scopes, signal) => brokerSignIn(agent, scopes, signal),
    version: parts.version,
    dist: parts.dist,
    kind: 'desktop',
    dataFolder: folder,
  });
  let path: string | null = null;
  const forwards = openForwards({ ports, socket: () => path, manage: () => manage });
  const manage = createManagePort({
    ...parts.calls,
    agent,
    settings,
    vault: parts.vault,
    clock,
    log,
    kind: 'desktop',
    home: homedir(),
    questions: { pending: () => approvals.pending() },
    policyPath: join(folder, 'policy.json'),
    policy: null,
    forwards,
    socket: () => path,
  });
  const started = await openBrokerSocket({ ...ports, manage }, { ...parts, env: process.env });
  path = started.broker?.path ?? null;
  const { issuer } = agent.snapshot().environment;
  const oidc = new OidcSocket({
    path: path === null ? null : oidcSocketPath(path),
    start: (at) => startOidcAgent({ ...ports, path: at, issuer }),
    settings,
    log,
    changed,
  });
  return {
    path,
    problem: started.problem ?? (await oidc.resume()),
    control,
    oidc,
    view() {
      const socket = oidc.view();
      const { denyAll, programsToday } = control;
      return { path, denyAll, programsToday, ...(socket === null ? {} : { oidc: socket }) };
    },
    questions: () => waitingQuestions(approvals.pending(), homedir()),
    raiseQuestion() {
      prompter.raise();
    },
    acted(...what) {
      control.noteAct(...what);
    },
    copied(scope, account) {
      const { accounts, account: usual } = agent.snapshot();
      const whose = account === undefined ? usual : accounts.find(({ sub }) => sub === account);
      control.noteCopy(scope, whose?.username ?? null);
    },
    async close() {
      for (const stop of stops) stop();
      approvals.lock();
      await forwards.closeAll();
      await oidc.close();
      await started.broker?.close();
      control.close();
      audit.close();
    },
  };
}

function promptWindow({ prompt, ipc, clock, log, dist, demo }: BrokerParts): PromptWindow {
  return new PromptWindow({
    ...prompt,
    ipc,
    clock,
    log,
    preload: join(dist, 'preload', 'prompt.cjs'),
    limit: APPROVAL_LIMITS.promptMs,
    content(question, offers) {
      const { title, body, rows, buttons } = promptText(question, offers, homedir());
      return {
        title,
        body,
        // Field by field: what else the wording holds is for the terminal.
        rows: rows.map(({ label, value, note, code }) => ({ label, value, note, code })),
        buttons: buttons.map(({ choice, label }) => ({ choice, label })),
        demo: demo ? 'fake Globus' : null,
      };
    },
  });
}
