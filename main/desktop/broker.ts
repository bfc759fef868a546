import { homedir } from 'node:os';
import { join } from 'node:path';
import { realpathSync } from 'node:fs';
import type { IpcMain, PowerMonitor } from 'electron';
import type { Agent } from '../agent.ts';
import { APPROVAL_LIMITS, createApprovals } from '../broker/approvals/gate.ts';
import { openRules } from '../broker/approvals/rules.ts';
import { openTextFile } from '../broker/approvals/text-file.ts';
import { openAuditLog } from '../broker/audit-log.ts';
import { startBroker } from '../broker/broker.ts';
import { createCallerIdentifier } from '../broker/caller/identifier.ts';
import { createPeerCredentials } from '../broker/caller/peer-credentials.ts';
import { LinuxProcessTable } from '../broker/caller/proc.ts';
import type { BrokerPorts } from '../broker/ports.ts';
import { promptText } from '../broker/prompt-text.ts';
import { BrokerStartError } from '../broker/start-error.ts';
import { aboutScope, createTokenSource, scopeAnswers } from '../broker/token-source.ts';
import type { Clock, Logger, Problem } from '../effects.ts';
import type { BrokerView } from '../../preload/contract.ts';
import { AppLock } from './app-lock.ts';
import { BrokerControl } from './broker-control.ts';
import { desktopSocketPath } from './broker-path.ts';
import { watchLocks } from './broker-locks.ts';
import { brokerProblem } from './notices.ts';
import { PromptWindow, type PromptEffects } from './prompt/prompt-window.ts';
import { brokerSignIn } from './broker-sign-in.ts';

export interface BrokerParts {
  agent: Agent;
  clock: Clock;
  log: Logger;
  /** The data folder: rules and audit log are kept there. */
  folder: string;
  demo: boolean;
  version: string;
  /** The built app: `cli/globus-token.js` in it is ours. */
  dist: string;
  ipc: Pick<IpcMain, 'handle'>;
  power: Pick<PowerMonitor, 'on' | 'removeListener'>;
  prompt: Pick<PromptEffects, 'create' | 'partition' | 'icon' | 'isDark' | 'screenHeight'>;
  clearClipboard: () => void;
  /** What the window shows of the broker is not what it was. */
  changed: () => void;
}

export interface DesktopBroker {
  /** Where scripts ask; null when it could not start, and `problem` then says why. */
  readonly path: string | null;
  readonly problem: Problem | null;
  /** Rules and log for the window; they are there without the socket too. */
  readonly control: BrokerControl;
  view(): BrokerView;
  /** A copy made in the app is an audit line too. */
  copied(scope: string): void;
  close(): Promise<void>;
}

/** The broker on the desktop's real effects. A socket that cannot be opened leaves the rest of the app as it is. */
export async function setupBroker(parts: BrokerParts): Promise<DesktopBroker> {
  const { agent, clock, log, folder } = parts;
  const audit = openAuditLog({ path: join(folder, 'audit', 'audit.jsonl'), log });
  const approvals = createApprovals({
    rules: openRules({
      file: openTextFile(join(folder, 'approvals.json'), () => clock.now()),
      clock,
      random: Math.random,
      log,
    }),
    prompter: promptWindow(parts),
    clock,
    random: Math.random,
    isLocked: () => agent.locked,
    log,
  });
  const control = new BrokerControl({ gate: approvals, audit, clock, changed: parts.changed });
  const lock = new AppLock({
    isLocked: () => agent.locked,
    setLocked: (locked) => agent.setLocked(locked),
    onLock() {
      approvals.lock();
      parts.clearClipboard();
    },
  });
  const stops = [agent.subscribe(() => lock.changed()), watchLocks(parts.power, lock, clock, process.env)];
  const ports: BrokerPorts = {
    identifier: callerIdentifier(parts),
    approvals,
    tokens: createTokenSource(agent, () => clock.now()),
    audit: {
      // No token leaves when its line is not on disk.
      append: (entry) =>
        control.append(entry)
          ? Promise.resolve()
          : Promise.reject(new Error('the audit log cannot be written')),
      newest: (limit) => Promise.resolve(control.newest(limit)),
    },
    rules: approvals,
    status: () => brokerStatus(parts),
    scopes: () => scopeAnswers(agent),
    about: (scope) => aboutScope(agent, scope, clock.now()),
    signIn: (scopes, signal) => brokerSignIn(agent, scopes, signal),
    lock: () => agent.setLocked(true),
    clock,
    log,
  };
  const started = await open(ports, parts);
  const path = started.broker?.path ?? null;
  return {
    path,
    problem: started.problem,
    control,
    view: () => ({ path, denyAll: control.denyAll, programsToday: control.programsToday }),
    copied(scope) {
      control.append({ ...COPY, scope, account: agent.snapshot().account?.username ?? null });
    },
    async close() {
      for (const stop of stops) stop();
      approvals.lock();
      await started.broker?.close();
      control.close();
      audit.close();
    },
  };
}

async function open(ports: BrokerPorts, { demo, log }: BrokerParts) {
  try {
    const path = desktopSocketPath(process.env, process.getuid?.() ?? null, process.platform, demo);
    return { broker: await startBroker({ ...ports, path }), problem: null };
  } catch (error) {
    log.error({ error }, 'the broker could not start');
    const detail = error instanceof BrokerStartError ? error.message : undefined;
    return { broker: null, problem: brokerProblem(detail) };
  }
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

function callerIdentifier({ dist, clock }: BrokerParts) {
  const { platform } = process;
  return createCallerIdentifier({
    table: platform === 'linux' ? new LinuxProcessTable(() => clock.now()) : null,
    credentials: createPeerCredentials(platform),
    ourselves: {
      uid: process.getuid?.() ?? 0,
      programs: [],
      launchers: [realPath(join(dist, 'cli', 'globus-token.js'))],
    },
    platform,
  });
}

function brokerStatus({ agent, version }: BrokerParts) {
  const { environment, account, vault } = agent.snapshot();
  return {
    version,
    pid: process.pid,
    environment: environment.name,
    account: account?.username ?? null,
    vault: vault.label,
    locked: agent.locked,
  };
}

const COPY = {
  kind: 'copy',
  answer: 'done',
  by: 'clipboard',
  pid: null,
  program: null,
  script: null,
} as const;

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
