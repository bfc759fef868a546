import { ACTION, endsIn, type KeptList, runKeptList } from '../kept-list.ts';
import { text } from '../output.ts';
import type { Command } from '../types.ts';

export const command: Command = {
  name: 'flows',
  summary: 'list, add or remove the flows that are kept',
  arguments: [
    ACTION,
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
  run: (context, input) => runKeptList(FLOWS, context, input),
};

const FLOWS: KeptList = {
  command: 'flows',
  one: 'flow',
  path: '/v1/flows',
  removedBy: 'id',
  none: 'No flow is kept.\nhint: globus-token flows add <id or address>\n',
  added: 'Kept. To start it, allow it: globus-token login\n',
  columns: ['FLOW', 'ID', 'STATE', 'TOKEN ENDS IN'],
  row: (flow, now) => [text(flow, 'title'), text(flow, 'id'), text(flow, 'state'), endsIn(flow, now)],
};
