import { join } from 'node:path';
import type { Agent } from '../agent.ts';
import { openRules } from '../broker/approvals/rules.ts';
import { openTextFile } from '../broker/approvals/text-file.ts';
import { openAuditLog } from '../broker/audit-log.ts';
import { startBroker, type Broker } from '../broker/broker.ts';
import type { RetireOutcome } from '../broker/ports.ts';
import type { Clock, Logger } from '../effects.ts';
import { AppLock } from '../host/app-lock.ts';
import { brokerPorts } from '../host/broker-ports.ts';
import { watchBusLocks } from '../host/bus-locks.ts';
import type { SettingsStore } from '../settings/types.ts';
import { policyApprovals } from './approvals.ts';
import { PolicyFile, type PolicyState } from './policy-file.ts';

export interface HeadlessBrokerParts {
  agent: Agent;
  clock: Clock;
  log: Logger;
  settings: Pick<SettingsStore, 'get'>;
  /** The data folder: policy, rules and audit log are in it. */
  folder: string;
  /** Where to listen. */
  path: string;
  version: string;
  /** The folder of the built bundles. */
  dist: string;
  env: Readonly<Record<string, string | undefined>>;
  /** As `BrokerPorts`. */
  retire: () => Promise<RetireOutcome>;
  retired: () => void;
}

export interface HeadlessBroker {
  /** `close` ends the audit log and the watch for locks too. */
  readonly broker: Broker;
  readonly policy: PolicyState;
  readonly policyPath: string;
}

/**
 * The broker of an agent without a window: the desktop's socket, rules and audit log, and a policy file in the
 * place of a person.
 *
 * @throws BrokerStartError as `startBroker`
 */
export async function setupHeadlessBroker(parts: HeadlessBrokerParts): Promise<HeadlessBroker> {
  const { agent, clock, log, settings, folder, path } = parts;
  const policyPath = join(folder, 'policy.json');
  const now = () => clock.now();
  const policy = new PolicyFile(openTextFile(policyPath, now), log);
  const rules = openRules({
    file: openTextFile(join(folder, 'approvals.json'), now),
    policy: () => policy.rules,
    clock,
    random: Math.random,
    log,
  });
  const approvals = policyApprovals({
    rules,
    policy,
    policyPath,
    isLocked: () => agent.locked,
    denyAll: () => settings.get().denyAll,
    log,
  });
  const state = await policy.refresh();
  const audit = openAuditLog({ path: join(folder, 'audit', 'audit.jsonl'), log });
  const lock = new AppLock({
    isLocked: () => agent.locked,
    setLocked: (locked) => agent.setLocked(locked),
    // No question is open and no clipboard is ours.
    onLock: () => undefined,
  });
  const stops = [agent.subscribe(() => lock.changed()), watchBusLocks(lock, clock, parts.env)];
  const end = () => {
    for (const stop of stops) stop();
    audit.close();
  };
  try {
    const broker = await startBroker({
      ...brokerPorts({
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
      }),
      retire: parts.retire,
      retired: parts.retired,
      path,
    });
    return { broker: closingWith(broker, end), policy: state, policyPath };
  } catch (error) {
    end();
    throw error;
  }
}

const NO_WINDOW = {
  kind: 'refused',
  reason: 'needs-sign-in',
  detail: 'This agent has no window to sign in with: sign in with the desktop app.',
} as const;

/** The log stays open until the last answer has its line. */
function closingWith(broker: Broker, end: () => void): Broker {
  let ended = false;
  const after = (closing: Promise<void>) =>
    closing.finally(() => {
      if (!ended) end();
      ended = true;
    });
  return {
    path: broker.path,
    get connections() {
      return broker.connections;
    },
    close: () => after(broker.close()),
    drain: () => broker.drain(),
  };
}
