import { Failure } from '../failure.ts';
import { json, records, table, text } from '../output.ts';
import type { Command } from '../types.ts';

export const command: Command = {
  name: 'audit',
  summary: 'show who got which token, and who did not',
  arguments: [],
  options: {
    limit: {
      type: 'string',
      short: 'n',
      value: '<number>',
      help: 'so many lines, 1 to 1000; 20 unless given',
      completes: 'none',
    },
  },
  details: [
    'The agent writes a line before a token leaves, and one for every refusal: time, program, scope, and what ' +
      'decided. The newest comes first. No token is in it.',
    'What a program calls itself, and the script it says it runs, are its own claims.',
  ],
  examples: [
    ['globus-token audit', 'the last 20 lines'],
    [
      'globus-token audit -n 1000 --json | jq ".[] | select(.answer == \\"denied\\")"',
      'every refusal among the last thousand',
    ],
  ],
  exits: ['no-agent', 'denied', 'busy'],
  async run(context, { options }) {
    const given = options['limit'] ?? '20';
    if (typeof given !== 'string' || !/^[1-9]\d{0,3}$/.test(given) || Number(given) > 1_000) {
      throw new Failure('usage', '-n takes a whole number from 1 to 1000', 'globus-token audit -n 20');
    }
    const answer = await context.client.ask({ method: 'GET', path: '/v1/audit', query: { limit: given } });
    if (context.json) {
      context.out(json(answer));
      return 0;
    }
    const all = records(answer);
    if (all.length === 0) context.err('Nobody has asked for a token yet.\n');
    else context.out(table(['TIME', 'ANSWER', 'SCOPE', 'PROGRAM', 'WHY'], all.map(row)));
    return 0;
  },
};

function row(entry: Readonly<Record<string, unknown>>): string[] {
  const scope = text(entry, 'scope');
  return [
    text(entry, 'time'),
    `${text(entry, 'kind')} ${text(entry, 'answer')}`,
    scope === '' ? '-' : short(scope),
    text(entry, 'script') || text(entry, 'program') || '-',
    text(entry, 'by'),
  ];
}

/** The last part of a scope string says most in a narrow column; `--json` has all of it. */
function short(scope: string): string {
  return scope.slice(Math.max(scope.lastIndexOf('/'), scope.lastIndexOf(':')) + 1) || scope;
}
