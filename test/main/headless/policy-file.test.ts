import { chmod, mkdtemp, realpath, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openTextFile } from '../../../main/broker/approvals/text-file.ts';
import { PolicyFile } from '../../../main/headless/policy-file.ts';
import { RecordingLog } from '../../support/agent-parts.ts';

const rule = (scope: string) => ({
  program: '/opt/app/mytool',
  scope: `x:${scope}`,
  account: 'ada@uni.example',
  answer: 'allow',
});
const text = (...scopes: string[]) => JSON.stringify({ version: 1, rules: scopes.map(rule) });

let folder: string;
let path: string;
/** Milliseconds that the clock is ahead of the file system's: above a second, what is written counts as old. */
let ahead: number;
let file: ReturnType<typeof openTextFile>;
let policy: PolicyFile;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'policy-')));
  path = join(folder, 'policy.json');
  ahead = 60_000;
  file = openTextFile(path, () => Date.now() + ahead);
  policy = new PolicyFile(file, new RecordingLog());
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const write = (content: string, mode = 0o600) => writeFile(path, content, { mode });
const scopes = async () => {
  await policy.refresh();
  return policy.rules.map(({ scope }) => scope);
};

it('reads a policy that stays as it is once', async () => {
  await write(text('view_flows'));
  expect(await scopes()).toEqual(['x:view_flows']);
  const read = vi.spyOn(file, 'read');
  expect(await scopes()).toEqual(['x:view_flows']);
  expect(read).not.toHaveBeenCalled();
});

it('reads one that is younger than a second every time: its stamp may stay while it changes', async () => {
  ahead = 0;
  await write(text('view_flows'));
  const read = vi.spyOn(file, 'read');
  await scopes();
  await scopes();
  expect(read).toHaveBeenCalledTimes(2);
});

it.each<[string, () => Promise<void>, string]>([
  ['contents of the same length', () => write(text('find_flows')), 'rules'],
  [
    'contents, with the old modification time set again',
    async () => {
      await write(text('find_flows'));
      await utimes(path, 1_000, 1_000);
    },
    'rules',
  ],
  ['who may write to it', () => chmod(path, 0o666), 'bad'],
  ['that it is there', () => rm(path), 'absent'],
  [
    'that it is a file and no symlink',
    async () => {
      await rename(path, `${path}.real`);
      await symlink(`${path}.real`, path);
    },
    'bad',
  ],
])('notices at the next question a change of %s', async (_title, change, state) => {
  await write(text('view_flows'));
  expect(await scopes()).toEqual(['x:view_flows']);
  await change();
  expect((await policy.refresh()).kind).toBe(state);
  expect(policy.rules.map(({ scope }) => scope)).toEqual(state === 'rules' ? ['x:find_flows'] : []);
});

it('gives nobody the rules of before while the new ones are read', async () => {
  await write(text('view_flows'));
  await scopes();
  await write(text());
  const [first, second] = await Promise.all([scopes(), scopes()]);
  expect(first).toEqual([]);
  expect(second).toEqual([]);
});

it('looks again after a reading that failed, whatever the stamp', async () => {
  await write(text('view_flows'));
  vi.spyOn(file, 'read').mockRejectedValueOnce(new Error('EMFILE'));
  expect(await scopes()).toEqual([]);
  expect(await scopes()).toEqual(['x:view_flows']);
});
