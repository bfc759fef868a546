import { Failure } from '../failure.ts';
import { record } from '../output.ts';
import type { Context, Person } from '../types.ts';

type Status = Readonly<Record<string, unknown>>;

/** The one of the Globus SDK documents, for trying only (GLOBUS.md §1.5). */
export const TUTORIAL_CLIENT_ID = '61338d24-54d5-408f-a10d-66c06b59f6d2';

const REGISTER = 'https://app.globus.org/settings/developers/registration/public_installed_client';
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const TRIES = 3;

/**
 * Sets the client ID that was given, or asks the person for one where the agent has none.
 *
 * @param given as the command line has it; null: it has none
 * @param person null: nobody can be asked
 * @returns the agent's status afterwards
 * @throws Failure `not-set-up`, `usage`
 */
export async function ensureClientId(
  context: Context,
  status: Status,
  given: string | null,
  person: Person | null,
): Promise<Status> {
  if (given !== null) {
    if (!UUID.test(given)) {
      throw new Failure('usage', `--client-id takes a UUID, not ${JSON.stringify(given)}`, REGISTER);
    }
    return given.toLowerCase() === status['client_id'] ? status : set(context, given);
  }
  if (typeof status['client_id'] === 'string') return status;
  if (person === null) throw NOT_SET_UP();
  return set(context, await askClientId(person));
}

async function askClientId(person: Person): Promise<string> {
  person.say(STEPS);
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const typed = (await person.ask('Client ID, or “try”: '))?.trim();
    if (typed === undefined || typed === '') break;
    if (UUID.test(typed)) return typed;
    if (typed.toLowerCase() === 'try') {
      person.say(CAVEATS);
      return TUTORIAL_CLIENT_ID;
    }
    person.say('A client ID is a UUID, as in 9c5b5e5e-2f0a-4d1c-9e7d-0d1e2f3a4b5c.\n');
  }
  throw NOT_SET_UP();
}

async function set(context: Context, id: string): Promise<Status> {
  return record(
    await context.client.ask({ method: 'POST', path: '/v1/client', body: { client_id: id.toLowerCase() } }),
  );
}

const STEPS = `Globus wants to know which app asks, so this needs a client ID of your own, once. It is free, and no secret.
1. Sign in at ${REGISTER}
2. Register “a thick client or script”; for pasted codes add the redirect https://auth.globus.org/v2/web/auth-code
3. Copy its Client UUID to here. Or type “try” to look around first with the Globus tutorial client.
`;

const CAVEATS =
  'The tutorial client is for trying only: the consent page names another app, its consents are shared with ' +
  'every tool that uses it, and Globus may remove it. Later: globus-token login --client-id <uuid>\n';

const NOT_SET_UP = () =>
  new Failure(
    'not-set-up',
    'The app has no client ID yet, so nobody can sign in. Nothing was changed.',
    `Register a native app at ${REGISTER}, then: globus-token login --client-id <uuid>`,
    'not-set-up',
  );
