import { Failure } from '../failure.ts';
import type { Person } from '../types.ts';

/** As the broker's contract has it, in characters. */
const LONGEST = 1_024;
const TRIES = 3;

/** @throws Failure `usage` for one that no agent takes */
export function checkedPassphrase(passphrase: string): string {
  if (passphrase === '') {
    throw new Failure('usage', 'The passphrase is empty. Nothing was changed.', 'globus-token unlock --help');
  }
  if (passphrase.length > LONGEST) {
    throw new Failure(
      'usage',
      `The passphrase is longer than ${LONGEST.toLocaleString('en')} characters. Nothing was changed.`,
      'globus-token unlock --help',
    );
  }
  return passphrase;
}

/** @throws Failure `needs-terminal` when none was typed */
export async function askPassphrase(person: Person, question = 'Passphrase: '): Promise<string> {
  const typed = await person.askSecret(question);
  if (typed === null) throw new Failure('needs-terminal', NOTHING_TYPED, 'globus-token unlock');
  return checkedPassphrase(typed);
}

/**
 * Asks twice, because nobody sees what they type and nobody can tell them later.
 *
 * @throws Failure `needs-terminal` when none was typed, `usage` when the two never agreed
 */
export async function askNewPassphrase(person: Person): Promise<string> {
  person.say('Without this passphrase nobody can read the file, and nobody can tell it to you again.\n');
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const first = await askPassphrase(person, 'New passphrase: ');
    const again = await askPassphrase(person, 'The same again: ');
    if (first === again) return first;
    person.say('These were not the same.\n');
  }
  throw new Failure(
    'usage',
    'The two passphrases were not the same. Nothing was made.',
    'Try again: globus-token unlock --new',
  );
}

const NOTHING_TYPED = 'No passphrase was typed. Nothing was changed.';
