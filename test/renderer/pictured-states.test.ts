import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { STATES } from '../support/fake-bridge.ts';

const STORIES = join(import.meta.dirname, '..', 'e2e');

/** By which pictures of the real app a state is shown, or why there is none. */
const PICTURED: Readonly<Record<string, readonly string[] | { none: string }>> = {
  'app locked': ['locked'],
  'first run': ['first-run'],
  'signed out': ['signed-out'],
  waiting: ['waiting'],
  'waiting, step 2 of 6': ['step'],
  'two accounts': ['two-accounts', 'accounts-menu'],
  'with flows': ['with-flows', 'flow'],
  'paste a code': ['paste'],
  exchanging: ['exchanging'],
  done: ['summary'],
  'done with less': ['summary-less'],
  failed: ['error'],
  'signed in': ['signed-in', 'detail'],
  // A row asks for a sign-in where nobody is signed in, and there the real window shows the sign-in instead of rows.
  'every scope state': ['needs-consent', 'expiring', 'renewing', 'unreachable'],
  'broker on': ['approvals', 'audit'],
  'broker off': ['broker-off'],
  'broker and oidc-agent': ['scripts-oidc'],
  'broker denies': ['denying'],
  copied: ['copied'],
  'copied without a token': ['copied-curl'],
  demo: ['signed-in'],
  'tutorial client': ['tutorial'],
  offline: { none: 'the demo counts as online, whatever the network does' },
  locked: ['keychain-locked'],
  'no keychain': ['keychain-none'],
  'in memory': ['memory'],
  'clock skew': ['clock-skew'],
  'standing problem': ['ended'],
  'everything at once': { none: 'it does not happen; it is for what must fit all the same' },
  'long names': { none: 'nobody at the fake Globus is called so' },
};

test('every state of the window is in the pictures of the real app, or it is said why not', async () => {
  const files = (await readdir(STORIES)).filter((name) => /^screenshots.*\.test\.ts$/.test(name));
  const stories = await Promise.all(files.map((name) => readFile(join(STORIES, name), 'utf8')));
  const taken = stories.flatMap((text) =>
    [...text.matchAll(/\bpicture\('([a-z-]+)'/g)].map(([, name = '']) => name),
  );
  expect(Object.keys(PICTURED).sort()).toEqual(Object.keys(STATES).sort());
  const named = Object.values(PICTURED).flatMap((shown) => ('none' in shown ? [] : shown));
  expect(named.filter((name) => !taken.includes(name))).toEqual([]);
  expect(taken.filter((name, index) => taken.indexOf(name) !== index)).toEqual([]);
});
