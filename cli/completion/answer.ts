import { COMMANDS } from '../commands.ts';
import { clean } from '../text.ts';
import type { Client } from '../types.ts';
import { complete } from './candidates.ts';
import { agentValues } from './values.ts';

/**
 * `globus-token __complete -- <words>`: one candidate per line with its help after a tab, or `:files`. Control
 * characters never reach the shell.
 *
 * @param words what stands after `--`
 */
export async function answerCompletion(
  words: readonly string[],
  client: Pick<Client, 'ask'>,
  home: string,
): Promise<string> {
  // PowerShell drops an empty argument; its script sends two quotes for one.
  const typed = words.map((word) => (word === '""' ? '' : word));
  const commands = Object.entries(COMMANDS).map(([value, { summary }]) => ({ value, help: summary }));
  const load = async (name: string) => (await COMMANDS[name]?.load())?.command ?? null;
  const found = await complete(typed, { commands, load, values: agentValues(client, home) });
  if (found.kind === 'files') return ':files\n';
  return found.words.map(({ value, help }) => `${clean(value)}\t${clean(help)}\n`).join('');
}
