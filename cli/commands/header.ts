import { json } from '../output.ts';
import { secretLine, TOKEN_EXITS, TOKEN_OPTIONS, tokenQuery } from '../token-query.ts';
import type { Command } from '../types.ts';
import { command as get } from './get.ts';

export const command: Command = {
  name: 'header',
  summary: 'print an Authorization header',
  arguments: get.arguments,
  options: TOKEN_OPTIONS,
  details: [
    'Prints the whole line, “Authorization: Bearer …”, for programs that read headers from a file or from ' +
      'stdin, so that the token stands on no command line.',
    'Who may have it, and who is asked, is as with globus-token get.',
  ],
  examples: [
    [
      'globus-token header view_flows | curl -q -sS -H @- https://flows.globus.org/flows',
      'a request that shows the token to nobody',
    ],
    ['globus-token header run_status --wait 5m', 'give somebody five minutes to say yes'],
  ],
  exits: TOKEN_EXITS,
  async run(context, { positionals, options }) {
    const query = tokenQuery(context, positionals[0] ?? '', options);
    const request = { method: 'GET', path: '/v1/header', query, accept: 'text/plain' } as const;
    const header = secretLine(await context.client.ask(request));
    context.out(context.json ? json({ header }) : `${header}\n`);
    return 0;
  },
};
