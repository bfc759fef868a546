import { both } from '../agent/refusals.ts';
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
  },
  details: [
    'Revokes refresh and access tokens at Globus and takes them out of the vault: programs that still hold an ' +
      'access token lose it too. It asks nothing; scopes, flows, rules and the audit log stay.',
    'Where Globus cannot be reached it says so, and claims nothing.',
    '--forget goes on only when Globus has confirmed everything. Otherwise nothing is removed: try again later, or end ' +
      'the consents at https://auth.globus.org/v2/web/consents and remove the data folder yourself.',
  ],
  examples: [
    ['globus-token logout', 'of every account'],
    ['globus-token logout --account ada@uni.example', 'of one account'],
    ['globus-token logout --scope run_status', 'of what one scope is served from'],
    ['globus-token logout --forget', 'before an uninstall: of everything, and nothing stays behind'],
  ],
  exits: [
    ...(['no-agent', 'denied', 'network', 'not-kept', 'busy', 'no-keychain', 'no-keyring'] as const),
    ...(['keychain-locked', 'keychain-slow', 'keychain-denied'] as const),
  ],
  async run(context, input) {
    const { account, scope, forget } = input.options;
    if (forget !== true) return signOut(context, input, await statusOf(context));
    const narrower = account === undefined ? scope && 'scope' : 'account';
    if (typeof narrower === 'string') throw both('forget', narrower);
    const { forgetRest, nobodySignedIn } = await import('../forget/run.ts');
    const before = await statusOf(context).catch((error: unknown) => {
      const noAgent = error instanceof Failure && error.exit === 'no-agent';
      // Without an agent nothing can be revoked, and nothing needs to be.
      if (noAgent && nobodySignedIn(context)) return {};
      throw error;
    });
    await signOut({ ...context, out: () => undefined }, input, before);
    return forgetRest(context, text(before, 'data_folder'));
  },
};

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
