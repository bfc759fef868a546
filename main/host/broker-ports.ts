import { join } from 'node:path';
import type { Agent } from '../agent.ts';
import { vaultLooks } from './vault-looked.ts';
import type { AuditEntry, StatusAnswer } from '../broker/contract.ts';
import type { ManagePort } from '../broker/manage-port.ts';
import { createCallerIdentifier } from '../broker/caller/identifier.ts';
import { createPeerCredentials } from '../broker/caller/peer-credentials.ts';
import { LinuxProcessTable } from '../broker/caller/proc.ts';
import { namesCallers } from '../broker/nameless.ts';
import { AuditNotWritten, type BrokerPorts, type RulesPort } from '../broker/ports.ts';
import { aboutScope, createTokenSource, scopeAnswers } from '../broker/token-source.ts';
import type { Approvals } from '../broker/types.ts';
import type { Clock, Logger } from '../effects.ts';
import { originsOfScope } from '../globus/origins.ts';
import { programsFolder } from './programs-folder.ts';
import { realPath } from './real-path.ts';
import { findInstallation, isSibling } from './sibling.ts';

export interface BrokerPortParts {
  agent: Agent;
  clock: Clock;
  log: Logger;
  approvals: Approvals;
  rules: RulesPort;
  audit: {
    /** Resolves to false when the line is not on disk. */
    commit(entry: Omit<AuditEntry, 'time'>): Promise<boolean>;
    /** Newest first. */
    newest(limit: number): AuditEntry[];
  };
  signIn: BrokerPorts['signIn'];
  version: string;
  /** The built app: `cli/globus-token.js` in it is ours. */
  dist: string;
  kind: StatusAnswer['kind'];
  /** Absolute. */
  dataFolder: string;
  /** Absent: the routes for the command line are not there. */
  manage?: ManagePort;
}

/** Everything of the broker's answers that is the same with a window and without. */
export function brokerPorts(parts: BrokerPortParts): BrokerPorts {
  const { agent, approvals, audit, clock, dist, log, rules, signIn } = parts;
  const installation = findInstallation(dist);
  const identifier = callerIdentifier(dist, clock);
  return {
    identifier,
    approvals,
    tokens: createTokenSource(agent, () => clock.now()),
    audit: {
      // No token leaves when its line is not on disk.
      append: async (entry) => {
        if (!(await audit.commit(entry))) throw new AuditNotWritten('the audit log cannot be written');
      },
      newest: (limit) => Promise.resolve(audit.newest(limit)),
    },
    rules,
    status: () => statusOf(parts),
    looked: vaultLooks(agent, clock),
    scopes: () => scopeAnswers(agent),
    about: (scope) => aboutScope(agent, scope, clock.now()),
    origins: (scope) => originsOfScope(agent.snapshot().environment, scope),
    signIn,
    lock: () => agent.setLocked(true),
    isSibling: (caller) => isSibling(caller, identifier.peerScript(caller), installation),
    sealed: (grant) => agent.sealed(grant),
    nameless: !namesCallers(process.platform),
    ...(parts.manage === undefined ? {} : { manage: parts.manage }),
    clock,
    log,
  };
}

function statusOf({ agent, version, kind, dataFolder }: BrokerPortParts): StatusAnswer {
  const { environment, account, accounts, clientId, clockSkew, online, vault } = agent.snapshot();
  const others = accounts.filter(({ isDefault }) => !isDefault);
  return {
    version,
    pid: process.pid,
    environment: environment.name,
    account: account?.username ?? null,
    vault: vault.label,
    locked: agent.locked,
    kind,
    backend: vault.backend,
    vault_state: vault.status,
    vault_absence: vault.absence ?? null,
    client_id: clientId,
    accounts: [...(account === null ? [] : [account]), ...others].map(({ username }) => username),
    online,
    clock_skew: clockSkew === null ? null : Math.round(clockSkew / 1_000),
    data_folder: dataFolder,
  };
}

function callerIdentifier(dist: string, clock: Clock) {
  const { platform } = process;
  return createCallerIdentifier({
    table: namesCallers(platform) ? new LinuxProcessTable(() => clock.now()) : null,
    credentials: createPeerCredentials(platform),
    ourselves: {
      uid: process.getuid?.() ?? 0,
      programs: [],
      launchers: ['globus-token.js', 'globus-token'].map((name) =>
        realPath(join(programsFolder(dist), 'cli', name)),
      ),
    },
    platform,
  });
}
