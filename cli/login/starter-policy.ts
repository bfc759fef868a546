import { Failure } from '../failure.ts';
import { record, text, texts } from '../output.ts';
import { clean } from '../text.ts';
import type { Context, Person } from '../types.ts';

/**
 * After the first sign-in of an agent without a window: no program gets a token there without a rule or an
 * answer in a terminal, so a first policy file is shown and offered. What goes wrong with it is said and does
 * not undo the sign-in.
 *
 * @param person null: it is only said that there is none
 */
export async function offerStarterPolicy(context: Context, person: Person | null): Promise<void> {
  const policy = record(await context.client.ask({ method: 'GET', path: '/v1/policy' }).catch(() => null));
  if (policy['state'] === 'bad') {
    const why = texts(policy, 'why').map((line) => clean(line));
    context.err(`No script gets a token by ${clean(text(policy, 'path'))}: ${why.join('; ')}.\n`);
  }
  if (policy['state'] !== 'absent') return;
  if (person === null) {
    context.err(`There is no policy file, so every script has to be allowed: globus-token approvals\n`);
    return;
  }
  const path = clean(text(policy, 'path'));
  const starter = text(policy, 'starter').split('\n').map(cleanLine).join('\n').trimEnd();
  person.say(`\nScripts get tokens from this agent by rules of a policy file, and there is none yet.\n`);
  person.say(`This would be a first one, ${path}:\n\n${starter}\n\n`);
  const typed = (await person.askAfresh('Write it? [y/N] '))?.trim().toLowerCase();
  if (typed !== 'y' && typed !== 'yes') {
    person.say('Not written. Allow scripts one by one: globus-token approvals\n');
    return;
  }
  try {
    await context.client.ask({ method: 'POST', path: '/v1/policy' });
    person.say(`Written: ${path}\n`);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    person.say(`It was not written. ${error.message}\n`);
  }
}

/** Keeps the indent, which `clean` would take. */
function cleanLine(line: string): string {
  const indent = /^ */.exec(line)?.[0] ?? '';
  return `${indent}${clean(line)}`;
}
