import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { Failure } from '../failure.ts';
import { agentBundle } from './start.ts';

/**
 * Becomes the agent: its program runs in this very process, so that signals, the terminal and a socket that a service
 * manager passed on are its own. The agent ends the process itself, with its own exit code.
 *
 * @param words options of the agent
 * @throws Failure `failed` where the program is not installed
 */
export async function becomeAgent(dist: string, words: readonly string[]): Promise<never> {
  const bundle = agentBundle(dist);
  if (!existsSync(bundle)) throw missing(bundle);
  process.argv = [process.execPath, bundle, ...words];
  await import(/* @vite-ignore */ pathToFileURL(bundle).href);
  return new Promise<never>(() => undefined);
}

function missing(bundle: string): Failure {
  return new Failure(
    'failed',
    `The agent’s program is missing: ${bundle}`,
    'Install globus-token-tray again',
  );
}
