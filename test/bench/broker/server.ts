import { statusAnswer } from '../../support/status.ts';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { createApprovals } from '../../../main/broker/approvals/gate.ts';
import { openRules } from '../../../main/broker/approvals/rules.ts';
import { openTextFile } from '../../../main/broker/approvals/text-file.ts';
import { openAuditLog } from '../../../main/broker/audit-log.ts';
import { startBroker } from '../../../main/broker/broker.ts';
import { createCallerIdentifier } from '../../../main/broker/caller/identifier.ts';
import { createPeerCredentials } from '../../../main/broker/caller/peer-credentials.ts';
import { LinuxProcessTable } from '../../../main/broker/caller/proc.ts';
import { aboutScope, createTokenSource, scopeAnswers } from '../../../main/broker/token-source.ts';
import type { Clock, Fetch } from '../../../main/effects.ts';
import { startSandbox } from '../../sandbox/index.ts';
import { sandboxAgent, scopeOf } from '../../support/sandbox-agent.ts';
import type { Command, Ready, Reply } from './protocol.ts';

/** What a token answer weighs, and what a bare server answers every request with. */
const FLOOR_BODY = JSON.stringify({ access_token: 'x'.repeat(95), padding: 'y'.repeat(780) });

/** The process whose speed is measured: the whole broker (real caller, approvals, log), or a bare server. */
async function main(kind: string, folder: string): Promise<void> {
  const path = join(folder, `${kind}.sock`);
  const answer = kind === 'floor' ? await openFloor(path) : await openBroker(path, folder);
  process.on('message', (command: Command) => void answer(command).then((reply) => process.send?.(reply)));
  // The bench is gone, however it ended.
  process.once('disconnect', () => process.exit());
  process.send?.({ ready: true } satisfies Ready);
}

async function openFloor(path: string): Promise<(command: Command) => Promise<Reply>> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.setHeader('cache-control', 'no-store');
    response.end(FLOOR_BODY);
  });
  await new Promise<void>((resolve) => server.listen({ path, backlog: 4_096 }, resolve));
  return () => Promise.resolve({ tokenRequests: 0, renewing: false });
}

async function openBroker(path: string, folder: string): Promise<(command: Command) => Promise<Reply>> {
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  let ahead = 0;
  const clock: Clock = {
    now: () => Date.now() + ahead,
    after: (milliseconds, run) => {
      const timer = setTimeout(run, Math.min(milliseconds, 2 ** 31 - 1)).unref();
      return () => clearTimeout(timer);
    },
  };
  const sandbox = await startSandbox();
  // How often each refresh token was spent since the clock moved.
  const spent = new Map<string, number>();
  const counting: Fetch = (url, init) => {
    const token = init?.body instanceof URLSearchParams ? init.body.get('refresh_token') : null;
    if (token !== null) spent.set(token, (spent.get(token) ?? 0) + 1);
    return fetch(url, init);
  };
  const { agent } = sandboxAgent(sandbox, { clock, fetch: counting });
  // Two trips, two grants: a request for `run` takes the narrower one.
  for (const name of ['view_flows', 'run']) {
    const signedIn = await agent.signIn({ scopes: [scopeOf(name)], way: 'browser' });
    if (!signedIn.ok) throw new Error(signedIn.problem.title);
  }
  const audit = openAuditLog({ path: join(folder, 'audit', 'audit.jsonl'), log });
  const approvals = createApprovals({
    rules: openRules({
      file: openTextFile(join(folder, 'approvals.json'), clock.now),
      clock,
      random: Math.random,
      log,
    }),
    // Answers once; the rule that comes of it answers the rest.
    prompter: { ask: () => Promise.resolve({ kind: 'allow', term: 'always' }) },
    clock,
    random: Math.random,
    isLocked: () => agent.locked,
    log,
  });
  await startBroker({
    path,
    identifier: createCallerIdentifier({
      table: new LinuxProcessTable(clock.now),
      credentials: createPeerCredentials(process.platform),
      ourselves: { uid: process.getuid?.() ?? 0, programs: [], launchers: [] },
      platform: process.platform,
    }),
    approvals,
    tokens: createTokenSource(agent, clock.now),
    audit: {
      append: async (entry) => {
        const written = await audit.commit({ time: new Date(clock.now()).toISOString(), ...entry });
        if (!written) throw new Error('the audit log cannot be written');
      },
      newest: (limit) => Promise.resolve(audit.newest(limit)),
    },
    rules: approvals,
    status: () => statusAnswer({ locked: agent.locked }),
    scopes: () => scopeAnswers(agent),
    about: (scope) => aboutScope(agent, scope, clock.now()),
    signIn: () => Promise.resolve({ kind: 'refused', reason: 'denied' }),
    lock: () => undefined,
    clock,
    log,
  });
  return (command) => {
    if (command.do === 'advance') ahead += command.milliseconds;
    if (command.do === 'advance') {
      sandbox.clock.advance(command.milliseconds);
      spent.clear();
    }
    if (command.do === 'hang') {
      sandbox.addFault({
        host: 'auth',
        path: '/v2/oauth2/token',
        kind: 'slow',
        milliseconds: 20_000,
        times: 1,
      });
    }
    const tokenRequests = Math.max(0, ...spent.values());
    const renewing = agent.snapshot().scopes.some(({ state }) => state === 'renewing');
    return Promise.resolve({ tokenRequests, renewing });
  };
}

const [, , kind = '', folder = ''] = process.argv;
void main(kind, folder);
