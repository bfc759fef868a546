import { json } from '../output.ts';
import type { Command } from '../types.ts';

export const command: Command = {
  name: 'lock',
  summary: 'lock the agent, so that it hands out nothing',
  arguments: [],
  options: {},
  details: [
    'Tokens in memory are dropped and open questions count as no. Sign-ins stay where they are kept. Tokens ' +
      'that programs already have stay good until they end: globus-token logout revokes them.',
    'globus-token unlock, or the app, opens it again.',
  ],
  examples: [
    ['globus-token lock', 'before you leave the machine'],
    ['globus-token lock --json | jq .locked', 'the same from a script: true'],
  ],
  exits: ['no-agent', 'denied', 'busy'],
  async run(context) {
    const status = await context.client.ask({ method: 'POST', path: '/v1/lock' });
    if (context.json) context.out(json(status));
    else context.err('Locked. Sign-ins are kept; nothing is handed out until globus-token unlock.\n');
    return 0;
  },
};
