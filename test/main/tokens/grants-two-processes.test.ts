import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Child, bundleChild, type ChildBundle } from '../../support/child-rpc.ts';
import type { GrantsRequest } from '../../support/grants-child.ts';
import { KeyringSession } from '../../support/keyring-session.ts';
import { grantRecord } from '../../support/settings.ts';

const COUNT = 200;
let bundle: ChildBundle;
let keyring: KeyringSession;
let folder: string;
const children: Child[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'two-processes-'));
  keyring = await KeyringSession.open({ keyring: 'unlocked' });
  bundle = await bundleChild('grants-child.ts');
}, 60_000);
afterAll(async () => {
  await Promise.all(children.map((child) => child.kill()));
  await keyring.close();
  await bundle.remove();
  await rm(folder, { recursive: true, force: true });
});

async function start(): Promise<Child> {
  const child = await Child.start(bundle.file, keyring.env);
  children.push(child);
  await ask(child, { op: 'open', folder });
  return child;
}
const ask = <T>(child: Child, request: GrantsRequest): Promise<T> => child.ask<T>(request);

/** What `work` leaves. */
const names = (prefix: string) =>
  Array.from({ length: COUNT }, (_, index) => index)
    .filter((index) => index % 5 !== 2)
    .map((index) => grantRecord(`${prefix}-${index}`).name);
const withSecrets = (all: readonly string[]) => all.map((name) => [name, `secret of ${name}`]).sort();

it('two processes that add, use and remove grants at once lose none and bring none back', async () => {
  const [one, two] = await Promise.all([start(), start()]);
  await Promise.all([
    ask(one, { op: 'work', prefix: 'one', count: COUNT }),
    ask(two, { op: 'work', prefix: 'two', count: COUNT }),
  ]);
  const third = await start();
  const added = [...names('one'), ...names('two')];
  expect((await ask<unknown[]>(third, { op: 'list' })).sort()).toEqual(withSecrets(added));

  // One signs the other's grants out while the other writes down that it used them.
  const removed = names('two').filter((_name, index) => index % 3 === 0);
  await Promise.all([
    ask(one, { op: 'remove', names: removed }),
    ask(two, { op: 'touch', names: names('two') }),
  ]);
  const left = withSecrets(added.filter((name) => !removed.includes(name)));
  for (const process of [third, one, two, await start()])
    expect((await ask<unknown[]>(process, { op: 'list' })).sort()).toEqual(left);
  expect(await readFile(join(folder, 'settings.json'), 'utf8')).not.toContain('secret of');
}, 240_000);
