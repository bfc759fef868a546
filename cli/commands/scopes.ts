import { durationText } from '../duration.ts';
import { Failure } from '../failure.ts';
import { json, number, records, table, text, texts } from '../output.ts';
import type { Command, Context } from '../types.ts';

const PATH = '/v1/scopes';

export const command: Command = {
  name: 'scopes',
  summary: 'list, add or remove the scopes that are kept',
  arguments: [
    {
      name: 'action',
      help: 'add or remove; without one the list',
      required: false,
      choices: ['add', 'remove'],
    },
    {
      name: 'scope',
      help: 'what to add: a full scope string; to remove: any name of it',
      required: false,
      completes: 'scope',
    },
  ],
  options: {},
  details: [
    'A scope is one thing that a token may be used for. The agent keeps tokens for the scopes listed here, and ' +
      'a sign-in asks for all of them.',
    'To add one signs nobody in: globus-token login asks for it. To remove one revokes nothing: ' +
      'globus-token logout --scope does.',
  ],
  examples: [
    ['globus-token scopes', 'names, states, and until when their tokens live'],
    [
      'globus-token scopes add urn:globus:auth:scope:transfer.api.globus.org:all',
      'keep one for Globus Transfer',
    ],
    ['globus-token scopes --json | jq -r ".[].scope"', 'the full scope strings, as a policy file wants them'],
  ],
  exits: ['no-agent', 'denied', 'not-kept', 'busy'],
  async run(context, { positionals: [action, scope] }) {
    if (action === undefined) {
      show(context, await context.client.ask({ method: 'GET', path: PATH }));
      return 0;
    }
    if (action !== 'add' && action !== 'remove') {
      throw new Failure(
        'usage',
        `scopes does not know ${JSON.stringify(action)}`,
        'globus-token scopes --help',
      );
    }
    if (scope === undefined)
      throw new Failure('usage', `scopes ${action} needs <scope>`, 'globus-token scopes --help');
    const answer =
      action === 'add'
        ? await context.client.ask({ method: 'POST', path: PATH, body: { scope } })
        : await context.client.ask({ method: 'DELETE', path: PATH, query: { scope } });
    if (context.json) context.out(json(answer));
    else context.err(action === 'add' ? ADDED : REMOVED);
    return 0;
  },
};

const ADDED = 'Kept. The sign-in does not cover it until you allow it: globus-token login\n';
const REMOVED = 'No longer kept. What you allowed is still allowed at Globus.\n';

function show(context: Context, answer: unknown): void {
  if (context.json) return context.out(json(answer));
  const all = records(answer);
  if (all.length === 0) return context.err('No scope is kept.\nhint: globus-token scopes add <scope>\n');
  const rows = all.map((scope) => [
    text(scope, 'name'),
    text(scope, 'state'),
    endText(number(scope, 'expires_at'), context.now()),
    texts(scope, 'also_allows').join(', '),
  ]);
  context.out(table(['SCOPE', 'STATE', 'TOKEN ENDS IN', 'ITS TOKEN ALSO ALLOWS'], rows));
}

/** @param at seconds since the epoch */
export function endText(at: number | null, now: number): string {
  return at === null ? '-' : durationText(at - now / 1_000);
}
