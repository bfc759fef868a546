import { describe, expect, test } from 'vitest';
import type { AppView } from '../../preload/contract.ts';
import { appView, PROBLEM, scopes, STATES } from '../support/fake-bridge.ts';
import { keychainView, memoryView } from '../support/vault-views.ts';
import type { OpenOptions, OpenPage } from './host.ts';
import { pageHost } from './page-host.ts';

const host = pageHost();

const FIRST = STATES['first run'] ?? appView();
const WAITING = STATES['waiting'] ?? appView();
const CLIENT = '9f2c1a34-5b6d-4e7f-8a90-1b2c3d4e5f60';
const OTHER = '61338d24-54d5-408f-a10d-66c06b59f6d3';
/** What main says once it has taken the ID. */
const TAKEN: AppView = { ...FIRST, clientId: CLIENT };
const ALL = scopes().map(({ scope }) => scope);
const REFUSED: OpenOptions = { answers: { 'setup.client': { ok: false, problem: PROBLEM } } };
const DONE = { ok: true, value: null } as const;

const withPage = (view: AppView, run: (opened: OpenPage) => Promise<void>, options?: OpenOptions) =>
  host.with(view, options, run);

const partsOf = ({ page }: OpenPage) => ({
  field: page.getByRole('textbox', { name: 'Client ID' }),
  signIn: page.getByRole('button', { name: 'Sign in', exact: true }),
  tick: (name: string) => page.getByRole('checkbox', { name, exact: true }),
  title: page.getByRole('heading', { level: 1 }),
});

/** Every heading of level 1 that anybody could have seen from now on, in order. */
async function headingsOf({ page }: OpenPage): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const seen: string[] = [];
    (window as unknown as { headings: string[] }).headings = seen;
    const note = (): void => {
      const text = document.querySelector('h1')?.textContent ?? '';
      if (seen.at(-1) !== text) seen.push(text);
    };
    note();
    new MutationObserver(note).observe(document.body, { childList: true, subtree: true });
  });
  return () => page.evaluate(() => (window as unknown as { headings: string[] }).headings);
}

describe('one screen', () => {
  test.each(['Enter', 'the button'])(
    '[C60] takes the client ID and the ticks, and %s goes from there to the browser',
    (by) =>
      withPage(
        FIRST,
        async (opened) => {
          const { field, signIn, tick } = partsOf(opened);
          const headings = await headingsOf(opened);
          await field.fill(` ${CLIENT.toUpperCase()} `);
          await tick('all').uncheck();
          if (by === 'Enter') await field.press('Enter');
          else await signIn.click();
          // Main says that it has an ID before it answers: what follows from that alone is another screen.
          await opened.push(TAKEN);
          await opened.finish('setup.client', DONE);
          await expect.poll(opened.calls).toEqual([
            { name: 'setup.client', request: { clientId: CLIENT } },
            { name: 'signIn.start', request: { scopes: ALL.slice(0, 5), way: 'browser' } },
          ]);
          await opened.push({ ...WAITING, clientId: CLIENT });
          await opened.page.getByRole('heading', { name: 'Finish in your browser' }).waitFor();
          expect(await headings()).toEqual(['Globus Token Tray', 'Finish in your browser']);
        },
        { answers: { 'setup.client': 'pending', 'signIn.start': 'pending' } },
      ),
  );

  test('starts with all scopes ticked, and asks for nothing twice', () =>
    withPage(
      FIRST,
      async (opened) => {
        const { field, signIn } = partsOf(opened);
        expect(await opened.page.getByText(/One token will carry all 6 scopes/).isVisible()).toBe(true);
        await field.fill(CLIENT);
        await field.press('Enter');
        await field.press('Enter');
        expect(await signIn.getAttribute('aria-disabled')).toBe('true');
        await signIn.click({ force: true });
        expect(await opened.calls()).toEqual([{ name: 'setup.client', request: { clientId: CLIENT } }]);
      },
      { answers: { 'setup.client': 'pending' } },
    ));

  test('goes by a pasted code as well, with the same field and ticks', () =>
    withPage(FIRST, async (opened) => {
      const { field } = partsOf(opened);
      const paste = opened.page.getByRole('button', { name: 'No browser? Paste a code' });
      await paste.click();
      expect(await opened.page.getByRole('alert').textContent()).toContain('not a client UUID');
      await field.fill(CLIENT);
      await paste.click();
      await expect
        .poll(opened.calls)
        .toContainEqual({ name: 'signIn.start', request: { scopes: ALL, way: 'paste' } });
    }));

  test('asks for nothing while nothing is ticked, and says so', () =>
    withPage(FIRST, async (opened) => {
      const { field, signIn } = partsOf(opened);
      await field.fill(CLIENT);
      for (const box of await opened.page.getByRole('checkbox').all()) await box.uncheck();
      await field.press('Enter');
      expect(await signIn.getAttribute('aria-disabled')).toBe('true');
      expect(await opened.page.getByText('Tick at least one scope.').isVisible()).toBe(true);
      expect(await opened.calls()).toEqual([]);
    }));
});

describe('what is wrong with the ID', () => {
  test('[C60] is said beside the field once it was sent, not in the middle of typing', () =>
    withPage(FIRST, async (opened) => {
      const { field, signIn } = partsOf(opened);
      await field.fill('not-a-uuid');
      expect(await opened.page.getByRole('alert').count()).toBe(0);
      await signIn.click();
      expect(await opened.page.getByRole('alert').textContent()).toContain('not a client UUID');
      expect(await field.getAttribute('aria-invalid')).toBe('true');
      expect(await field.evaluate((node) => node === document.activeElement)).toBe(true);
      expect(await opened.calls()).toEqual([]);
      await field.fill(CLIENT);
      expect(await opened.page.getByRole('alert').count()).toBe(0);
    }));

  test('[C59] is said there when main refuses it, with everything else as it was', () =>
    withPage(
      FIRST,
      async (opened) => {
        const { field, tick, title } = partsOf(opened);
        await field.fill(CLIENT);
        await tick('run').uncheck();
        await field.press('Enter');
        const alert = opened.page.getByRole('alert');
        await alert.waitFor();
        for (const text of [PROBLEM.title, PROBLEM.tokens, PROBLEM.next])
          expect(await alert.textContent()).toContain(text);
        const id = await field.getAttribute('aria-describedby');
        expect(await alert.getAttribute('id')).toBe(id);
        expect([await title.textContent(), await field.inputValue(), await tick('run').isChecked()]).toEqual([
          'Globus Token Tray',
          CLIENT,
          false,
        ]);
        await field.fill(OTHER);
        expect(await alert.count()).toBe(0);
        expect((await opened.calls()).map(({ name }) => name)).toEqual(['setup.client']);
      },
      REFUSED,
    ));

  test('can be put right after Globus’s own error page: a cancelled trip comes back to field and ticks', () =>
    withPage(
      FIRST,
      async (opened) => {
        const { field, tick, title } = partsOf(opened);
        await field.fill(CLIENT);
        await tick('run').uncheck();
        await field.press('Enter');
        await opened.push({ ...WAITING, clientId: CLIENT });
        await opened.page.getByRole('button', { name: 'Cancel' }).click();
        await opened.push(TAKEN);
        await opened.finish('signIn.start', { ok: false, problem: { ...PROBLEM, reason: 'cancelled' } });
        expect(await title.textContent()).toBe('Globus Token Tray');
        expect([await field.inputValue(), await tick('run').isChecked()]).toEqual([CLIENT, false]);
        await field.fill(OTHER);
        await field.press('Enter');
        await expect
          .poll(opened.calls)
          .toContainEqual({ name: 'setup.client', request: { clientId: OTHER } });
      },
      { answers: { 'signIn.start': 'pending' } },
    ));

  test('can be put right later too: the screen without the field leads back to it, with the ticks', () =>
    withPage(TAKEN, async (opened) => {
      const { field, tick, title } = partsOf(opened);
      expect(await title.textContent()).toBe('Sign in to Globus');
      await tick('all').uncheck();
      await opened.page.getByRole('button', { name: 'Change the client ID' }).click();
      expect([await field.inputValue(), await tick('all').isChecked()]).toEqual([CLIENT, false]);
    }));
});

describe('the steps of the registration', () => {
  test('lead to the page, make room for what comes next, and can be had again', () =>
    withPage(FIRST, async (opened) => {
      const { field } = partsOf(opened);
      const open = opened.page.getByRole('button', { name: 'Open the registration page' });
      await open.click();
      expect(await opened.calls()).toEqual([{ name: 'help.open', request: { page: 'registerApp' } }]);
      await field.fill(CLIENT);
      await open.waitFor({ state: 'hidden' });
      await opened.page.getByText('No client ID?').click();
      await open.waitFor();
      // Whoever opened them again reads them: they stay.
      await opened.push(FIRST);
      expect(await open.isVisible()).toBe(true);
    }));
});

describe('the tutorial client', () => {
  test('[C60] is for whoever asks for it: with its caveats, the same ticks, and no step more', () =>
    withPage(FIRST, async (opened) => {
      const { field, tick } = partsOf(opened);
      expect(await field.inputValue()).toBe('');
      expect(await opened.page.getByText(/shared with every tool that uses it/).isVisible()).toBe(true);
      await tick('all').uncheck();
      await opened.page.getByRole('button', { name: 'Try it with the Globus tutorial client' }).click();
      await expect.poll(opened.calls).toEqual([
        { name: 'setup.client', request: { tutorial: true } },
        { name: 'signIn.start', request: { scopes: ALL.slice(0, 5), way: 'browser' } },
      ]);
    }));

  test('that main refuses says so where it was asked for', () =>
    withPage(
      FIRST,
      async (opened) => {
        const part = opened.page.getByRole('region', { name: 'Just looking?' });
        await part.getByRole('button').click();
        expect(await part.getByRole('alert').textContent()).toContain(PROBLEM.title);
        expect(await partsOf(opened).field.getAttribute('aria-invalid')).toBe('false');
      },
      REFUSED,
    ));

  test('never stands in the field, where it would look like one’s own', () =>
    withPage({ ...TAKEN, tutorialClient: true }, async (opened) => {
      await opened.page.getByRole('button', { name: 'Change the client ID' }).click();
      expect(await partsOf(opened).field.inputValue()).toBe('');
    }));
});

test('[C26] without a keychain nothing is fetched until somebody chose, and what was typed stays', () =>
  withPage({ ...FIRST, vault: keychainView('missing', false) }, async (opened) => {
    const { field, signIn } = partsOf(opened);
    await field.fill(CLIENT);
    await field.press('Enter');
    await opened.page.getByText(/^Choose first where/).waitFor();
    expect(await signIn.getAttribute('aria-disabled')).toBe('true');
    const tutorial = opened.page.getByRole('button', { name: /^Try it with/ });
    expect(await tutorial.getAttribute('aria-disabled')).toBe('true');
    await tutorial.click({ force: true });
    expect(await opened.calls()).toEqual([]);
    await opened.page.getByRole('button', { name: 'Keep tokens in memory until quit' }).click();
    await opened.push({ ...FIRST, vault: memoryView() });
    await field.press('Enter');
    await expect
      .poll(async () => (await opened.calls()).map(({ name }) => name))
      .toEqual(['setup.vault', 'setup.client', 'signIn.start']);
    expect((await opened.calls())[1]?.request).toEqual({ clientId: CLIENT });
  }));

describe('a client of one’s own, later', () => {
  const TUTORIAL = appView({ tutorialClient: true });

  test('has a way back, no tutorial client, and signs in from the same screen', () =>
    withPage(
      TUTORIAL,
      async (opened) => {
        const { page } = opened;
        const { field, title } = partsOf(opened);
        const own = page.getByRole('button', { name: 'Use your own' });
        await own.click();
        expect(await title.textContent()).toBe('Use your own client');
        expect(await page.getByRole('button', { name: /^Try it with/ }).count()).toBe(0);
        await page.getByRole('button', { name: 'Back' }).click();
        await page.getByRole('heading', { name: 'Flows service' }).waitFor();
        await own.click();
        await field.fill(CLIENT);
        await field.press('Enter');
        await opened.push(TAKEN);
        await opened.finish('setup.client', DONE);
        await expect
          .poll(opened.calls)
          .toContainEqual({ name: 'signIn.start', request: { scopes: ALL, way: 'browser' } });
      },
      { answers: { 'setup.client': 'pending', 'signIn.start': 'pending' } },
    ));

  test('whose sign-in is still kept needs no trip to the browser', () =>
    withPage(
      TUTORIAL,
      async (opened) => {
        await opened.page.getByRole('button', { name: 'Use your own' }).click();
        const { field } = partsOf(opened);
        await field.fill(CLIENT);
        await field.press('Enter');
        await opened.push(appView({ clientId: CLIENT }));
        await opened.finish('setup.client', DONE);
        await opened.page.getByRole('heading', { name: 'Flows service' }).waitFor();
        expect((await opened.calls()).map(({ name }) => name)).toEqual(['setup.client']);
      },
      { answers: { 'setup.client': 'pending' } },
    ));
});

test('[C58] the keyboard goes down the screen, and what it comes to is never under the last bar', () =>
  withPage(
    FIRST,
    async ({ page }) => {
      const order: string[] = [];
      for (let presses = 0; presses < 12; presses += 1) {
        await page.keyboard.press('Tab');
        const { name, covered } = await page.evaluate(() => {
          const node = document.activeElement ?? document.body;
          const box = node.getBoundingClientRect();
          const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
          const label = node.closest('label')?.querySelector('.name') ?? node;
          const text = label.textContent.trim().replaceAll(/\s+/g, ' ');
          return { name: text === '' ? node.tagName : text, covered: top === null || !node.contains(top) };
        });
        expect(covered, name).toBe(false);
        order.push(name);
      }
      expect(order).toEqual([
        'INPUT',
        'No client ID? Register one in two minutes',
        'Open the registration page',
        ...scopes().map(({ name }) => name),
        'Try it with the Globus tutorial client',
        'Sign in',
        'No browser? Paste a code',
      ]);
    },
    { width: 360, height: 560 },
  ));
