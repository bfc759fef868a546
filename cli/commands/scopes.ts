import { ACTION, endsIn, type KeptList, runKeptList } from '../kept-list.ts';
import { text, texts } from '../output.ts';
import type { Command } from '../types.ts';

export const command: Command = {
  name: 'scopes',
  summary: 'list, add or remove the scopes that are kept',
  arguments: [
    ACTION,
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
  run: (context, input) => runKeptList(SCOPES, context, input),
};

const SCOPES: KeptList = {
  command: 'scopes',
  one: 'scope',
  path: '/v1/scopes',
  removedBy: 'scope',
  none: 'No scope is kept.\nhint: globus-token scopes add <scope>\n',
  added: 'Kept. The sign-in does not cover it until you allow it: globus-token login\n',
  columns: ['SCOPE', 'STATE', 'TOKEN ENDS IN', 'ITS TOKEN ALSO ALLOWS'],
  row: (scope, now) => [
    text(scope, 'name'),
    text(scope, 'state'),
    endsIn(scope, now),
    texts(scope, 'also_allows').join(', '),
  ],
};
