import type { Command } from './types.ts';

export interface CommandEntry {
  /** One line; kept here too, so that the list of commands loads none of them. */
  readonly summary: string;
  readonly load: () => Promise<{ command: Command }>;
}

/** In the order of `--help`. Each loads its code only when it runs: the warm path must be short. */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  get: { summary: 'print an access token', load: () => import('./commands/get.ts') },
  header: { summary: 'print an Authorization header', load: () => import('./commands/header.ts') },
  curl: { summary: 'run curl with the header of a scope', load: () => import('./commands/curl.ts') },
  exec: {
    summary: 'run a program with tokens in its environment',
    load: () => import('./commands/exec.ts'),
  },
  snippet: {
    summary: 'print a ready-made request that gets its token when it runs',
    load: () => import('./commands/snippet.ts'),
  },
  check: {
    summary: 'say whether a token will still be had later',
    load: () => import('./commands/check.ts'),
  },
  scopes: {
    summary: 'list, add or remove the scopes that are kept',
    load: () => import('./commands/scopes.ts'),
  },
  flows: {
    summary: 'list, add or remove the flows that are kept',
    load: () => import('./commands/flows.ts'),
  },
  status: {
    summary: 'say who answers, for which account, from which vault',
    load: () => import('./commands/status.ts'),
  },
  login: { summary: 'sign in, and allow what the scopes say', load: () => import('./commands/login.ts') },
  logout: { summary: 'sign out and revoke the tokens', load: () => import('./commands/logout.ts') },
  import: {
    summary: 'take in the token files of globus-cli and the Globus SDK, or end them',
    load: () => import('./commands/import.ts'),
  },
  lock: { summary: 'lock the agent, so that it hands out nothing', load: () => import('./commands/lock.ts') },
  unlock: {
    summary: 'unlock the agent, or choose where it keeps sign-ins',
    load: () => import('./commands/unlock.ts'),
  },
  approvals: {
    summary: 'answer the questions that wait, and see or revoke rules',
    load: () => import('./commands/approvals.ts'),
  },
  audit: { summary: 'show who got which token, and who did not', load: () => import('./commands/audit.ts') },
  doctor: {
    summary: 'check this installation, and say what to do',
    load: () => import('./commands/doctor.ts'),
  },
  agent: { summary: 'run the agent without a window', load: () => import('./commands/agent.ts') },
  forward: {
    summary: 'give programs on another machine tokens of some scopes, over ssh',
    load: () => import('./commands/forward.ts'),
  },
  completion: {
    summary: 'print the completion script of a shell',
    load: () => import('./commands/completion.ts'),
  },
};
