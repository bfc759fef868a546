import { setTimeout as pause } from 'node:timers/promises';
import { Failure } from '../failure.ts';
import { number, records, text } from '../output.ts';
import type { Context, Person } from '../types.ts';
import { type Answer, answerOf, choices, questionText } from './question.ts';

const PATH = '/v1/approvals';
const POLL_MS = 1_000;
/** After a "once" the next process of the same script comes to its turn: how often, and at what distance, it is looked for. */
const NEXT_LOOKS = 20;
const NEXT_MS = 100;

export async function pending(context: Context): Promise<Readonly<Record<string, unknown>>[]> {
  return records(await context.client.ask({ method: 'GET', path: PATH }));
}

/** @returns the questions that still wait */
export async function give(context: Context, id: string, answer: string): Promise<unknown> {
  return context.client.ask({ method: 'POST', path: PATH, body: { id, answer } });
}

/**
 * Shows each waiting question and asks the person for an answer; with `watch` also those that come later, until
 * a signal or the end of the terminal's input.
 */
export async function askAll(context: Context, person: Person, watch: boolean): Promise<void> {
  const seen = new Set<string>();
  let more = false;
  for (let first = true; ; first = false) {
    const fresh = await unseen(context, seen, more ? NEXT_LOOKS : 1);
    if (first && fresh.length === 0) person.say(watch ? WATCHING : NONE);
    more = false;
    for (const asked of fresh) {
      seen.add(text(asked, 'id'));
      const answer = await askOne(context, person, asked);
      if (answer === null) return;
      more ||= answer === 'once' && (number(asked, 'behind') ?? 0) > 0;
    }
    if (!watch && fresh.length === 0) return;
    if (watch) await pause(POLL_MS);
  }
}

/** Those that were not shown yet; with several looks the first that come. */
async function unseen(context: Context, seen: ReadonlySet<string>, looks: number) {
  for (let look = 1; ; look++) {
    const fresh = (await pending(context)).filter((one) => !seen.has(text(one, 'id')));
    if (fresh.length > 0 || look >= looks) return fresh;
    await pause(NEXT_MS);
  }
}

/** Prints the questions as they come, without asking anybody. */
export async function printAll(context: Context, watch: boolean): Promise<void> {
  const seen = new Set<string>();
  for (;;) {
    for (const asked of await pending(context)) {
      const id = text(asked, 'id');
      if (!seen.has(id)) context.out(`${questionText(asked, context.now())}\n`);
      seen.add(id);
    }
    if (!watch) break;
    await pause(POLL_MS);
  }
  if (seen.size === 0) context.err(NONE);
}

/** @returns null: the person wants to answer no more */
async function askOne(
  context: Context,
  person: Person,
  asked: Readonly<Record<string, unknown>>,
): Promise<Answer | 'skip' | null> {
  person.say(questionText(asked, context.now()));
  for (;;) {
    const typed = await person.askAfresh(choices(asked));
    if (typed === null) return null;
    const answer = answerOf(typed, asked);
    if (answer === 'skip') person.say('Skipped; it still waits.\n\n');
    else if (answer !== null) await answerOne(context, person, text(asked, 'id'), answer);
    if (answer !== null) return answer;
  }
}

async function answerOne(context: Context, person: Person, id: string, answer: Answer): Promise<void> {
  try {
    await give(context, id, answer);
    person.say(`${SAID[answer]}\n\n`);
  } catch (error) {
    // Meanwhile it was answered elsewhere, or its program went away: the next one may still be asked.
    if (!(error instanceof Failure) || error.reason !== 'not-found') throw error;
    person.say(`${error.message}\n\n`);
  }
}

const SAID: Readonly<Record<Answer, string>> = {
  once: 'Allowed once.',
  'ten-minutes': 'Allowed for ten minutes.',
  hour: 'Allowed for an hour.',
  terminal: 'Allowed until that terminal closes.',
  always: 'Always allowed. Take it back: globus-token approvals --rules',
  deny: 'Denied.',
  never: 'Never allowed. Take it back: globus-token approvals --rules',
};
const NONE = 'No question waits.\n';
const WATCHING = 'No question waits. Watching for new ones; Ctrl-C ends.\n';
