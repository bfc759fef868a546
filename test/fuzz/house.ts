import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApprovals, type Gate } from '../../main/broker/approvals/gate.ts';
import { openRules } from '../../main/broker/approvals/rules.ts';
import { openTextFile } from '../../main/broker/approvals/text-file.ts';
import { openAuditLog } from '../../main/broker/audit-log.ts';
import { startBroker } from '../../main/broker/broker.ts';
import { startOidcAgent } from '../../main/broker/oidc/server.ts';
import type { BrokerPorts } from '../../main/broker/ports.ts';
import { aboutScope, scopeAnswers } from '../../main/broker/token-source.ts';
import type { Prompter } from '../../main/broker/types.ts';
import { realClock } from '../support/agent-parts.ts';
import { recordingManage } from '../support/recording-manage.ts';
import { statusAnswer } from '../support/status.ts';
import { ALLOWED, type Door, ISSUER, type Way } from './cases.ts';
import { openIdentifier } from './identifier.ts';
import { Ledger } from './ledger.ts';
import type { Mood } from './moods.ts';
import { decoyRule, meet, policyFor } from './rules.ts';
import { carelessSource, PlayedAgent } from './tokens.ts';

/** Both sockets, each also as a forwarded one, on the product's own parts; tokens and moods are played. */
export interface House {
  readonly ledger: Ledger;
  readonly mood: Mood;
  path(door: Door, way: Way): string;
  /** Before a batch: the parts' state, and what the batch before took away. */
  begin(mood: Mood): Promise<void>;
  /** Clients connected now, on all sockets. */
  connections(): number;
  /** Every text of the audit log's files. */
  auditText(): Promise<string>;
  close(): Promise<void>;
}

const LIMITS = { requestMs: 3_000, keepAliveMs: 3_000, unreadMs: 3_000 };
/** Small files, so that the log is turned over many times; together more than 1,000 lines. */
const AUDIT = { maxBytes: 100_000, older: 4 };
const APPROVALS = { promptMs: 60, coolDownMs: 150, graceMs: 20, total: 8, perAsker: 2 };

export async function openHouse(): Promise<House> {
  const folder = await mkdtemp(join(tmpdir(), 'fuzz-'));
  const state: { mood: Mood; locked: boolean } = { mood: 'ready', locked: false };
  const ledger = new Ledger();
  const agent = new PlayedAgent(state);
  const { identifier, close: closeIdentifier } = openIdentifier(() => state.mood);
  const me = await meet(identifier, join(folder, 'meet.sock'));
  const log = ledger.log;
  const clock = realClock;
  const rules = openRules({
    file: openTextFile(join(folder, 'approvals.json'), () => clock.now()),
    clock,
    random: () => 0.5,
    log,
    policy: () => policyFor(me),
  });
  const gate: Gate = createApprovals({
    rules,
    prompter: PROMPTER,
    clock,
    random: Math.random,
    isLocked: () => agent.locked,
    log,
    limits: APPROVALS,
  });
  const path = join(folder, 'audit', 'audit.jsonl');
  const audit = openAuditLog({ path, log, ...AUDIT });
  const manage = recordingManage();
  // As the real one: what is answered is a kept scope, never the caller's own words.
  const { check } = manage;
  manage.check = (scope, seconds) => check(scope === null ? null : ALLOWED.scope, seconds);
  // Nobody waits for a sign-in here: each that is asked about is over.
  manage.endLogin();
  const ports: BrokerPorts = {
    identifier,
    approvals: gate,
    tokens: carelessSource(agent, clock),
    audit: {
      append: (entry) => {
        if (state.mood === 'broken-audit') return Promise.reject(new Error('the disk is full'));
        const line = { time: new Date(clock.now()).toISOString(), ...entry };
        if (!audit.append(line)) return Promise.reject(new Error('the audit log cannot be written'));
        ledger.note(line);
        return Promise.resolve();
      },
      newest: (limit) => Promise.resolve(audit.newest(limit)),
    },
    rules: gate,
    status: () => statusAnswer({ account: agent.snapshot().account?.username ?? null, locked: agent.locked }),
    scopes: () => scopeAnswers(agent),
    about: (scope) => aboutScope(agent, scope, clock.now()),
    signIn: () =>
      Promise.resolve({ kind: 'refused', reason: 'denied', detail: 'The sign-in was cancelled.' }),
    lock: () => {
      state.locked = true;
      gate.lock();
      // Somebody unlocks the app again; in the mood `locked` nobody does.
      clock.after(5, () => (state.locked = false));
    },
    manage,
    clock,
    log,
  };
  const forwarded = { ...ports, forwardedFrom: 'login.hpc.example' };
  const oidc = { ...ports, issuer: ISSUER };
  const doors = {
    broker: await startBroker({ ...ports, limits: LIMITS, path: join(folder, 'broker.sock') }),
    oidc: await startOidcAgent({ ...oidc, limits: LIMITS, path: join(folder, 'oidc.sock') }),
    farBroker: await startBroker({ ...forwarded, limits: LIMITS, path: join(folder, 'far-broker.sock') }),
    farOidc: await startOidcAgent({
      ...forwarded,
      issuer: ISSUER,
      limits: LIMITS,
      path: join(folder, 'far-oidc.sock'),
    }),
  };
  return {
    ledger,
    get mood() {
      return state.mood;
    },
    path(door, way) {
      if (door === 'broker') return way === 'forwarded' ? doors.farBroker.path : doors.broker.path;
      return way === 'forwarded' ? doors.farOidc.path : doors.oidc.path;
    },
    async begin(mood) {
      state.mood = mood;
      state.locked = false;
      manage.calls.length = 0;
      manage.needsPassphrase = mood !== 'slow';
      manage.refusal = mood === 'vault-trouble' ? SWAPPED : null;
      gate.denyAll(mood === 'deny-all');
      // A rule that may be taken back, which some requests do; it is about somebody else's account.
      if (!(await rules.list()).some(({ id }) => id === decoyRule.id))
        await rules.add(decoyRule.question(me), 'hour');
    },
    connections: () => Object.values(doors).reduce((sum, door) => sum + door.connections, 0),
    async auditText() {
      const names = await readdir(join(folder, 'audit')).catch(() => []);
      const texts = names.map((name) => readFile(join(folder, 'audit', name), 'utf8'));
      return (await Promise.all(texts)).join('');
    },
    async close() {
      for (const door of Object.values(doors)) await door.close();
      gate.lock();
      audit.close();
      closeIdentifier();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const SWAPPED = { kind: 'refused', reason: 'vault-trouble', trouble: 'swapped' } as const;

/** A person who never allows: says no, closes the prompt, lets it run out, or answers what was not offered. */
const PROMPTER: Prompter = {
  ask: (question, offers, signal) => {
    const turn = (question.scope.length + question.caller.peer.pid + offers.length + ++asked) % 4;
    if (turn === 0) return Promise.resolve({ kind: 'deny' });
    if (turn === 1) return Promise.resolve({ kind: 'none' });
    if (turn === 2 && !offers.includes('always')) return Promise.resolve({ kind: 'allow', term: 'always' });
    return new Promise((resolve) =>
      signal.addEventListener('abort', () => resolve({ kind: 'none' }), { once: true }),
    );
  },
};
let asked = 0;
