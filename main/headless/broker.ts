import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Agent } from '../agent.ts';
import { openRules } from '../broker/approvals/rules.ts';
import { openTextFile } from '../broker/approvals/text-file.ts';
import { openAuditLog } from '../broker/audit-log.ts';
import { startBroker, type Broker } from '../broker/broker.ts';
import type { ManagePort } from '../broker/manage-port.ts';
import { namesCallers } from '../broker/nameless.ts';
import type { RetireOutcome } from '../broker/ports.ts';
import type { Clock, Fetch, Logger } from '../effects.ts';
import { AppLock } from '../host/app-lock.ts';
import { brokerPorts } from '../host/broker-ports.ts';
import { watchBusLocks } from '../host/bus-locks.ts';
import { lazyFlowBook } from '../host/flow-book.ts';
import { openForwards } from '../host/forwards.ts';
import type { ManagedVault } from '../host/manage/parts.ts';
import { createManagePort } from '../host/manage/port.ts';
import { lockWithAgent } from '../host/manage/vault.ts';
import type { SettingsStore } from '../settings/types.ts';
import { headlessApprovals } from './approvals.ts';
import { openHeadlessOidc, type OidcOpened } from './oidc.ts';
import { MovingBroker } from './moving-broker.ts';
import { PolicyFile, type PolicyState } from './policy-file.ts';
import { policyPort, unusedPolicy } from './policy-port.ts';

export interface HeadlessBrokerParts {
  agent: Agent;
  clock: Clock;
  log: Logger;
  settings: SettingsStore;
  vault: ManagedVault;
  /** The agent's own way to the network. */
  fetch: Fetch;
  /** The data folder: policy, rules and audit log are in it. */
  folder: string;
  /** Where to listen. */
  path: string;
  /** Where clients look at the moment of asking, and what else is to be done when a socket has moved there. */
  follow?: { place: () => string; moved: (path: string) => void; oidcMoved: (path: string) => void };
  /** A socket of a service manager's that listens there; null: none. */
  listenFd?: number | null;
  version: string;
  /** The folder of the built bundles. */
  dist: string;
  /** Clients of oidc-agent are answered too, whatever the settings say. */
  oidcAgent: boolean;
  env: Readonly<Record<string, string | undefined>>;
  /** As `BrokerPorts`. */
  retire: () => Promise<RetireOutcome>;
  retired: () => void;
}

export interface HeadlessBroker {
  /** `close` ends the audit log and the watch for locks too. */
  readonly broker: Broker;
  readonly oidc: Pick<OidcOpened, 'path' | 'why'>;
  readonly policy: PolicyState;
  readonly policyPath: string;
}

/**
 * The broker of an agent without a window: the desktop's socket, rules and audit log; a policy file and whoever
 * answers from a terminal are in the place of its prompts.
 *
 * @throws BrokerStartError as `startBroker`
 */
export async function setupHeadlessBroker(parts: HeadlessBrokerParts): Promise<HeadlessBroker> {
  const { agent, clock, log, settings, folder, path, vault } = parts;
  const policyPath = join(folder, 'policy.json');
  const named = namesCallers(process.platform);
  const now = () => clock.now();
  const policy = new PolicyFile(openTextFile(policyPath, now), log);
  const rules = openRules({
    file: openTextFile(join(folder, 'approvals.json'), now),
    policy: () => policy.rules,
    clock,
    random: Math.random,
    log,
  });
  const approvals = headlessApprovals({
    rules,
    policy,
    policyPath,
    clock,
    random: Math.random,
    isLocked: () => agent.locked,
    denyAll: () => settings.get().denyAll,
    log,
    named,
  });
  const state = await policy.refresh();
  const audit = openAuditLog({ path: join(folder, 'audit', 'audit.jsonl'), log });
  const lock = new AppLock({
    isLocked: () => agent.locked,
    setLocked: (locked) => agent.setLocked(locked),
    onLock() {
      approvals.lock();
      lockWithAgent(vault, agent);
    },
  });
  const ports = brokerPorts({
    agent,
    clock,
    log,
    approvals,
    rules,
    audit: {
      commit: (entry) => audit.commit({ ...entry, time: new Date(clock.now()).toISOString() }),
      newest: (limit) => audit.newest(limit),
    },
    signIn: () => Promise.resolve(NO_WINDOW),
    version: parts.version,
    dist: parts.dist,
    kind: 'headless',
    dataFolder: folder,
  });
  let current = path;
  const forwards = openForwards({ ports, socket: () => current, manage: () => manage });
  const manage: ManagePort = createManagePort({
    agent,
    settings,
    vault,
    clock,
    log,
    kind: 'headless',
    home: homedir(),
    questions: approvals,
    policyPath,
    policy: named ? policyPort(policyPath, policy) : unusedPolicy(policyPath),
    forwards,
    flowBook: lazyFlowBook({ agent, clock, log, fetch: parts.fetch }),
    socket: () => current,
  });
  const stops = [agent.subscribe(() => lock.changed()), watchBusLocks(lock, clock, parts.env)];
  const end = () => {
    for (const stop of stops) stop();
    audit.close();
  };
  try {
    const { retire, retired } = parts;
    const given = typeof parts.listenFd === 'number' ? { fd: parts.listenFd } : null;
    const open = (at: string) => startBroker({ ...ports, manage, retire, retired, path: at, ...given });
    const first = await open(path);
    // A service manager's socket is the service manager's to keep.
    const follow = given === null ? parts.follow : undefined;
    const oidc = await openHeadlessOidc(parts.oidcAgent || settings.get().oidcAgent, {
      ports,
      brokerPath: () => current,
      issuer: agent.snapshot().environment.issuer,
      log,
      moved: (at) => follow?.oidcMoved(at),
    });
    const moved = (at: string) => {
      current = at;
      follow?.moved(at);
    };
    const beside = () => oidc.look();
    const broker =
      follow === undefined
        ? first
        : new MovingBroker(first, { open, place: follow.place, clock, log, moved, beside });
    const before = async () => {
      approvals.close();
      await oidc.close();
      await forwards.closeAll();
    };
    return { broker: closingWith(broker, before, end), oidc, policy: state, policyPath };
  } catch (error) {
    end();
    throw error;
  }
}

const NO_WINDOW = {
  kind: 'refused',
  reason: 'needs-sign-in',
  detail: 'This agent has no window to sign in with. Sign in from a terminal: globus-token login',
} as const;

/**
 * @param before ends what can wait for a person
 * @param end what the last answers need: the log stays open until each has its line
 */
function closingWith(broker: Broker, before: () => Promise<void>, end: () => void): Broker {
  let ended = false;
  const after = (closing: Promise<void>) =>
    closing.finally(() => {
      if (!ended) end();
      ended = true;
    });
  return {
    get path() {
      return broker.path;
    },
    get connections() {
      return broker.connections;
    },
    close: () => after(before().then(() => broker.close())),
    drain: () => before().then(() => broker.drain()),
  };
}
