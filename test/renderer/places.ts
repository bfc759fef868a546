import type { Locator, Page } from 'playwright-core';
import type { AppView, TokenFileView, UpdateView } from '../../preload/contract.ts';
import {
  ACCOUNTS,
  appView,
  BROKER,
  CALL,
  FLOW_CHOICES,
  groupsWithFlows,
  LOG,
  NOW,
  PROBLEM,
  RULES,
  RUNS,
  SCOPE_CHOICES,
  STATES,
} from '../support/fake-bridge.ts';
import { hasFocus } from '../support/has-focus.ts';
import type { Answers, OpenOptions, OpenPage, PageHost } from './host.ts';

/** Every screen, dialog and menu that a person can come to, with the way there. */
export interface Place {
  title: string;
  view: AppView;
  /** `'palette'` is a window of its own. */
  page?: 'palette';
  /** What main answers there, where it is not the usual. */
  answers?: Answers;
  go: (page: Page) => Promise<void>;
}

/** One of each kind: of the own client, of another one, and one that cannot be read. */
const FILES: TokenFileView[] = [
  {
    path: '/home/ada/.globus/app/9f2c1a34-5b6d-4e7f-8a90-1b2c3d4e5f60/nightly-backup/tokens.json',
    program: 'An app of the Globus SDK',
    exposed: false,
    problem: null,
    holdings: [{ account: null, profile: null, services: ['Flows', 'Transfer'], way: 'adopt' }],
  },
  {
    path: '/home/ada/.globus/cli/storage.db',
    program: 'globus-cli',
    exposed: true,
    problem: null,
    holdings: [
      { account: 'ada@university.example', profile: 'work', services: ['Auth', 'Transfer'], way: 'sign-in' },
    ],
  },
  {
    path: '/home/ada/.globus/app/x/tokens.db',
    program: 'Unknown program',
    exposed: false,
    problem: PROBLEM,
    holdings: [],
  },
];

const ANSWERS: Answers = {
  'scope.search': { ok: true, value: SCOPE_CHOICES },
  'flow.find': { ok: true, value: FLOW_CHOICES },
  'flow.runs': { ok: true, value: RUNS },
  'approvals.list': { ok: true, value: RULES },
  'audit.list': { ok: true, value: LOG },
  'call.run': {
    ok: true,
    value: { ...CALL, problem: PROBLEM, body: 'x'.repeat(400), offer: { id: 'o', label: 'Allow it' } },
  },
  'imports.list': { ok: true, value: FILES },
  'forecast.check': { ok: true, value: { answer: 'by-renewal', until: NOW * 2, why: 'It is renewed.' } },
};

/** Signed in, with everything that a person can have. */
export const RICH = appView({ accounts: ACCOUNTS, broker: BROKER, groups: groupsWithFlows() });
/** The same for somebody who has switched off the keys of one letter. */
export const WITHOUT_LETTERS: AppView = { ...RICH, settings: { ...RICH.settings, letterKeys: false } };

export async function menu(page: Page, item: string): Promise<void> {
  await page.getByRole('button', { name: 'Account and more' }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

async function expand(page: Page): Promise<void> {
  const opener = page.locator('[data-opener]').first();
  if ((await opener.count()) > 0) await opener.click();
}

const heading = (page: Page, name: string) => page.getByRole('heading', { name, level: 1 }).waitFor();
const footer = (page: Page, name: string | RegExp) =>
  page.getByRole('navigation', { name: 'Broker' }).getByRole('button', { name }).click();

/** A part of the settings, at the top of what is seen. */
export async function settingsPart(page: Page, name: string): Promise<Locator> {
  await menu(page, 'Settings');
  const part = page.getByRole('region', { name });
  await part.waitFor();
  await part.evaluate((node) => node.scrollIntoView());
  return part;
}

/** The files that were found. */
export async function tokenFiles(page: Page): Promise<Locator> {
  const part = await settingsPart(page, 'Tokens in other files');
  await part.getByRole('button', { name: 'Look for them' }).click();
  await part.getByRole('article').first().waitFor();
  await part.evaluate((node) => node.scrollIntoView());
  return part;
}

/** What an update is at while the settings are open. */
function updating(title: string, update: UpdateView, go?: (part: Locator) => Promise<void>): Place {
  return {
    title,
    view: { ...RICH, update },
    go: async (page) => {
      const part = await settingsPart(page, 'Updates');
      await go?.(part);
      await part.evaluate((node) => node.scrollIntoView());
    },
  };
}

const UPDATES: Place[] = [
  updating('an update that is looked for', { phase: 'checking' }, (part) =>
    part.getByRole('button', { name: 'Cancel: Looking for a newer version' }).waitFor(),
  ),
  updating('an update that is downloaded', { phase: 'downloading', version: '0.2.0', percent: 42 }, (part) =>
    part.getByRole('button', { name: 'Cancel: Downloading version 0.2.0' }).waitFor(),
  ),
  updating('an update that another program installs', {
    phase: 'found',
    version: '0.2.0',
    how: 'This copy was installed by your system’s package manager, which is how it is updated, too.',
  }),
  updating('an update that is ready', { phase: 'ready', version: '0.2.0' }),
  updating('an update that failed', {
    phase: 'failed',
    problem: { ...PROBLEM, title: 'The update’s signature is wrong', detail: 'latest.yml: not signed' },
  }),
];

const PARTS: [title: string, go: (page: Page) => Promise<void>][] = [
  [
    'a detail with everything open',
    async (page) => {
      await page.getByRole('button', { name: /^Move and publish/ }).click();
      await page.getByRole('button', { name: /^Test call/ }).click();
      await page.getByRole('button', { name: 'Show recent runs' }).click();
      for (const summary of await page.locator('summary').all()) await summary.click();
      await page.getByRole('button', { name: 'Check', exact: true }).click();
      await page.getByText('It is renewed.').waitFor();
    },
  ],
  [
    'values to fill in',
    async (page) => {
      await page.getByRole('button', { name: /^view_flows/ }).click();
      await page.getByText('Show a flow', { exact: true }).click();
      await page.getByRole('textbox', { name: 'Flow ID' }).waitFor();
    },
  ],
  [
    'a row with many requests',
    async (page) => {
      await page.getByRole('button', { name: /^all/ }).click();
      await page.getByRole('combobox', { name: 'Tool' }).waitFor();
    },
  ],
  [
    'the dialog that adds a scope',
    async (page) => {
      await page.keyboard.press('a');
      await page.getByRole('list', { name: 'Scopes found' }).waitFor();
    },
  ],
  [
    'the list of keys',
    async (page) => {
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
    },
  ],
  [
    'the question before isolating',
    async (page) => {
      await menu(page, 'Isolate all…');
      await hasFocus(page, 'dialog');
    },
  ],
  [
    'the question before signing out',
    async (page) => {
      await menu(page, 'Sign out…');
      await hasFocus(page, 'dialog');
    },
  ],
  [
    'the accounts menu',
    async (page) => {
      await page.getByRole('button', { name: /^Accounts: / }).click();
      await hasFocus(page, 'menu');
    },
  ],
  [
    'the menu',
    async (page) => {
      await page.getByRole('button', { name: 'Account and more' }).click();
      await hasFocus(page, 'menu');
    },
  ],
  [
    'the accounts',
    async (page) => {
      await page.getByRole('button', { name: /^Accounts: / }).click();
      await page.getByRole('menuitem', { name: 'Manage accounts' }).click();
      await heading(page, 'Accounts');
    },
  ],
  [
    'the settings',
    async (page) => {
      await menu(page, 'Settings');
      await page.getByRole('switch').first().waitFor();
    },
  ],
  ['token files of other programs', async (page) => void (await tokenFiles(page))],
  ['the forecast', (page) => menu(page, 'Will the tokens last?')],
  ['choosing scopes', (page) => menu(page, 'Sign in again with other scopes…')],
  [
    'the approvals',
    async (page) => {
      await footer(page, 'Approvals');
      await page
        .getByRole('button', { name: /^Revoke/ })
        .first()
        .waitFor();
    },
  ],
  [
    'the question before revoking',
    async (page) => {
      await footer(page, 'Approvals');
      await page
        .getByRole('button', { name: /^Revoke/ })
        .first()
        .click();
      await hasFocus(page, 'dialog');
    },
  ],
  [
    'the audit log',
    async (page) => {
      await footer(page, 'Audit');
      await page.getByRole('list', { name: 'Audit log, newest first' }).waitFor();
    },
  ],
  ['the scripts', (page) => footer(page, /^Broker on/)],
];

/** What waits for Globus, a keychain or a file, once it has gone on for long enough to be shown. */
const WAITS: Place[] = [
  {
    title: 'a copy that takes long',
    view: RICH,
    answers: { 'scope.copy': 'pending' },
    go: async (page) => {
      await expand(page);
      await page.keyboard.press('c');
      await page.getByRole('button', { name: /^Cancel copying/ }).waitFor();
    },
  },
  {
    title: 'a detail where everything takes long',
    view: RICH,
    answers: {
      'scope.renew': 'pending',
      'call.run': 'pending',
      'flow.runs': 'pending',
      'audit.list': 'pending',
      'forecast.check': 'pending',
      'scope.signOut': 'pending',
      'snippet.preview': 'pending',
    },
    go: async (page) => {
      await page.getByRole('button', { name: /^Move and publish/ }).click();
      for (const name of [/^Test call/, 'Renew', 'Show recent runs'])
        await page.getByRole('button', { name }).click();
      for (const summary of await page.locator('summary').all()) await summary.click();
      await page.getByRole('button', { name: 'Check', exact: true }).click();
      const signOut = page.getByRole('button', { name: /^(Really sign|Sign) out.*of Move and publish/ });
      await signOut.click();
      await signOut.click();
      await page.getByRole('combobox', { name: 'Tool' }).selectOption('HTTPie');
      await page.getByRole('button', { name: /^Stop waiting: Signing out of/ }).waitFor();
      await page.getByRole('status').getByText('Writing the command').waitFor();
    },
  },
  {
    title: 'flows that are searched for',
    view: RICH,
    answers: { 'flow.find': 'pending' },
    go: async (page) => {
      await page.keyboard.press('a');
      await page.getByRole('group', { name: 'What to add' }).getByText('Flows').click();
      // By its name: the list below has a field of its kind, too.
      const field = page.getByRole('searchbox', { name: /^Flow ID/ });
      await field.fill('move');
      await field.press('Enter');
      await page.getByRole('button', { name: 'Cancel: Asking Globus' }).waitFor();
    },
  },
  {
    title: 'a sign-out that takes long',
    view: RICH,
    answers: { signOut: 'pending' },
    go: async (page) => {
      await menu(page, 'Sign out…');
      await page.getByRole('button', { name: 'Sign out', exact: true }).click();
      await page.getByRole('button', { name: /^Stop waiting: Signing out/ }).waitFor();
    },
  },
  {
    title: 'an account whose sign-out takes long',
    view: RICH,
    answers: { 'account.signOut': 'pending' },
    go: async (page) => {
      await page.getByRole('button', { name: /^Accounts: / }).click();
      await page.getByRole('menuitem', { name: 'Manage accounts' }).click();
      await page
        .getByRole('button', { name: /^Sign out/ })
        .last()
        .click();
      await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('button', { name: /^Stop waiting: Signing out/ }).waitFor();
    },
  },
  {
    title: 'a keychain that does not answer',
    view: STATES['no keychain'] ?? RICH,
    answers: { 'setup.vault': 'pending' },
    go: async (page) => {
      await page.getByRole('button', { name: 'Try the keychain again' }).click();
      await page.getByRole('button', { name: 'Stop waiting: Waiting for the keychain' }).waitFor();
    },
  },
  {
    title: 'a sign-in that starts',
    view: RICH,
    answers: { 'signIn.start': 'pending' },
    go: async (page) => {
      await menu(page, 'Sign in again with other scopes…');
      await page.getByRole('button', { name: /^Sign in/ }).click();
      await page.getByRole('button', { name: 'Cancel: Starting the sign-in' }).waitFor();
    },
  },
  {
    title: 'token files that take long to be taken in',
    view: RICH,
    answers: { 'imports.adopt': 'pending' },
    go: async (page) => {
      const part = await tokenFiles(page);
      await part.getByRole('button', { name: 'Take into the vault' }).click();
      await part.getByRole('button', { name: 'Cancel: Taking it into the vault' }).waitFor();
    },
  },
  {
    title: 'approvals that are being read',
    view: RICH,
    answers: { 'approvals.list': 'pending' },
    go: async (page) => {
      await footer(page, 'Approvals');
      await page.getByText('Reading the answers').waitFor();
    },
  },
  {
    title: 'an audit log that is being read',
    view: RICH,
    answers: { 'audit.list': 'pending' },
    go: async (page) => {
      await footer(page, 'Audit');
      await page.getByText('Reading the audit log').waitFor();
    },
  },
  {
    title: 'a copy from the palette that takes long',
    view: RICH,
    page: 'palette',
    answers: { 'scope.copy': 'pending' },
    go: async (page) => {
      await page.keyboard.press('Enter');
      await page.getByText('Copying curl for').waitFor();
    },
  },
];

export const PLACES: readonly Place[] = [
  ...Object.entries(STATES).map(([name, view]): Place => ({ title: `"${name}"`, view, go: expand })),
  ...PARTS.map(([title, go]): Place => ({ title, view: RICH, go })),
  {
    title: 'the list of keys without single letters',
    view: WITHOUT_LETTERS,
    go: async (page) => {
      await page.getByRole('button', { name: 'Keys', exact: true }).click();
      await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
    },
  },
  ...UPDATES,
  ...WAITS,
  {
    title: 'an empty list',
    view: { ...RICH, groups: [] },
    go: (page) => page.getByRole('heading', { name: 'Nothing is on the list' }).waitFor(),
  },
  {
    title: 'the palette',
    view: RICH,
    page: 'palette',
    go: (page) => page.getByRole('option').first().waitFor(),
  },
];

/** @throws where there is none of that title */
export function placeOf(title: string): Place {
  const place = PLACES.find((one) => one.title === title);
  if (place === undefined) throw new Error(`there is no place ${title}`);
  return place;
}

/** The page at that place. The caller closes it. */
export async function openPlace(
  host: Pick<PageHost, 'open'>,
  place: Place,
  options: OpenOptions = {},
): Promise<OpenPage> {
  const opened = await host.open(place.view, {
    ...(place.page === undefined ? {} : { page: place.page }),
    ...options,
    answers: { ...ANSWERS, ...place.answers, ...options.answers },
  });
  await place.go(opened.page);
  return opened;
}
