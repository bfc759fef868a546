import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { AdoptedView, Answer, AppView, CallName, Calls, WaitingCall } from '../../preload/contract.ts';
import {
  CALL,
  FLOW_CHOICES,
  groupsWithFlows,
  LOG,
  NOW,
  RULES,
  RUNS,
  scopes,
  STATES,
  SYSTEM,
} from '../support/fake-bridge.ts';
import type { Answers, OpenPage } from './host.ts';
import { pageHost } from './page-host.ts';
import { menu, openPlace, placeOf, RICH, tokenFiles } from './places.ts';
import { stopClock } from './stop-clock.ts';

const host = pageHost();

/** Nothing is shown for as long: PATIENCE of renderer/late.svelte.ts. */
const PATIENCE = 300;
const SCOPE = scopes()[0]?.scope ?? '';
/** The first of the files that are found. */
const FILE = '/home/ada/.globus/app/9f2c1a34-5b6d-4e7f-8a90-1b2c3d4e5f60/nightly-backup/tokens.json';
const FLOW = groupsWithFlows()[1]?.scopes[0]?.flow?.id ?? '';
const CANCELLED: Extract<Answer<never>, { ok: false }> = {
  ok: false,
  problem: { reason: 'cancelled', title: 'It was cancelled', tokens: 'All is well.', next: 'Go on.' },
};

type Held = Exclude<CallName, 'state.get'>;

interface Wait<N extends Held = Held> {
  title: string;
  view?: AppView;
  /** What main does not answer. */
  name: N;
  /** What main answers otherwise than usual. */
  answers?: Answers;
  /** What it would have answered. */
  late: Calls[N]['answer'];
  /** What sets it off; the clock stands. */
  start: (page: Page) => Promise<void>;
  /** The whole name of the button. */
  button: string;
  cancel: WaitingCall | 'signIn.cancel';
  /** Where the focus is afterwards. */
  focus: (page: Page) => Locator;
  /** What may not be there, neither after the cancel nor after a late answer. */
  absent: (page: Page) => Locator;
}

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const renew = (page: Page) => page.getByRole('button', { name: 'Renew', exact: true });
const openRow = (page: Page, name: RegExp) => button(page, name).click();

const askKeys = (page: Page) => button(page, 'Ask the desktop for keys…');

const flowField = (page: Page) => page.getByRole('searchbox', { name: /^Flow ID/ });

async function toFlows(page: Page): Promise<void> {
  await page.keyboard.press('a');
  await page.getByRole('group', { name: 'What to add' }).getByText('Flows').click();
}

const firstFile = (page: Page) => page.getByRole('article').first();
const STOPPED: Answer<AdoptedView> = {
  ok: true,
  value: { services: ['Transfer'], ended: [], signIn: [], problem: CANCELLED.problem },
};

async function removeFirst(page: Page): Promise<void> {
  await (await tokenFiles(page)).getByRole('button', { name: 'Revoke and delete…' }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke and delete' }).click();
}

/** Keeps what each wait answers to what its call answers. */
function wait<N extends Held>(made: Wait<N>): Wait {
  return made;
}

const WAITS: Wait[] = [
  wait({
    title: 'a copy from its row',
    name: 'scope.copy',
    late: { ok: true, value: null },
    start: async (page) => {
      await button(page, /^view_flows/).focus();
      await page.keyboard.press('c');
    },
    button: 'Cancel copying view_flows',
    cancel: { call: 'scope.copy', scope: SCOPE, format: 'curl' },
    focus: (page) => button(page, 'Copy curl for view_flows'),
    absent: (page) => page.getByText(/Copied|Copying/),
  }),
  wait({
    title: 'a copy of the header from the detail',
    name: 'scope.copy',
    late: { ok: true, value: null },
    start: async (page) => {
      await openRow(page, /^view_flows/);
      await button(page, 'Copy header for view_flows').click();
    },
    button: 'Cancel copying view_flows',
    cancel: { call: 'scope.copy', scope: SCOPE, format: 'header' },
    focus: (page) => button(page, 'Copy header for view_flows'),
    absent: (page) => page.getByText(/Copied|Copying/),
  }),
  wait({
    title: 'a renewal',
    name: 'scope.renew',
    late: { ok: true, value: null },
    start: async (page) => {
      await openRow(page, /^view_flows/);
      await renew(page).click();
    },
    button: 'Stop waiting for the renewal of view_flows',
    cancel: { call: 'scope.renew', scope: SCOPE },
    focus: renew,
    absent: (page) => page.getByText('Renewing'),
  }),
  wait({
    title: 'a test call',
    name: 'call.run',
    late: { ok: true, value: CALL },
    start: async (page) => {
      await openRow(page, /^view_flows/);
      await button(page, 'Test call: List my flows').click();
    },
    button: 'Cancel: Calling GET /flows',
    cancel: { call: 'call.run', scope: SCOPE, recipe: 'list-flows' },
    focus: (page) => button(page, 'Test call: List my flows'),
    absent: (page) => page.getByText(/^Calling|Status 200/),
  }),
  wait({
    title: 'the runs of a flow',
    name: 'flow.runs',
    late: { ok: true, value: RUNS },
    start: async (page) => {
      await openRow(page, /^Move and publish/);
      await button(page, 'Show recent runs').click();
    },
    button: 'Cancel: Reading the runs',
    cancel: { call: 'flow.runs', id: FLOW },
    focus: (page) => button(page, 'Show recent runs'),
    absent: (page) => page.getByText(/Tuesday|Reading the runs|No runs/),
  }),
  wait({
    title: 'a search for flows',
    name: 'flow.find',
    late: { ok: true, value: FLOW_CHOICES },
    start: async (page) => {
      await toFlows(page);
      await flowField(page).fill('move');
      await button(page, 'Search').click();
    },
    button: 'Cancel: Asking Globus',
    cancel: { call: 'flow.find' },
    focus: flowField,
    absent: (page) => page.getByText(/Asking Globus|From the microscope/),
  }),
  wait({
    title: 'a flow that is added',
    name: 'flow.add',
    late: { ok: true, value: { scope: 's' } },
    start: async (page) => {
      await toFlows(page);
      await flowField(page).fill('move');
      await flowField(page).press('Enter');
      await button(page, 'Add Move and publish').click();
    },
    button: 'Cancel: Asking Globus',
    cancel: { call: 'flow.add', id: FLOW },
    focus: flowField,
    absent: (page) => page.getByText(/Asking Globus|^Added|on the list$/),
  }),
  wait({
    title: 'the sign-out of one scope',
    name: 'scope.signOut',
    late: CANCELLED,
    start: async (page) => {
      await openRow(page, /^view_flows/);
      await button(page, 'Sign out of view_flows').click();
      await button(page, /^Really sign out/).click();
    },
    button: 'Stop waiting: Signing out of view_flows',
    cancel: { call: 'scope.signOut' },
    focus: (page) => button(page, 'Sign out of view_flows'),
    absent: (page) => page.getByText(/^Signing out/),
  }),
  wait({
    title: 'the sign-out of one account',
    name: 'account.signOut',
    late: CANCELLED,
    start: async (page) => {
      await button(page, /^Accounts: /).click();
      await page.getByRole('menuitem', { name: 'Manage accounts' }).click();
      await button(page, 'Sign out grace@lab.example').click();
      await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
    },
    button: 'Stop waiting: Signing out grace@lab.example',
    cancel: { call: 'account.signOut' },
    focus: (page) => button(page, 'Sign out grace@lab.example'),
    absent: (page) => page.getByText(/^Signing out/),
  }),
  wait({
    title: 'the sign-out',
    name: 'signOut',
    late: CANCELLED,
    start: async (page) => {
      await menu(page, 'Sign out…');
      await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
    },
    button: 'Stop waiting: Signing out: Globus revokes the tokens',
    cancel: { call: 'signOut' },
    focus: (page) => page.getByRole('heading', { name: 'Scopes' }),
    absent: (page) => page.getByText(/^Signing out/),
  }),
  wait({
    title: 'the choice of a keychain',
    view: STATES['no keychain'] ?? RICH,
    name: 'setup.vault',
    late: CANCELLED,
    start: (page) => button(page, 'Try the keychain again').click(),
    button: 'Stop waiting: Waiting for the keychain',
    cancel: { call: 'setup.vault' },
    focus: (page) => page.getByRole('heading', { level: 1 }),
    absent: (page) => page.getByText(/Waiting for the keychain|It was cancelled/),
  }),
  wait({
    title: 'keys that the desktop is asked for',
    name: 'palette.askKeys',
    answers: {
      'system.get': { ok: true, value: { ...SYSTEM, palette: { ...SYSTEM.palette, state: 'ask' } } },
    },
    late: CANCELLED,
    start: async (page) => {
      await menu(page, 'Settings');
      await askKeys(page).click();
    },
    button: 'Stop waiting for the desktop’s keys',
    cancel: { call: 'palette.askKeys' },
    focus: askKeys,
    absent: (page) => page.getByText(/Waiting for your answer|It was cancelled/),
  }),
  wait({
    title: 'a token file that is taken in',
    name: 'imports.adopt',
    late: STOPPED,
    start: async (page) =>
      (await tokenFiles(page)).getByRole('button', { name: 'Take into the vault' }).click(),
    button: 'Cancel: Taking it into the vault',
    cancel: { call: 'imports.adopt', path: FILE },
    focus: (page) => button(page, 'Take into the vault'),
    absent: (page) =>
      page.getByText(/Taking it into/).or(page.getByRole('article').getByRole('alert').nth(1)),
  }),
  wait({
    title: 'a token file that is ended',
    name: 'imports.remove',
    late: CANCELLED,
    start: removeFirst,
    button: 'Stop waiting: Globus revokes its tokens',
    cancel: { call: 'imports.remove', path: FILE },
    focus: (page) => firstFile(page).getByRole('button', { name: 'Revoke and delete…' }),
    absent: (page) => page.getByText(/Globus revokes its tokens/),
  }),
  wait({
    title: 'the look at the flows before a sign-in',
    name: 'signIn.start',
    late: CANCELLED,
    start: async (page) => {
      await menu(page, 'Sign in again with other scopes…');
      await button(page, /^Sign in/).click();
    },
    button: 'Cancel: Starting the sign-in',
    cancel: 'signIn.cancel',
    focus: (page) => page.getByRole('heading', { name: 'Sign in again' }),
    absent: (page) => page.getByText(/Starting the sign-in|It was cancelled/),
  }),
];

function waitOf(title: string): Wait {
  const found = WAITS.find((one) => one.title === title);
  if (found === undefined) throw new Error(`there is no wait ${title}`);
  return found;
}

/** Where it waits; the clock stands at the press. */
async function waiting({
  view = RICH,
  name,
  answers,
  start,
}: Pick<Wait, 'view' | 'name' | 'answers' | 'start'>): Promise<OpenPage> {
  const opened = await openPlace(
    host,
    { title: '', view, go: async () => {} },
    { answers: { ...answers, [name]: 'pending' } },
  );
  await stopClock(opened.page, NOW + 1_000);
  await start(opened.page);
  await expect.poll(async () => (await opened.calls()).map((call) => call.name)).toContain(name);
  return opened;
}

const isFocused = (place: Locator) => place.evaluate((node) => node === document.activeElement);

describe.each(WAITS.map((one): [string, Wait] => [one.title, one]))('%s', (_title, one) => {
  test('can be ended after 300 ms, not before, and says what that ends', async () => {
    const opened = await waiting(one);
    const { page } = opened;
    const cancel = page.getByRole('button', { name: one.button, exact: true });
    await page.clock.runFor(PATIENCE - 1);
    expect(await cancel.count()).toBe(0);
    await page.clock.runFor(1);
    await cancel.waitFor();
    expect(await page.locator('svg.busy').count()).toBeGreaterThan(0);
    expect(await opened.complaints()).toEqual([]);
    await opened.close();
  });

  test('that was ended leaves all as it was, and the focus where it goes on', async () => {
    const opened = await waiting(one);
    const { page } = opened;
    await page.clock.runFor(PATIENCE);
    await page.getByRole('button', { name: one.button, exact: true }).press('Enter');
    const ended = (await opened.calls()).at(-1);
    expect(ended).toEqual(
      one.cancel === 'signIn.cancel'
        ? { name: 'signIn.cancel', request: null }
        : { name: 'call.cancel', request: one.cancel },
    );
    expect(await isFocused(one.focus(page))).toBe(true);
    // Main answers what was ended at once; what comes of it later is nobody's.
    await opened.finish(one.name, one.late);
    await page.clock.runFor(1_000);
    await expect.poll(() => one.absent(page).count()).toBe(0);
    await expect.poll(() => isFocused(one.focus(page))).toBe(true);
    expect(await page.getByRole('button', { name: one.button, exact: true }).count()).toBe(0);
    expect(await opened.complaints()).toEqual([]);
    await opened.close();
  });

  test('that ends by itself takes the focus from nobody', async () => {
    const opened = await waiting(one);
    const { page } = opened;
    await page.clock.runFor(PATIENCE);
    await page.getByRole('button', { name: one.button, exact: true }).focus();
    await opened.finish(one.name, one.late);
    await page.getByRole('button', { name: one.button, exact: true }).waitFor({ state: 'detached' });
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).not.toBe('BODY');
    await opened.close();
  });
});

describe('a token file of another program', () => {
  test('[C59] that is taken in no further says what is in the vault and what is left, and can be taken in again', async () => {
    const opened = await waiting(waitOf('a token file that is taken in'));
    const { page } = opened;
    const others = page.getByRole('article').nth(1).getByRole('button');
    // One at a time; the keyboard stays on what was pressed.
    for (const one of await others.all()) {
      expect(await one.getAttribute('aria-disabled')).toBe('true');
      await one.press('Enter');
    }
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.clock.runFor(PATIENCE);
    await button(page, 'Cancel: Taking it into the vault').click();
    await opened.finish('imports.adopt', STOPPED);
    const news = firstFile(page).getByRole('status').first();
    await news.getByText('In the vault now: Transfer.').waitFor();
    for (const words of [CANCELLED.problem.title, CANCELLED.problem.tokens, CANCELLED.problem.next])
      expect(await news.textContent()).toContain(words);
    // It was wished for: no alert.
    expect(await firstFile(page).getByRole('alert').count()).toBe(0);
    await button(page, 'Take into the vault').press('Enter');
    const names = (await opened.calls())
      .map(({ name }) => name)
      .filter((name) => name.startsWith('imports.'));
    expect(names).toEqual(['imports.list', 'imports.adopt', 'imports.adopt']);
    expect(await opened.complaints()).toEqual([]);
    await opened.close();
  });

  test.each<
    [string, string, 'imports.adopt' | 'imports.remove', Calls['imports.adopt' | 'imports.remove']['answer']]
  >([
    [
      'taken in',
      'a token file that is taken in',
      'imports.adopt',
      { ok: true, value: { services: ['Transfer'], ended: [], signIn: [], problem: null } },
    ],
    ['ended', 'a token file that is ended', 'imports.remove', { ok: true, value: { revoked: 2, kept: 0 } }],
  ])('keeps the focus when its button goes because it is %s', async (_how, title, name, late) => {
    const opened = await waiting(waitOf(title));
    const { page } = opened;
    const left = name === 'imports.adopt' ? 'Take into the vault' : 'Revoke and delete…';
    await opened.finish(name, late);
    await firstFile(page).getByRole('button', { name: left }).waitFor({ state: 'detached' });
    await expect.poll(() => isFocused(firstFile(page).getByRole('heading'))).toBe(true);
    await opened.close();
  });
});

describe('the palette', () => {
  test.each(['Escape', 'the button'])(
    'ends a copy that takes long by %s, and keeps its field',
    async (how) => {
      const opened = await openPlace(host, placeOf('a copy from the palette that takes long'), {
        height: 520,
      });
      const { page } = opened;
      if (how === 'Escape') await page.keyboard.press('Escape');
      else await page.getByRole('button', { name: 'Cancel: Copying curl for view_flows' }).click();
      await page.getByText('Copying').waitFor({ state: 'detached' });
      const calls = (await opened.calls()).filter(({ name }) => name !== 'palette.fit');
      expect(calls.map(({ name }) => name)).toEqual(['scope.copy', 'call.cancel']);
      expect(calls[1]?.request).toEqual({ call: 'scope.copy', scope: SCOPE, format: 'curl' });
      await opened.finish('scope.copy', CANCELLED);
      expect(await isFocused(page.getByRole('combobox'))).toBe(true);
      expect(await page.getByText('It was cancelled').count()).toBe(0);
      expect(await opened.complaints()).toEqual([]);
      await opened.close();
    },
  );
});

describe.each([
  ['approvals', 'approvals.list', 'Approvals', 'Reading the answers', { ok: true, value: RULES }],
  ['the audit log', 'audit.list', 'Audit', 'Reading the audit log', { ok: true, value: LOG }],
] as const)('%s', (_title, name, button, words, late) => {
  test('say after 300 ms, not before, that they are read, and only the first time', async () => {
    const opened = await waiting({
      name,
      start: (page) => page.getByRole('button', { name: button, exact: true }).click(),
    });
    const { page } = opened;
    await page.clock.runFor(PATIENCE - 1);
    expect(await page.getByText(words).count()).toBe(0);
    await page.clock.runFor(1);
    await page.getByRole('status').getByText(words).waitFor();
    await opened.finish(name, late);
    await page.getByText(words).waitFor({ state: 'detached' });
    await page.getByRole('list', { name: /^(Standing answers|Audit log)/ }).waitFor();
    // Main has news: the list is read again, and stays meanwhile.
    await opened.push({ ...RICH, now: NOW + 1_000 });
    await expect.poll(async () => (await opened.calls()).filter((call) => call.name === name).length).toBe(2);
    await page.clock.runFor(PATIENCE * 2);
    expect(await page.getByText(words).count()).toBe(0);
    expect(await opened.complaints()).toEqual([]);
    await opened.close();
  });
});

test('a command that takes long to be written says so after 300 ms', async () => {
  const opened = await waiting({
    name: 'snippet.preview',
    start: async (page) => {
      await openRow(page, /^view_flows/);
      await page.getByRole('combobox', { name: 'Tool' }).selectOption('HTTPie');
      // Main is asked after a pause without a key.
      await page.clock.runFor(200);
    },
  });
  const { page } = opened;
  const words = page.getByRole('status').getByText('Writing the command');
  expect(await words.count()).toBe(0);
  await page.clock.runFor(PATIENCE);
  await words.waitFor();
  await opened.finish('snippet.preview', { ok: true, value: { text: 'drawn by main ••••' } });
  await words.waitFor({ state: 'detached' });
  await opened.close();
});
