import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '../types.ts';
import type { Candidate, CompletionParts } from './candidates.ts';
import { FLOWS_SCOPE_NAMES, TOOL_NAMES } from './known.ts';
import { SHELLS } from './scripts.ts';

/** Longer than this nobody waits at a Tab. Milliseconds. */
const PATIENCE = 700;

/**
 * The names that the agent keeps. Where none answers in time, the scopes that every installation has are
 * offered, and of the rest nothing.
 *
 * @param client one that starts no agent
 */
export function agentValues(client: Pick<Client, 'ask'>, home: string): CompletionParts['values'] {
  return async (what) => {
    switch (what) {
      case 'scope':
        return (await scopes(client)) ?? plain(FLOWS_SCOPE_NAMES, 'scope of Globus Flows');
      case 'account': {
        const status = await get(client, '/v1/status');
        return plain(strings(status, 'accounts'), 'account');
      }
      case 'flow':
        return list(await get(client, '/v1/flows')).flatMap((flow) => candidate(flow, 'id', 'title'));
      case 'rule':
        return list(await get(client, '/v1/rules')).flatMap((rule) => candidate(rule, 'id', 'program'));
      case 'host':
        return plain(await sshHosts(home), 'SSH host');
      case 'tool':
        return plain(TOOL_NAMES, 'snippet for');
      case 'shell':
        return plain(SHELLS, 'shell');
    }
  };
}

async function scopes(client: Pick<Client, 'ask'>): Promise<Candidate[] | null> {
  const answer = await get(client, '/v1/scopes');
  if (!Array.isArray(answer)) return null;
  return list(answer).flatMap((scope) => candidate(scope, 'name', 'state'));
}

async function get(client: Pick<Client, 'ask'>, path: string): Promise<unknown> {
  const signal = AbortSignal.timeout(PATIENCE);
  return client.ask({ method: 'GET', path, signal }).catch(() => null);
}

function list(answer: unknown): Record<string, unknown>[] {
  if (!Array.isArray(answer)) return [];
  return answer.filter((one): one is Record<string, unknown> => typeof one === 'object' && one !== null);
}

function candidate(from: Record<string, unknown>, value: string, help: string): Candidate[] {
  const name = from[value];
  const about = from[help];
  return typeof name === 'string' ? [{ value: name, help: typeof about === 'string' ? about : '' }] : [];
}

function strings(answer: unknown, key: string): string[] {
  const all = typeof answer === 'object' && answer !== null ? (answer as Record<string, unknown>)[key] : null;
  return Array.isArray(all) ? all.filter((one): one is string => typeof one === 'string') : [];
}

function plain(values: readonly string[], help: string): Candidate[] {
  return values.map((value) => ({ value, help }));
}

/** Host names of ~/.ssh/config that are no patterns (ssh_config(5), "Host"). */
async function sshHosts(home: string): Promise<string[]> {
  const text = await readFile(join(home, '.ssh', 'config'), 'utf8').catch(() => '');
  const names = [...text.matchAll(/^[ \t]*Host[ \t=]+(.+)$/gim)].flatMap(([, rest = '']) =>
    rest.trim().split(/\s+/),
  );
  return [...new Set(names.filter((name) => /^[\w.-]+$/.test(name)))];
}
