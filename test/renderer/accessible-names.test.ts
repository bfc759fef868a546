import { describe, expect, test } from 'vitest';
import { STATES } from '../support/fake-bridge.ts';
import type { OpenPage } from './host.ts';
import { pageHost } from './page-host.ts';
import { openPlace, type Place, PLACES, RICH } from './places.ts';
import { stopClock } from './stop-clock.ts';

const host = pageHost();

interface TreeNode {
  role: string;
  name: string;
  level: number | null;
}

/** What a screen reader is given, in its order: the browser's own accessibility tree. */
async function treeOf({ page }: OpenPage): Promise<TreeNode[]> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  await session.detach();
  return nodes
    .filter(({ ignored }) => !ignored)
    .map(({ role, name, properties }) => ({
      role: String(role?.value ?? ''),
      name: String(name?.value ?? '').trim(),
      level: Number(properties?.find((property) => property.name === 'level')?.value.value ?? 0) || null,
    }));
}

const CONTROLS = [
  'button',
  'link',
  'textbox',
  'searchbox',
  'combobox',
  'checkbox',
  'radio',
  'switch',
  'menuitem',
  'menuitemradio',
  'option',
  'DisclosureTriangle',
];
const NAMED_ALWAYS = [...CONTROLS, 'dialog', 'alertdialog', 'navigation', 'heading', 'radiogroup', 'listbox'];
const MODAL = ['dialog', 'alertdialog', 'menu'];

const lines = (nodes: TreeNode[], ...roles: string[]): string[] =>
  nodes.filter(({ role }) => roles.includes(role)).map(({ role, name }) => `${role} ${name}`);

describe.each(PLACES.map((place): [string, Place] => [place.title, place]))('[C58] %s', (_title, place) => {
  test('has a name for every control, one main heading, and landmarks', async () => {
    const opened = await openPlace(host, place);
    const nodes = await treeOf(opened);
    await opened.close();
    const unnamed = nodes.filter(({ role, name }) => NAMED_ALWAYS.includes(role) && name === '');
    expect(unnamed).toEqual([]);
    // A name that is only a sign says nothing when it is spoken.
    expect(nodes.filter(({ role, name }) => CONTROLS.includes(role) && !/[\p{L}\d]/u.test(name))).toEqual([]);
    const modal = nodes.some(({ role }) => MODAL.includes(role));
    if (modal || place.page === 'palette') return;
    expect(nodes.filter(({ role, level }) => role === 'heading' && level === 1)).toHaveLength(1);
    expect(lines(nodes, 'main')).toHaveLength(1);
    const levels = nodes.filter(({ role }) => role === 'heading').map(({ level }) => level ?? 0);
    levels.forEach((level, index) => {
      expect(level - (levels[index - 1] ?? 0), `heading ${index}`).toBeLessThanOrEqual(1);
    });
    // Two that are told apart by nothing but their place cannot be told apart by ear.
    const buttons = lines(nodes, 'button', 'switch', 'menuitem');
    expect(buttons.filter((line, index) => buttons.indexOf(line) !== index)).toEqual([]);
  });
});

const HEADER = ['button Accounts: Ada Lovelace ada@university.example 2', 'button Lock now'];

describe('[C58] by ear', () => {
  test.each<[place: string, heading: string, expected: string[]]>([
    ['"first run"', 'Globus Token Tray', ['textbox Client ID']],
    ['"waiting"', 'Finish in your browser', ['button Cancel']],
    ['"paste a code"', 'Paste a code', []],
    ['"failed"', 'The consent page was answered with Deny', []],
    ['"signed in"', 'Scopes', ['searchbox Filter scopes', 'button Copy curl for view_flows']],
    ['the accounts', 'Accounts', [...HEADER, 'button Use grace@lab.example', 'button Back']],
    ['the audit log', 'Audit', ['button Back']],
    ['the approvals', 'Approvals', ['button Back']],
    ['the settings', 'Settings', ['button Back']],
  ])('%s is “%s”, with what can be done there', async (title, heading, expected) => {
    const place = PLACES.find((one) => one.title === title);
    if (place === undefined) throw new Error(`no place ${title}`);
    const opened = await openPlace(host, place);
    const nodes = await treeOf(opened);
    await opened.close();
    expect(nodes.find(({ role, level }) => role === 'heading' && level === 1)?.name).toBe(heading);
    expect(lines(nodes, ...CONTROLS)).toEqual(expect.arrayContaining(expected));
  });

  test.each<[scope: string, says: RegExp]>([
    ['view_flows', /Ready/i],
    ['manage_flows', /3 min/],
    ['run', /Renewing/i],
    ['run_status', /Offline/i],
    ['run_manage', /consent/i],
    ['all', /sign/i],
  ])('the row of %s says its state in words: %s', async (scope, says) => {
    const opened = await host.open(STATES['every scope state'] ?? RICH);
    const rows = lines(await treeOf(opened), 'button').filter((line) => line.startsWith(`button ${scope} `));
    await opened.close();
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatch(says);
  });

  /** Texts that are put into a live region, from now on: each is one thing said. */
  async function listen({ page }: OpenPage): Promise<() => Promise<string[]>> {
    await page.evaluate(() => {
      const said: string[] = [];
      Object.assign(window, { said });
      new MutationObserver((records) => {
        for (const { target, addedNodes } of records) {
          const element = target instanceof Element ? target : target.parentElement;
          for (const node of addedNodes) {
            const own = node instanceof Element && node.matches('[role="alert"], [role="status"]');
            const live = own || element?.closest('[role="alert"], [role="status"], [aria-live]') != null;
            const text = node.textContent?.replaceAll(/\s+/g, ' ').trim() ?? '';
            if (live && text !== '') said.push(text);
          }
        }
      }).observe(document.body, { childList: true, subtree: true });
    });
    return () => page.evaluate(() => (window as unknown as { said: string[] }).said);
  }

  test('a copy is said once, however long its countdown runs', async () => {
    const opened = await host.open(RICH);
    const said = await listen(opened);
    const clipboard = { what: 'curl for view_flows', clearsAt: RICH.now + 28_000, duration: 45_000 };
    await opened.push({ ...RICH, clipboard });
    await opened.page.locator('.toast').getByText('Clears in').waitFor();
    await opened.push({ ...RICH, clipboard, now: RICH.now + 2_000 });
    await opened.page.locator('.toast').getByText('Clears in 26').waitFor();
    expect((await said()).filter((text) => text.includes('Copied'))).toEqual([
      expect.stringContaining('Copied curl for view_flows, clears in 45 seconds'),
    ]);
    await opened.close();
  });

  test('an error is said once', async () => {
    const opened = await host.open(RICH);
    const said = await listen(opened);
    const { problem } = STATES['standing problem'] ?? RICH;
    await opened.push({ ...RICH, problem });
    await opened.page.getByRole('heading', { name: 'Globus ended this sign-in' }).waitFor();
    await opened.push({ ...RICH, problem, now: RICH.now + 1_000 });
    expect((await said()).filter((text) => text.includes('Globus ended this sign-in'))).toHaveLength(1);
    await opened.close();
  });

  test('an error is one text, in the order in which it is read, and without its button', async () => {
    const opened = await host.open(RICH);
    const said = await listen(opened);
    const problem = { reason: 'x', title: 'The log is away', tokens: 'All is kept.', next: 'Wait a little.' };
    await opened.push({ ...RICH, problem });
    await expect.poll(said).toEqual(['The log is away. All is kept. Wait a little.']);
    await opened.close();
  });

  test('the end of a copy and of a lock is said', async () => {
    const clipboard = { what: 'curl for view_flows', clearsAt: RICH.now + 45_000, duration: 45_000 };
    const opened = await host.open({ ...RICH, clipboard });
    const said = await listen(opened);
    await opened.push(RICH);
    await expect.poll(said).toEqual(['No longer on the clipboard: curl for view_flows.']);
    await opened.push(STATES['app locked'] ?? RICH);
    await opened.push(RICH);
    await expect.poll(async () => (await said()).at(-1)).toBe('Unlocked.');
    await opened.close();
  });

  test('the end of a renewal is said', async () => {
    const opened = await host.open(RICH);
    const said = await listen(opened);
    await opened.page.locator('[data-opener]').first().focus();
    await opened.page.keyboard.press('r');
    await expect.poll(said).toEqual(['Renewed view_flows']);
    await opened.close();
  });

  test('how many rows a filter leaves is said when the typing has stopped', async () => {
    const opened = await host.open(RICH, { ownPage: true });
    await stopClock(opened.page, RICH.now + 1_000);
    const said = await listen(opened);
    await opened.page.getByRole('searchbox').focus();
    for (const key of 'run_') {
      await opened.page.keyboard.press(key);
      await opened.page.clock.runFor(600);
    }
    expect(await said()).toEqual([]);
    await opened.page.clock.runFor(100);
    await expect.poll(said).toEqual([expect.stringMatching(/^\d+ of \d+ scopes$/)]);
    await opened.close();
  });

  test('what is said stands alone: nothing beside it is read again', async () => {
    const opened = await host.open(RICH);
    await expect(opened.page.getByRole('status').first().getAttribute('aria-atomic')).resolves.toBe('false');
    await opened.close();
  });

  test('a key is no part of a name, and a hint for the hand is not read after the name', async () => {
    const opened = await host.open(RICH);
    const { page } = opened;
    const add = page.getByRole('button', { name: 'Add a scope or a flow', exact: true });
    expect([await add.getAttribute('title'), await add.getAttribute('aria-keyshortcuts')]).toEqual([
      null,
      'a',
    ]);
    await add.hover();
    expect(await add.getAttribute('title')).toBe('Add a scope or a flow (a)');
    await page.getByRole('button', { name: 'Keys', exact: true }).hover();
    expect(await add.getAttribute('title')).toBeNull();
    await page.getByRole('button', { name: 'Account and more' }).click();
    await page.getByRole('menuitem', { name: 'Keyboard', exact: true }).waitFor();
    await opened.close();
  });

  test('that the app is locked now is said once', async () => {
    const opened = await host.open(RICH);
    const said = await listen(opened);
    const locked = STATES['app locked'] ?? RICH;
    await opened.push(locked);
    await expect.poll(said).toHaveLength(1);
    await opened.push({ ...locked, now: locked.now + 1_000 });
    expect(await said()).toEqual([expect.stringMatching(/locked/i)]);
    await opened.close();
  });
});
