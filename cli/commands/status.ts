import { json, number, record, table, text, texts } from '../output.ts';
import { durationText } from '../duration.ts';
import type { Command, Context } from '../types.ts';

export const command: Command = {
  name: 'status',
  summary: 'say who answers, for which account, from which vault',
  arguments: [],
  options: {},
  details: [
    'Asks the agent about itself; nobody is asked and no token leaves. It works while the agent is locked.',
  ],
  examples: [
    ['globus-token status', 'everything that matters, one line each'],
    [
      'globus-token status --json | jq -r .backend',
      'where sign-ins are kept: keychain, passphrase or memory',
    ],
  ],
  exits: ['no-agent', 'busy'],
  async run(context) {
    const answer = record(await context.client.ask({ method: 'GET', path: '/v1/status' }));
    const socket = context.client.path;
    context.out(context.json ? json({ ...answer, socket }) : statusText(answer, socket));
    return 0;
  },
};

function statusText(status: Readonly<Record<string, unknown>>, socket: Context['client']['path']): string {
  const accounts = texts(status, 'accounts');
  const skew = number(status, 'clock_skew');
  const kind = text(status, 'kind') === 'headless' ? 'agent without a window' : 'tray app';
  const missing = text(status, 'vault_absence');
  const state = `${text(status, 'vault_state')}${missing === '' ? '' : ` (${missing})`}`;
  return table(null, [
    ['agent', `${kind}, version ${text(status, 'version')}, process ${text(status, 'pid')}`],
    ['socket', socket],
    ['environment', text(status, 'environment')],
    ['client ID', text(status, 'client_id') || 'not set up yet'],
    ['account', accounts.length === 0 ? 'nobody is signed in' : accounts.join(', ')],
    ['vault', `${text(status, 'vault')}: ${state}`],
    ['locked', status['locked'] === true ? 'yes: nothing is handed out until it is unlocked' : 'no'],
    ['network', status['online'] === false ? 'Globus cannot be reached' : 'Globus can be reached'],
    ...(skew === null ? [] : [['clock', skewText(skew)]]),
    ['data', text(status, 'data_folder')],
  ]);
}

function skewText(seconds: number): string {
  const which = seconds > 0 ? 'behind' : 'ahead of';
  return `${durationText(Math.abs(seconds))} ${which} Globus’s; set it right, or tokens look older than they are`;
}
