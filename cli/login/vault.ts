import { Failure } from '../failure.ts';
import { record, text } from '../output.ts';
import { askNewPassphrase, askPassphrase } from '../passphrase/ask.ts';
import type { Context, Person } from '../types.ts';

type Status = Readonly<Record<string, unknown>>;

/**
 * Makes sure, before anybody goes to a browser, that a sign-in can be kept: asks for a passphrase, or where to
 * keep it where there is no keychain.
 *
 * @param person null: nobody can be asked
 * @returns the agent's status afterwards
 * @throws Failure `no-keychain`, `no-keyring`, `locked`, what the agent says to the passphrase
 */
export async function ensureVault(context: Context, status: Status, person: Person | null): Promise<Status> {
  const state = text(status, 'vault_state');
  if (text(status, 'backend') === 'passphrase' && (state === 'locked' || status['locked'] === true)) {
    if (person === null) throw LOCKED();
    person.say('Sign-ins are kept in a passphrase file, which is locked.\n');
    return unlock(context, { passphrase: await askPassphrase(person) });
  }
  if (state !== 'missing') return status;
  if (person === null) throw noKeychain(status);
  return choose(context, person, status);
}

async function choose(context: Context, person: Person, status: Status): Promise<Status> {
  person.say(`${missingText(status)} Sign-ins can be kept in\n`);
  person.say('  p  a file that a passphrase of yours encrypts: it lasts\n');
  person.say('  m  memory: it is gone when the agent ends\n');
  for (;;) {
    const typed = (await person.askAfresh('Where? [p/m] '))?.trim().toLowerCase();
    if (typed === undefined || typed === '') throw noKeychain(status);
    if (typed === 'm') return vault(context, { backend: 'memory' });
    if (typed === 'p') {
      return vault(context, { backend: 'passphrase', passphrase: await askNewPassphrase(person) });
    }
  }
}

async function vault(context: Context, body: Readonly<Record<string, string>>): Promise<Status> {
  return record(await context.client.ask({ method: 'POST', path: '/v1/vault', body }));
}

async function unlock(context: Context, body: Readonly<Record<string, string>>): Promise<Status> {
  return record(await context.client.ask({ method: 'POST', path: '/v1/unlock', body }));
}

const ABSENCES: Readonly<Record<string, string>> = {
  bus: 'There is no keychain here: no D-Bus session runs.',
  service: 'There is no keychain here: no program offers one (Secret Service).',
  collection: 'The keychain has no default keyring.',
  library: 'There is no keychain here: the library that speaks to it could not be loaded.',
};

function missingText(status: Status): string {
  if (text(status, 'backend') === 'passphrase') return 'The passphrase file is not there.';
  return ABSENCES[text(status, 'vault_absence')] ?? 'There is no keychain here.';
}

function noKeychain(status: Status): Failure {
  return new Failure(
    text(status, 'vault_absence') === 'collection' ? 'no-keyring' : 'no-keychain',
    `${missingText(status)} A sign-in could not be kept, so none was started.`,
    'Keep it in a passphrase file: globus-token unlock --new; or in memory: globus-token unlock --memory',
    'vault-trouble',
  );
}

const LOCKED = () =>
  new Failure(
    'locked',
    'The passphrase file is locked, and there is no terminal to ask for its passphrase. Nothing was changed.',
    'globus-token unlock --passphrase-fd <n>',
    'locked',
  );
