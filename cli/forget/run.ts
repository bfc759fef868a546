import { homedir } from 'node:os';
import { whoAnswers } from '../agent/status.ts';
import { stopAgent } from '../agent/stop.ts';
import { Failure } from '../failure.ts';
import { json } from '../output.ts';
import { clean } from '../text.ts';
import type { Context } from '../types.ts';
import { type Forgotten, forgetPlaces, holdsNoSignIn, type Machine, ownDataFolder } from './places.ts';

/** Whether there is nothing to revoke: then no agent is needed to forget the rest. */
export function nobodySignedIn(context: Context): boolean {
  return holdsNoSignIn(ownDataFolder(machineOf(context)));
}

/**
 * What is left to do once everything is revoked, or nobody was signed in: ends the agent and removes what the app keeps.
 *
 * @param told the data folder by the agent; '' when there is none
 * @param unconfirmed accounts whose end Globus did not confirm
 * @throws Failure `busy` while the app runs, `usage` where this system cannot be asked to end an agent
 */
export async function forgetRest(
  context: Context,
  told: string,
  unconfirmed: readonly string[],
): Promise<number> {
  const machine = machineOf(context);
  const answering = await whoAnswers(context.client.path);
  if (answering?.kind === 'desktop') {
    throw new Failure(
      'busy',
      `${unconfirmed.length > 0 ? '' : 'Nobody is signed in any more. '}The app runs and keeps its settings until it has ended.`,
      'Quit it in its menu, then run the same again',
    );
  }
  if (answering !== null) await stopAgent(context.client.path);
  const forgotten = forgetPlaces(told === '' ? ownDataFolder(machine) : told, machine);
  if (context.json) context.out(json({ ...forgotten, unconfirmed }));
  else report(context, forgotten);
  return forgotten.left.length === 0 ? 0 : 1;
}

function report(context: Context, { removed, left, command }: Forgotten): void {
  for (const path of removed) context.err(`Removed ${clean(path)}\n`);
  for (const { path, why } of left) context.err(`Left ${clean(path)}: ${clean(why)}\n`);
  if (command !== null) context.err(`To end what it started: ${command}\n`);
  if (removed.length + left.length === 0) context.err('There was nothing else to remove.\n');
}

function machineOf({ env, platform }: Context): Machine {
  return { env, platform, home: homedir() };
}
