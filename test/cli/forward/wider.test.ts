import { expect, it } from 'vitest';
import { widerNote } from '../../../cli/forward/wider.ts';

const answer = [
  { name: 'view_flows', scope: 'https://x/view_flows', state: 'ready', also_allows: ['run', 'all'] },
  { name: 'run', scope: 'https://x/run', state: 'ready', also_allows: ['view_flows', 'all'] },
  { name: 'run_status', scope: 'https://x/run_status', state: 'ready', also_allows: [] },
];
const client = { ask: () => Promise.resolve(answer) };

it('tells what a forwarded token can do beyond what was asked for', async () => {
  expect(await widerNote(client, ['view_flows'])).toBe(
    'The token for view_flows can also: run, all. One that cannot: globus-token login --isolate view_flows\n',
  );
  expect(await widerNote(client, ['https://x/view_flows', 'run'])).toBe(
    'The token for view_flows can also: all. One that cannot: globus-token login --isolate view_flows\n' +
      'The token for run can also: all. One that cannot: globus-token login --isolate run\n',
  );
});

it('says nothing of a token that can do nothing else, or when the agent does not tell', async () => {
  expect(await widerNote(client, ['run_status'])).toBe('');
  expect(await widerNote({ ask: () => Promise.reject(new Error('gone')) }, ['view_flows'])).toBe('');
});
