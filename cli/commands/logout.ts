import { json, record, texts } from '../output.ts';
import { clean } from '../text.ts';
import type { Command } from '../types.ts';

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
  },
  details: [
    'Revokes refresh and access tokens at Globus and takes them out of the vault: programs that still hold an ' +
      'access token lose it too. It asks nothing; scopes, flows, rules and the audit log stay.',
    'Where Globus cannot be reached it says so, and claims nothing.',
  ],
  examples: [
    ['globus-token logout', 'of every account'],
    ['globus-token logout --account ada@uni.example', 'of one account'],
    ['globus-token logout --scope run_status', 'of what one scope is served from'],
  ],
  exits: [
    ...(['no-agent', 'denied', 'network', 'not-kept', 'busy', 'no-keychain', 'no-keyring'] as const),
    ...(['keychain-locked', 'keychain-slow', 'keychain-denied'] as const),
  ],
  async run(context, { options }) {
    const { account, scope } = options;
    const before = record(await context.client.ask({ method: 'GET', path: '/v1/status' }));
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
  },
};
