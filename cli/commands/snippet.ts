import { TOOL_NAMES } from '../completion/known.ts';
import { Failure } from '../failure.ts';
import { json } from '../output.ts';
import { isPlain } from '../text.ts';
import type { Command } from '../types.ts';

export const command: Command = {
  name: 'snippet',
  summary: 'print a ready-made request that gets its token when it runs',
  arguments: [
    {
      name: 'scope',
      help: 'short name, full scope string, or flow:<id>',
      required: true,
      completes: 'scope',
    },
  ],
  options: {
    tool: {
      type: 'string',
      value: '<tool>',
      help: `written for: ${TOOL_NAMES.join(', ')}; curl unless given`,
      completes: 'tool',
      choices: TOOL_NAMES,
    },
    recipe: {
      type: 'string',
      value: '<name>',
      help: 'another request than the scope’s usual one',
      completes: 'none',
    },
  },
  details: [
    'No token is in it: it asks the agent each time it runs, and you decide then. So it may be kept in a file, ' +
      'in a notebook, in a repository.',
  ],
  examples: [
    ['globus-token snippet view_flows', 'a curl command that lists your flows'],
    ['globus-token snippet view_flows --tool python-sdk', 'the same with the Globus SDK'],
    ['globus-token snippet view_flows | sh', 'run it'],
  ],
  exits: ['no-agent', 'not-kept', 'busy'],
  async run(context, { positionals, options }) {
    const { tool, recipe } = options;
    const query = {
      scope: positionals[0],
      tool: typeof tool === 'string' ? tool : undefined,
      recipe: typeof recipe === 'string' ? recipe : undefined,
    };
    const accept = context.json ? 'application/json' : 'text/plain';
    const answer = await context.client.ask({ method: 'GET', path: '/v1/snippet', query, accept });
    // An agent's has none: it would be no text to read, and not what a shell or a terminal should get.
    if (!context.json && !isPlain(String(answer))) {
      throw new Failure(
        'failed',
        'The answer holds control characters, so it is not shown.',
        'globus-token doctor',
      );
    }
    context.out(context.json ? json(answer) : `${String(answer)}\n`);
    return 0;
  },
};
