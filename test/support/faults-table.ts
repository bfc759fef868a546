import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A row of docs/faults.md. */
export interface FaultRow {
  readonly fault: string;
  readonly seen: string;
  readonly tokens: string;
  /** `test/some.test.ts`: title, several separated by <br>. */
  readonly proofs: string;
  /** How many cells it has. */
  readonly cells: number;
}

const FILE = join(import.meta.dirname, '..', '..', 'docs', 'faults.md');

export const FAULTS: readonly FaultRow[] = readFileSync(FILE, 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (?:-|fault )/.test(line))
  .map((line) => {
    const cells = line.split('|').slice(1, -1);
    const [fault = '', seen = '', tokens = '', proofs = ''] = cells.map((cell) => cell.trim());
    return { fault, seen, tokens, proofs, cells: cells.length };
  });

/** What a row says that one sees, of those whose words are no more than these. */
export interface Promised {
  /** With which `globus-token get` ends; 0 where no code is said. */
  readonly exit: number;
  /** With which a change of the settings ends; 0 where none is said. */
  readonly change: number;
  /** Of the vault; `ready` where none is said. */
  readonly state: string;
  readonly words: string;
}

/** @throws when there is no such row, or when it says something else as well */
export function promised(fault: string): Promised {
  const row = FAULTS.find((one) => one.fault === fault);
  if (row === undefined) throw new Error(`docs/faults.md has no row “${fault}”`);
  const said = { exit: 0, change: 0, state: 'ready', words: '' };
  for (const part of row.seen.split('; ')) {
    const [, state] = /^vault state `(\w+)`$/.exec(part) ?? [];
    const [, words] = /^“([^”]+)”$/.exec(part) ?? [];
    const [, exit] = /^exit (\d+)(?: for what needs the keyring)?$/.exec(part) ?? [];
    const [, change] = /^changes of the settings: exit (\d+)$/.exec(part) ?? [];
    if (state !== undefined) said.state = state;
    else if (words !== undefined) said.words = words;
    else if (exit !== undefined) said.exit = Number(exit);
    else if (change !== undefined) said.change = Number(change);
    else if (part !== 'nothing') throw new Error(`docs/faults.md, “${fault}”: what is “${part}”?`);
  }
  return said;
}
