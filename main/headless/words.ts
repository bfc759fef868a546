import { hostname } from 'node:os';
import type { Agent } from '../agent.ts';
import type { LockHolder } from '../session/locks/types.ts';
import { vaultProblem, withoutWindow } from '../vault/messages.ts';
import type { HeadlessBroker } from './broker.ts';
import { whoDecides } from './who-decides.ts';

/** Whoever started the agent without a window: a person at a terminal, or a service's journal. */
interface Listener {
  /** One line, without its end. */
  say: (line: string) => void;
  platform: NodeJS.Platform;
}

/** What they should know of the start. */
export function sayState(
  { say, platform }: Listener,
  agent: Pick<Agent, 'snapshot'>,
  opened: Pick<HeadlessBroker, 'broker' | 'oidc' | 'policy' | 'policyPath'>,
): void {
  const { broker, oidc, policy, policyPath } = opened;
  const { backend, status, label, absence, damage } = agent.snapshot().vault;
  const state = status === 'ready' ? label : `${label}, ${status}`;
  say(`pid ${process.pid} listens at ${broker.path} (${PLACES[backend]}: ${state})`);
  if (oidc.path !== null) say(`clients of oidc-agent are answered: OIDC_SOCK=${oidc.path}`);
  if (oidc.why !== null) say(`clients of oidc-agent are not answered: ${oidc.why}`);
  if (status !== 'ready') {
    const { title, tokens, next } = withoutWindow(vaultProblem(status, label, absence, damage));
    say(`${title}. ${tokens} ${next}`);
  } else if (agent.snapshot().accounts.length === 0) {
    say('nobody is signed in; sign in with: globus-token login');
  }
  for (const line of whoDecides(platform, policy, policyPath)) say(line);
}

const PLACES = { keychain: 'keychain', passphrase: 'vault', memory: 'vault' } as const;

/** At the end. @param count sign-ins that the vault did not take */
export function unsavedLine(count: number): string {
  const what =
    count === 1
      ? '1 renewed sign-in could not be saved and ends'
      : `${count} renewed sign-ins could not be saved and end`;
  return `${what} now; sign in again: globus-token login`;
}

/** Instead of a start. @param holder null when its note cannot be read */
export function servedLine(holder: LockHolder | null): string {
  if (holder === null) return 'another agent is about to serve, or about to end; start again if none does';
  const { pid, kind, socket, host } = holder;
  if (host !== hostname()) return servedThere(holder);
  return `pid ${pid} (${kind}) already serves ${socket ?? 'and opens its socket now'}`;
}

/** A home that machines share: what serves there answers nobody here. */
function servedThere({ pid, kind, host }: LockHolder): string {
  return [
    `pid ${pid} (${kind}) on ${host} serves this data folder, and answers only there; none was started here`,
    'for one on this machine: globus-token agent --data-folder <a folder that no other machine uses>',
  ].join('\n  ');
}
