import { COMMANDS } from '../commands.ts';
import type { Command } from '../types.ts';

/** Every command's table, in the order of `--help`. */
export async function allCommands(): Promise<Command[]> {
  return Promise.all(Object.values(COMMANDS).map(async ({ load }) => (await load()).command));
}
