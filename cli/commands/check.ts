import { exitCode } from '../exit-codes.ts';
import { Failure } from '../failure.ts';
import { json, record, text } from '../output.ts';
import { clean } from '../text.ts';
import { TOKEN_EXITS } from '../token-query.ts';
import type { Command } from '../types.ts';
import { durationOption } from '../wait.ts';

export const command: Command = {
  name: 'check',
  summary: 'say whether a token will still be had later',
  arguments: [
    {
      name: 'scope',
      help: 'of which scope; without one, of all that are kept',
      required: false,
      completes: 'scope',
    },
  ],
  options: {
    for: { type: 'string', value: '<duration>', help: 'how long from now: 90m, 72h, 7d', completes: 'none' },
  },
  details: [
    'Ask it before a long job. A token lives two days at most, but the agent renews it as long as the sign-in ' +
      'lasts: what ends a sign-in before its time (disuse, a session policy, a consent that was taken back) is ' +
      'what the answer is about. “by-renewal” means yes, as long as the agent runs and reaches Globus.',
    'Nobody is asked and no token leaves.',
  ],
  examples: [
    ['globus-token check transfer --for 72h && sbatch job.sh', 'submit only what its token will outlive'],
    ['globus-token check --for 7d --json', 'of every kept scope, for a monitor'],
  ],
  exits: TOKEN_EXITS.filter((exit) => exit !== 'denied' && exit !== 'network'),
  async run(context, { positionals: [scope], options }) {
    const given = options['for'];
    if (typeof given !== 'string') {
      throw new Failure('usage', 'check needs --for <duration>', 'globus-token check --for 72h');
    }
    const query = { scope, for: durationOption('--for', given) };
    const answer = record(await context.client.ask({ method: 'GET', path: '/v1/check', query }));
    const said = text(answer, 'answer');
    context.out(context.json ? json(answer) : `${clean(said)}: ${clean(text(answer, 'why'))}\n`);
    switch (said) {
      case 'yes':
      case 'by-renewal':
        return exitCode('ok');
      default:
        // Of `unknown` too: who is not there is a problem of its own, so this is a token that nobody can promise.
        return exitCode('expires-too-soon');
    }
  },
};
