import { describe, expect, test } from 'vitest';
import { STATES } from '../support/fake-bridge.ts';
import type { OpenPage } from './host.ts';
import { pageHost } from './page-host.ts';
import { openPlace, type Place, PLACES, RICH } from './places.ts';

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
      expect.stringContaining('Copied curl for view_flows, clears in less than a minute'),
    ]);
    await opened.close();
  });

  test('an error is said once', async () => {
    const opened = await host.open(RICH);
    const said = await listen(opened);
    const { problem } = STATES['standing problem'] ?? RICH;
    await opened.push({ ...RICH, problem });
    await opened.page.getByText('Globus ended this sign-in').waitFor();
    await opened.push({ ...RICH, problem, now: RICH.now + 1_000 });
    expect((await said()).filter((text) => text.includes('Globus ended this sign-in'))).toHaveLength(1);
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
