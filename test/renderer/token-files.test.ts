import type { Locator } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { TokenFileView } from '../../preload/contract.ts';
import { appView, PROBLEM } from '../support/fake-bridge.ts';
import type { Answers, OpenOptions, OpenPage } from './host.ts';
import { pageHost } from './page-host.ts';
import { menu } from './places.ts';
import { serious } from './serious.ts';

const host = pageHost();

const CLI: TokenFileView = {
  path: '/home/ada/.globus/cli/storage.db',
  program: 'globus-cli',
  exposed: true,
  problem: null,
  holdings: [
    {
      account: 'ada@university.example',
      profile: null,
      services: ['Auth', 'Flows', 'Transfer'],
      way: 'sign-in',
    },
    { account: 'ada@university.example', profile: 'work', services: ['Auth', 'Transfer'], way: 'sign-in' },
  ],
};
const OWN: TokenFileView = {
  path: '/home/ada/.globus/app/9f2c1a34-5b6d-4e7f-8a90-1b2c3d4e5f60/nightly-backup/tokens.json',
  program: 'An app of the Globus SDK',
  exposed: false,
  problem: null,
  holdings: [{ account: null, profile: null, services: ['Transfer'], way: 'adopt' }],
};
const BAD: TokenFileView = {
  ...OWN,
  path: '/home/ada/.globus/app/x/tokens.db',
  problem: PROBLEM,
  holdings: [],
};
const SCOPES = ['urn:globus:auth:scope:transfer.api.globus.org:all', 'urn:globus:auth:scope:search:all'];

function onFiles(
  files: TokenFileView[],
  run: (opened: OpenPage, part: Locator) => Promise<void>,
  options: OpenOptions = {},
): Promise<void> {
  const answers: Answers = { 'imports.list': { ok: true, value: files }, ...options.answers };
  return host.with(appView(), { ...options, answers }, async (opened) => {
    const { page } = opened;
    await menu(page, 'Settings');
    const part = page.getByRole('region', { name: 'Tokens in other files' });
    expect((await opened.calls()).map(({ name }) => name)).not.toContain('imports.list');
    await part.getByRole('button', { name: 'Look for them' }).click();
    await part.getByRole('button', { name: 'Look again' }).waitFor();
    await run(opened, part);
  });
}

/** Calls that do something. */
async function asked({ calls }: OpenPage): Promise<unknown[]> {
  return (await calls())
    .filter(({ name }) => !['system.get', 'imports.list'].includes(name))
    .map(({ name, request }) => [name, request]);
}

describe('tokens in other files', () => {
  test('are not looked for in a Flatpak, which sees none, and it says what does', () =>
    host.with(appView({ flatpak: true }), {}, async ({ page }) => {
      await menu(page, 'Settings');
      const part = page.getByRole('region', { name: 'Tokens in other files' });
      expect(await part.textContent()).toContain('A Flatpak sees no file of yours');
      expect(await part.getByRole('button').count()).toBe(0);
    }));

  test('are looked for only when asked, and none is said to be none', () =>
    onFiles([], async (_opened, part) => {
      expect(await part.textContent()).toContain('None at the usual places');
    }));

  test.each([true, false])('[C58] are shown without a serious fault of axe (dark: %s)', (dark) =>
    onFiles(
      [CLI, OWN, BAD],
      async ({ page }, part) => {
        expect(await part.getByRole('article').count()).toBe(3);
        expect(await part.textContent()).toContain('Other users of this computer can read this file.');
        expect(await serious(page)).toEqual([]);
        const scrolled = await page.evaluate(() => document.scrollingElement?.scrollWidth ?? 0);
        expect(scrolled).toBeLessThanOrEqual(360);
      },
      { dark, width: 360, height: 900 },
    ),
  );

  test('of another client go onto the list, and one sign-in is offered for them', () =>
    onFiles(
      [CLI],
      async (opened, part) => {
        await part.getByRole('button', { name: 'Put on the list' }).click();
        await part.getByText('waiting for a sign-in: 2 scopes').waitFor();
        await part.getByRole('button', { name: 'Sign in for 2 scopes' }).click();
        expect(await asked(opened)).toEqual([
          ['imports.adopt', { path: CLI.path }],
          ['signIn.start', { scopes: SCOPES, way: 'browser' }],
        ]);
      },
      {
        answers: {
          'imports.adopt': { ok: true, value: { services: [], ended: [], signIn: SCOPES, problem: null } },
        },
      },
    ));

  test('of the own client are adopted, and then ended after a question', () =>
    onFiles(
      [OWN],
      async (opened, part) => {
        await part.getByRole('button', { name: 'Take into the vault' }).click();
        await part.getByText('In the vault now: Transfer.').waitFor();
        await part.getByRole('button', { name: 'Revoke and delete…' }).click();
        const dialog = opened.page.getByRole('dialog');
        // The safe answer has the focus.
        await opened.page.keyboard.press('Enter');
        await dialog.waitFor({ state: 'hidden' });
        expect(await asked(opened)).toEqual([['imports.adopt', { path: OWN.path }]]);
        await part.getByRole('button', { name: 'Revoke and delete…' }).click();
        await dialog.getByRole('button', { name: 'Revoke and delete' }).click();
        await part.getByText('4 tokens revoked at Globus, and the file deleted.').waitFor();
        expect(await part.getByRole('button', { name: 'Revoke and delete…' }).count()).toBe(0);
        expect((await asked(opened)).at(-1)).toEqual(['imports.remove', { path: OWN.path }]);
      },
      {
        answers: {
          'imports.adopt': {
            ok: true,
            value: { services: ['Transfer'], ended: [], signIn: [], problem: null },
          },
          'imports.remove': { ok: true, value: { revoked: 4, kept: 1 } },
        },
      },
    ));

  test('[C59] say why they could not be adopted or ended, and can be tried again', () =>
    onFiles(
      [OWN],
      async (_opened, part) => {
        await part.getByRole('button', { name: 'Take into the vault' }).click();
        await part.getByRole('alert').waitFor();
        const told = (await part.getByRole('alert').textContent()) ?? '';
        for (const words of [PROBLEM.title, PROBLEM.tokens, PROBLEM.next]) expect(told).toContain(words);
        expect(await part.getByRole('button', { name: 'Take into the vault' }).isEnabled()).toBe(true);
      },
      { answers: { 'imports.adopt': { ok: false, problem: PROBLEM } } },
    ));
});
