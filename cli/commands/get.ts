import { asciiJson } from '../../main/broker/ascii-json.ts';
import { record } from '../output.ts';
import { secretLine, TOKEN_EXITS, TOKEN_OPTIONS, tokenQuery } from '../token-query.ts';
import type { Command } from '../types.ts';

export const command: Command = {
  name: 'get',
  summary: 'print an access token',
  arguments: [
    {
      name: 'scope',
      help: 'short name, full scope string, or flow:<id>',
      required: true,
      completes: 'scope',
    },
  ],
  options: TOKEN_OPTIONS,
  details: [
    'Prints the token and nothing else, for a variable of your script. It never asks for a password: the ' +
      'agent has the sign-in, renews it, and decides with you who gets what.',
    'At a terminal you may be asked whether this program may have it. Without one (cron, batch jobs) nobody ' +
      'is asked: a rule must allow it, or it ends at once with 5. --wait lets somebody answer elsewhere.',
    'A token on a command line can be read by everybody on the machine: globus-token curl and globus-token ' +
      'exec hand it over without.',
  ],
  examples: [
    ['TOKEN=$(globus-token get view_flows)', 'the token, for the rest of a script'],
    ['globus-token get run_status --min-ttl 2h', 'one that lives two hours more at least, or exit code 9'],
    ['globus-token get transfer --account ada@uni.example --json', 'as JSON, with its end and its scopes'],
  ],
  exits: TOKEN_EXITS,
  async run(context, { positionals, options }) {
    const query = tokenQuery(context, positionals[0] ?? '', options);
    const accept = context.json ? 'application/json' : 'text/plain';
    const answer = await context.client.ask({ method: 'GET', path: '/v1/token', query, accept });
    const token = secretLine(context.json ? record(answer)['access_token'] : answer);
    context.out(`${context.json ? asciiJson(answer) : token}\n`);
    return 0;
  },
};
