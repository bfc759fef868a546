import { Failure } from '../failure.ts';
import { json, number, records, table, text } from '../output.ts';
import type { Command, Context } from '../types.ts';
import { endText } from './scopes.ts';

const PATH = '/v1/flows';

export const command: Command = {
  name: 'flows',
  summary: 'list, add or remove the flows that are kept',
  arguments: [
    {
      name: 'action',
      help: 'add or remove; without one the list',
      required: false,
      choices: ['add', 'remove'],
    },
    {
      name: 'flow',
      help: 'ID of the flow; to add it, its web address will do',
      required: false,
      completes: 'flow',
    },
  ],
  options: {},
  details: [
    'Every flow has a scope of its own, which lets its holder start it. The agent keeps a token for each flow ' +
      'listed here; scripts ask for it as flow:<id>.',
    'To add one the agent reads it from Globus Flows, with your sign-in. To remove one revokes nothing.',
  ],
  examples: [
    ['globus-token flows', 'titles, IDs, and until when their tokens live'],
    [
      'globus-token flows add https://app.globus.org/flows/30c8fd84-8e7f-4bbd-9d1c-3c5f3a4d1e2f',
      'keep a flow, by the address that your browser shows',
    ],
    ['globus-token get flow:30c8fd84-8e7f-4bbd-9d1c-3c5f3a4d1e2f', 'a token to start it with'],
  ],
  exits: [
    ...(['no-agent', 'locked', 'denied', 'not-set-up', 'needs-sign-in', 'needs-consent'] as const),
    ...(['network', 'not-kept', 'busy'] as const),
  ],
  async run(context, { positionals: [action, flow] }) {
    if (action === undefined) {
      show(context, await context.client.ask({ method: 'GET', path: PATH }));
      return 0;
    }
    if (action !== 'add' && action !== 'remove') {
      throw new Failure(
        'usage',
        `flows does not know ${JSON.stringify(action)}`,
        'globus-token flows --help',
      );
    }
    if (flow === undefined)
      throw new Failure('usage', `flows ${action} needs <flow>`, 'globus-token flows --help');
    const answer =
      action === 'add'
        ? await context.client.ask({ method: 'POST', path: PATH, body: { flow } })
        : await context.client.ask({ method: 'DELETE', path: PATH, query: { id: flow } });
    if (context.json) context.out(json(answer));
    else context.err(action === 'add' ? ADDED : REMOVED);
    return 0;
  },
};

const ADDED = 'Kept. To start it, allow it: globus-token login\n';
const REMOVED = 'No longer kept. What you allowed is still allowed at Globus.\n';

function show(context: Context, answer: unknown): void {
  if (context.json) return context.out(json(answer));
  const all = records(answer);
  if (all.length === 0)
    return context.err('No flow is kept.\nhint: globus-token flows add <id or address>\n');
  const rows = all.map((flow) => [
    text(flow, 'title'),
    text(flow, 'id'),
    text(flow, 'state'),
    endText(number(flow, 'expires_at'), context.now()),
  ]);
  context.out(table(['FLOW', 'ID', 'STATE', 'TOKEN ENDS IN'], rows));
}
