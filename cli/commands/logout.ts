import { Failure } from '../failure.ts';
import { json, record, text, texts } from '../output.ts';
import { clean } from '../text.ts';
import type { Command, Context, Input } from '../types.ts';

export const command: Command = {
  name: 'logout',
  summary: 'sign out and revoke the tokens',
  arguments: [],
  options: {
    account: {
      type: 'string',
      value: '<name>',
      help: 'this account alone; without it, all of them',
      completes: 'account',
    },
    scope: {
      type: 'string',
      value: '<scope>',
      help: 'only the sign-in that this scope is served from',
      completes: 'scope',
    },
    forget: {
      type: 'boolean',
      help: 'then end the agent and remove settings, rules, the audit log and what starts it: before an uninstall',
    },
    unconfirmed: {
      type: 'boolean',
      help: 'with --forget: also where Globus does not confirm it; says what may stay good, and asks first',
    },
    yes: { type: 'boolean', short: 'y', help: 'with --unconfirmed: ask nothing' },
  },
  details: [
    'Revokes refresh and access tokens at Globus and takes them out of the vault: programs that still hold an ' +
      'access token lose it too. It asks nothing; scopes, flows, rules and the audit log stay.',
    'Where Globus cannot be reached it says so, and claims nothing.',
    '--forget goes on only when Globus has confirmed everything. Otherwise nothing is removed: try again later.',
    'With --unconfirmed it goes on all the same where Globus cannot be reached, does not confirm, or the place of the ' +
      'sign-ins cannot be opened any more. It tries to revoke, says what may stay good and where to end it ' +
      '(https://auth.globus.org/v2/web/consents), and wants a yes; without a terminal it needs --yes.',
  ],
  examples: [
    ['globus-token logout', 'of every account'],
    ['globus-token logout --account ada@uni.example', 'of one account'],
    ['globus-token logout --scope run_status', 'of what one scope is served from'],
    ['globus-token logout --forget', 'before an uninstall: of everything, and nothing stays behind'],
    ['globus-token logout --forget --unconfirmed', 'the same on a machine that will not reach Globus again'],
  ],
  exits: [
    ...(['no-agent', 'denied', 'network', 'not-kept', 'busy', 'no-keychain', 'no-keyring'] as const),
    ...(['locked', 'keychain-locked', 'keychain-slow', 'keychain-denied'] as const),
    ...(['vault-truncated', 'vault-damaged', 'vault-swapped', 'needs-terminal'] as const),
  ],
  async run(context, input) {
    const { account, scope, forget, unconfirmed, yes } = input.options;
    if (unconfirmed === true && forget !== true) throw usage('--unconfirmed goes with --forget only');
    if (yes === true && unconfirmed !== true) throw usage('--yes goes with --unconfirmed only');
    if (forget !== true) return signOut(context, input, await statusOf(context));
    const narrower = account === undefined ? scope && 'scope' : 'account';
    if (typeof narrower === 'string') throw usage(`--forget and --${narrower} do not go together`);
    const { forgetRest, nobodySignedIn } = await import('../forget/run.ts');
    const before = await statusOf(context).catch((error: unknown) => {
      const noAgent = error instanceof Failure && error.exit === 'no-agent';
      // Without an agent nothing can be revoked, and nothing needs to be.
      if (noAgent && nobodySignedIn(context)) return {};
      throw error;
    });
    const quiet = { ...context, out: () => undefined };
    let givenUp: readonly string[] = [];
    try {
      await signOut(quiet, input, before);
    } catch (error) {
      if (unconfirmed !== true || !(error instanceof Failure)) throw error;
      givenUp = await giveUp(quiet, error, before, yes === true);
    }
    return forgetRest(context, text(before, 'data_folder'), givenUp);
  },
};

/**
 * After a sign-out that failed: lets go of the sign-ins all the same, once a person said so.
 *
 * @returns whose they were
 * @throws Failure the very one where it is no reason to, or where nobody said yes
 */
async function giveUp(
  context: Context,
  why: Failure,
  before: Status,
  yes: boolean,
): Promise<readonly string[]> {
  const { canGoWithout, confirmGivingUp } = await import('../forget/unconfirmed.ts');
  const given = {
    accounts: texts(before, 'accounts'),
    backend: text(before, 'backend'),
    vaultState: text(before, 'vault_state'),
  };
  if (!canGoWithout(why, given)) throw why;
  await confirmGivingUp(context, why, given, yes);
  try {
    await context.client.ask({ method: 'POST', path: '/v1/sign-out', body: { unconfirmed: true } });
  } catch (error) {
    // The folder with the file goes, or the keychain is not there: the person was told.
    if (!(error instanceof Failure) || error.exit === 'network' || !canGoWithout(error, given)) throw error;
  }
  return given.accounts;
}

function usage(detail: string): Failure {
  return new Failure('usage', detail, 'globus-token logout --help');
}

type Status = Readonly<Record<string, unknown>>;

async function statusOf(context: Context): Promise<Status> {
  return record(await context.client.ask({ method: 'GET', path: '/v1/status' }));
}

/** @throws Failure when Globus did not confirm it */
async function signOut(context: Context, { options }: Input, before: Status): Promise<number> {
  const { account, scope } = options;
  const held = texts(before, 'accounts');
  if (held.length === 0 && account === undefined) {
    if (context.json) context.out(json(before));
    else context.err('Nobody is signed in, so nothing was revoked.\n');
    return 0;
  }
  const body = {
    ...(typeof account === 'string' && { account }),
    ...(typeof scope === 'string' && { scope }),
  };
  const whose = typeof account === 'string' ? account : held.join(', ');
  const what = typeof scope === 'string' ? `the tokens of ${scope}` : 'all tokens';
  if (!context.json) context.err(`Revoking ${clean(what)} of ${clean(whose)} at Globus.\n`);
  const after = await context.client.ask({ method: 'POST', path: '/v1/sign-out', body });
  if (context.json) context.out(json(after));
  else context.err('Signed out: refresh and access tokens are revoked and no longer kept.\n');
  return 0;
}
