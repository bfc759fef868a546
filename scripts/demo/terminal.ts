import { execFile } from 'node:child_process';
import { hostname } from 'node:os';
import { promisify } from 'node:util';
import { type Agent, createAgent } from '../../main/agent.ts';
import type { AgentSnapshot } from '../../main/agent-types.ts';
import type { Clock, Logger } from '../../main/effects.ts';
import { demoEnvironment } from '../../main/globus/environments.ts';
import { FLOWS_SCOPES } from '../../main/globus/scopes.ts';
import { MemorySettingsStore } from '../../main/settings/store.ts';
import { MemoryVault } from '../../main/vault/memory.ts';
import { startSandbox } from '../../test/sandbox/index.ts';
import { approveInProcess } from '../../test/sandbox/visitor.ts';
import { scopeTable } from './scope-table.ts';

/**
 * The main job without a window: sign in against the fake Globus, show the scopes, print the curl command
 * that the app would copy, run it, show the answer.
 *
 * `--script`: nobody is there; a scripted visitor answers the consent page over HTTP.
 */
const unattended = process.argv.includes('--script');
const run = promisify(execFile);

const clock: Clock = {
  now: Date.now,
  after: (milliseconds, then) => {
    const timer = setTimeout(then, Math.min(milliseconds, 2 ** 31 - 1));
    timer.unref();
    return () => clearTimeout(timer);
  },
};
const quiet: Logger = { info: () => undefined, warn: () => undefined, error: () => undefined };

process.exitCode = await main();

async function main(): Promise<number> {
  const sandbox = await startSandbox();
  const environment = demoEnvironment({ auth: sandbox.auth.port, flows: sandbox.flows.port });
  const [clientId = ''] = sandbox.clients;
  const settings = new MemorySettingsStore({
    clientId,
    scopeEntries: FLOWS_SCOPES.map((entry) => entry.scope),
  });
  const agent = createAgent({
    clock,
    random: Math.random,
    fetch,
    openBrowser: unattended ? visit : showLink,
    vault: new MemoryVault(),
    settings,
    log: quiet,
    hostname: hostname(),
    environment,
  });
  const stop = () => agent.cancelSignIn();
  process.once('SIGINT', stop);
  try {
    say(`Demo: a fake Globus on loopback, nothing here is real.\n`);
    await agent.start();
    return await walk(agent, environment.flows);
  } finally {
    process.off('SIGINT', stop);
    agent.close();
    await sandbox.close();
  }
}

async function walk(agent: Agent, flowsOrigin: string): Promise<number> {
  const signedIn = await agent.signIn({ scopes: FLOWS_SCOPES.map((entry) => entry.scope), way: 'browser' });
  const snapshot = agent.snapshot();
  if (!signedIn.ok || snapshot.account === null) {
    say(signedIn.ok ? 'The sign-in was cancelled.' : problemText(signedIn.problem));
    return 1;
  }
  say(`Signed in as ${snapshot.account.username}. Tokens: ${snapshot.vault.label}.\n`);
  say(scopeTable(snapshot.scopes, clock.now()));
  say(missingText(snapshot));

  const scope = FLOWS_SCOPES.find((entry) => entry.name === 'view_flows')?.scope ?? '';
  const rendered = await agent.render({ scope, format: 'curl' });
  if (!rendered.ok) {
    say(problemText(rendered.problem));
    return 1;
  }
  say(`Copied ${rendered.value.what}:\n\n${rendered.value.text}\n`);
  const { status, body } = await runCommand(rendered.value.text);
  say(`HTTP ${status} from ${flowsOrigin}\n${body.slice(0, 600)}${body.length > 600 ? ' …' : ''}\n`);

  const signedOut = await agent.signOut();
  say(signedOut.ok ? 'Signed out: access and refresh tokens are revoked.' : problemText(signedOut.problem));
  return status === 200 && signedOut.ok ? 0 : 1;
}

/** Runs the very text that a person would paste, plus curl's own report of the status. */
async function runCommand(command: string): Promise<{ status: number; body: string }> {
  const mark = '\nhttp-status ';
  const { stdout } = await run('sh', ['-c', `${command} -w '${mark.replace('\n', '\\n')}%{http_code}'`], {
    maxBuffer: 16 * 1024 * 1024,
  });
  const end = stdout.lastIndexOf(mark);
  return { status: Number(stdout.slice(end + mark.length)), body: stdout.slice(0, end) };
}

async function visit(url: string): Promise<void> {
  const redirect = await approveInProcess(url);
  await (await fetch(redirect)).body?.cancel();
}

async function showLink(url: string): Promise<void> {
  say(`Open this address in a browser on this machine, pick a user, choose Allow:\n\n${url}\n`);
  say('No browser here? npm run demo -- --script answers by itself.\n');
  const opener = process.platform === 'darwin' ? 'open' : 'xdg-open';
  if (process.env['DISPLAY'] === undefined && process.env['WAYLAND_DISPLAY'] === undefined) return;
  await run(opener, [url]).catch(() => undefined);
}

function missingText(snapshot: AgentSnapshot): string {
  const { signIn } = snapshot;
  if (signIn.phase !== 'done' || signIn.missing.length === 0) return '';
  return `Not granted: ${signIn.missing.join(', ')}\n`;
}

function problemText(problem: { title: string; tokens: string; next: string }): string {
  return `${problem.title}.\n${problem.tokens}\nNext: ${problem.next}`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
