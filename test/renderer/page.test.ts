import { describe, expect, test } from 'vitest';
import type { AppView } from '../../preload/contract.ts';
import {
  appView,
  everyState,
  groupsOf,
  NOW,
  PROBLEM,
  scopeAt,
  scopes,
  STATES,
} from '../support/fake-bridge.ts';
import { keychainView, passphraseView } from '../support/vault-views.ts';
import type { OpenOptions, OpenPage } from './host.ts';
import { pageHost } from './page-host.ts';
import { stopClock } from './stop-clock.ts';

const host = pageHost();

const withPage = (
  view: AppView | undefined,
  run: (opened: OpenPage) => Promise<void>,
  options?: OpenOptions,
) => host.with(view ?? appView(), options, run);

const SIGNED_OUT = STATES['signed out'] ?? appView();
const ALL = scopes().map(({ scope }) => scope);

describe('signing in', () => {
  test('[C15] asks for exactly the ticked scopes, all six at first', () =>
    withPage(SIGNED_OUT, async ({ page, calls }) => {
      expect(await page.getByText(/One token will carry all 6 scopes/).isVisible()).toBe(true);
      await page.getByRole('checkbox', { name: 'all', exact: true }).uncheck();
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      expect(await calls()).toEqual([
        { name: 'signIn.start', request: { scopes: ALL.slice(0, 5), way: 'browser' } },
      ]);
    }));

  test('asks for nothing while nothing is ticked', () =>
    withPage(SIGNED_OUT, async ({ page, calls }) => {
      for (const box of await page.getByRole('checkbox').all()) await box.uncheck();
      const button = page.getByRole('button', { name: 'Sign in', exact: true });
      expect(await button.getAttribute('aria-disabled')).toBe('true');
      await button.click({ force: true });
      expect(await calls()).toEqual([]);
    }));

  test('waits with a countdown, a way out, a link and the way of the code', () =>
    withPage(
      SIGNED_OUT,
      async ({ page, push, calls }) => {
        await page.getByRole('button', { name: 'Sign in', exact: true }).click();
        await push(STATES['waiting'] ?? appView());
        const heading = page.getByRole('heading', { name: 'Finish in your browser' });
        await heading.waitFor();
        expect(await heading.evaluate((node) => node === document.activeElement)).toBe(true);
        expect(await page.getByRole('timer').textContent()).toMatch(/14 min \d+ s/);
        expect(await page.getByText(/Globus error page, press Cancel here/).isVisible()).toBe(true);
        expect(await page.getByText('view_flows, manage_flows, run').isVisible()).toBe(true);
        await page.getByRole('button', { name: 'Copy the link' }).click();
        await page.getByRole('button', { name: 'Link copied' }).waitFor();
        await page.getByRole('button', { name: 'Cancel' }).click();
        expect((await calls()).map(({ name }) => name)).toEqual([
          'signIn.start',
          'signIn.copyLink',
          'signIn.cancel',
        ]);
      },
      { answers: { 'signIn.start': 'pending' } },
    ));

  test('takes a pasted code, trimmed, and not an empty one', () =>
    withPage(STATES['paste a code'], async ({ page, calls }) => {
      await page.getByRole('button', { name: 'Continue' }).click();
      expect(await page.getByRole('alert').isVisible()).toBe(true);
      await page.getByRole('textbox').fill('  abc123 ');
      await page.getByRole('button', { name: 'Continue' }).click();
      expect(await calls()).toEqual([{ name: 'signIn.code', request: { code: 'abc123' } }]);
    }));

  test('[C15] ends with what was granted and what was not, each by name', () =>
    withPage(STATES['done with less'], async ({ page, calls }) => {
      const names = (title: string) =>
        page.getByRole('list', { name: title, exact: true }).getByRole('listitem').allTextContents();
      expect(await names('Granted')).toEqual(['view_flows', 'run_status']);
      expect(await names('Asked for, not granted')).toEqual(['run_manage', 'all']);
      expect(await page.getByRole('status').textContent()).toContain('without run_manage, all');
      await page.getByRole('button', { name: 'Show my scopes' }).click();
      expect(await calls()).toEqual([{ name: 'signIn.dismiss', request: null }]);
    }));

  test('[C11] [C59] fails with what happened, what it means and what next, markup shown as text', () =>
    withPage(STATES['failed'], async ({ page }) => {
      for (const text of [PROBLEM.title, PROBLEM.tokens, PROBLEM.next, PROBLEM.detail ?? '']) {
        expect(await page.getByText(text, { exact: true }).first().isVisible(), text).toBe(true);
      }
      expect(await page.locator('dd b').count()).toBe(0);
      expect(await page.getByRole('button', { name: 'Try again' }).isVisible()).toBe(true);
    }));

  test('again from a row starts with what works and that scope ticked', () =>
    withPage(appView({ groups: groupsOf(everyState()) }), async ({ page, calls }) => {
      await page.getByRole('button', { name: 'Review consent for run_manage' }).click();
      expect(await page.getByRole('checkbox', { name: 'run_manage' }).isChecked()).toBe(true);
      expect(await page.getByRole('checkbox', { name: 'all', exact: true }).isChecked()).toBe(false);
      await page.getByRole('button', { name: 'Back' }).click();
      await page.getByRole('button', { name: 'Sign in for all' }).click();
      expect(await page.getByRole('checkbox', { name: 'all', exact: true }).isChecked()).toBe(true);
      expect(await calls()).toEqual([]);
    }));
});

describe('the list', () => {
  test('tells name, definition and time left of every scope, with a ring that empties', () =>
    withPage(appView({ groups: groupsOf(everyState()) }), async ({ page }) => {
      const rows = page.getByRole('listitem');
      expect(await rows.count()).toBe(6);
      expect(await rows.nth(0).textContent()).toMatch(/view_flows.*View flows.*45 h 12 min/s);
      expect(await rows.nth(1).textContent()).toMatch(/3 min/);
      const arc = (row: number) => rows.nth(row).locator('circle').nth(1).getAttribute('stroke-dasharray');
      const length = async (row: number) => Number.parseFloat((await arc(row)) ?? '0');
      expect(await length(0)).toBeGreaterThan((await length(1)) + 40);
    }));

  test('opens a row: the quoted definition, the request, dots for the token, and what else it can do', () =>
    withPage(appView(), async ({ page, calls }) => {
      await page.getByRole('button', { name: /^view_flows/ }).click();
      const detail = page.getByRole('group', { name: 'view_flows in detail' });
      const text = (await detail.textContent()) ?? '';
      expect(text).toContain('Grants ability to view flows');
      expect(text).toContain('Bearer ••••');
      expect(text).toMatch(/contains the live token.*until it ends, in 45 h\s+\(Sat.*shell’s history/s);
      expect(text).toContain('This token can also: manage_flows, run, run_status, run_manage, all');
      await page.getByText('Show a flow', { exact: true }).click();
      expect(await detail.textContent()).toContain('/flows/FLOW_ID');
      await page.getByRole('button', { name: 'Copy curl for view_flows' }).click();
      await page.getByRole('button', { name: 'Copy header for view_flows' }).click();
      await page.getByRole('button', { name: 'Renew' }).click();
      const [scope] = ALL;
      expect(await calls()).toEqual([
        { name: 'scope.copy', request: { scope, format: 'curl', recipe: 'get-flow' } },
        { name: 'scope.copy', request: { scope, format: 'header' } },
        { name: 'scope.renew', request: { scope } },
      ]);
    }));

  test('opens the last row in sight', () =>
    withPage(appView(), async ({ page }) => {
      await page.getByRole('button', { name: /^all/ }).click();
      const foot = page.getByRole('button', { name: 'Copy header for all' });
      const seen = await foot.evaluate((node) => {
        const { left, top, width, height } = node.getBoundingClientRect();
        return document.elementFromPoint(left + width / 2, top + height / 2) === node;
      });
      expect(seen).toBe(true);
    }));

  test('offers many requests as a list instead of a wall of buttons', () =>
    withPage(appView(), async ({ page, calls }) => {
      await page.getByRole('button', { name: /^run_manage/ }).click();
      await page.getByRole('combobox', { name: 'Request' }).selectOption('Cancel a run');
      await page.getByRole('button', { name: 'Copy curl for run_manage' }).click();
      expect((await calls())[0]?.request).toMatchObject({ recipe: 'cancel-run' });
    }));

  test('copies a header where a scope has no request of its own', () =>
    withPage(
      appView({ groups: groupsOf([{ ...scopeAt(scopes(), 0), recipes: [] }]) }),
      async ({ page, calls }) => {
        await page.getByRole('button', { name: 'Copy header for view_flows' }).click();
        expect((await calls())[0]?.request).toMatchObject({ format: 'header' });
      },
    ));

  test('[C11] shows a hostile name as text', () => {
    const name = '<img src=x onerror=alert(1)>';
    return withPage(appView({ groups: groupsOf([{ ...scopeAt(scopes(), 0), name }]) }), async ({ page }) => {
      expect(await page.getByText(name).isVisible()).toBe(true);
      expect(await page.locator('img').count()).toBe(0);
    });
  });
});

describe('the clipboard', () => {
  test('is announced once, counts down in the toast and can be cleared', () =>
    withPage(appView(), async ({ page, push, calls }) => {
      await stopClock(page, NOW);
      await push(STATES['copied'] ?? appView());
      const toast = page.getByRole('region', { name: 'Clipboard' });
      expect(await toast.innerText()).toMatch(/^Copied curl for view_flows\s+Clears in 28 s/);
      const status = page.getByRole('status');
      const said = await status.textContent();
      expect(said).toContain('Copied curl for view_flows');
      await page.clock.runFor(1_000);
      await toast.getByText('clears in 27 s').waitFor();
      await push({ ...(STATES['copied'] ?? appView()), now: NOW + 9_000 });
      await toast.getByText('clears in 19 s').waitFor();
      expect(await status.textContent()).toBe(said);
      await page.getByRole('button', { name: 'Clear now' }).click();
      expect(await calls()).toEqual([{ name: 'clipboard.clear', request: null }]);
    }));
});

describe('trouble', () => {
  test('[C26] without a keychain nothing is signed in before the user chose where tokens are kept', () =>
    withPage(STATES['no keychain'], async ({ page, calls }) => {
      await page.getByRole('button', { name: 'Sign in', exact: true }).click({ force: true });
      expect(await calls()).toEqual([]);
      await page.getByRole('button', { name: 'Keep tokens in memory until quit' }).click();
      await page.getByRole('button', { name: 'Try the keychain again' }).click();
      expect(await calls()).toEqual([
        { name: 'setup.vault', request: { backend: 'memory' } },
        { name: 'setup.vault', request: { backend: 'keychain' } },
      ]);
    }));

  test.each([
    ['GNOME Keyring (Secret Service)', 'locked', 'Unlock…'],
    ['KeePassXC (Secret Service)', 'denied', 'Ask me again'],
    ['macOS Keychain', 'locked', 'Try the keychain again'],
  ] as const)('[C27] the button of a %s, %s, says what it does: %s', (label, status, name) =>
    withPage(appView({ vault: keychainView(status, true, label) }), async ({ page, calls }) => {
      await page.getByRole('button', { name, exact: true }).click();
      expect(await calls()).toEqual([{ name: 'setup.vault', request: { backend: 'keychain' } }]);
    }),
  );

  test('[C27] a locked passphrase file names the command, and asks for no passphrase here', () =>
    withPage(appView({ vault: passphraseView('locked') }), async ({ page }) => {
      const banner = page.getByRole('region', { name: 'The passphrase file is locked' });
      expect(await banner.innerText()).toContain('Run globus-token unlock in a terminal.');
      expect(await banner.getByRole('button').count()).toBe(0);
      expect(await page.locator('input[type=password]').count()).toBe(0);
      expect(await page.getByRole('button', { name: 'Try the keychain again' }).count()).toBe(0);
    }));

  test.each([300, 330, 360, 400])('a command in the words of a problem is whole in %i px', (width) =>
    host.with(appView({ vault: passphraseView('damaged') }), { width }, async ({ page }) => {
      const next = page.getByRole('region', { name: 'The passphrase file is damaged' }).locator('.next');
      expect(await next.innerText()).toContain('(globus-token unlock --new) and sign in');
      expect(await next.evaluate(linesOf, '--new')).toBe(1);
    }),
  );

  test('[C26] the window names the vault in use', () =>
    withPage(STATES['in memory'], async ({ page, push }) => {
      expect(await page.getByText('memory, gone when the app quits').isVisible()).toBe(true);
      await push(appView());
      expect(await page.getByText('GNOME Keyring (Secret Service)').isVisible()).toBe(true);
    }));

  test('the demo says so on every screen', async () => {
    const environment = { name: 'demo', label: 'Demo (fake Globus)', fake: true };
    await withPage(appView({ environment }), async ({ page, push }) => {
      for (const view of Object.values(STATES)) {
        await push({ ...view, environment });
        expect(await page.getByText('fake Globus, nothing here is real').isVisible()).toBe(true);
      }
    });
  });

  test('[C59] a refused call shows its problem until it is dismissed', () =>
    withPage(
      appView(),
      async ({ page }) => {
        await page.getByRole('button', { name: 'Copy curl for view_flows' }).click();
        const problem = page.getByRole('region', { name: PROBLEM.title });
        await problem.waitFor();
        await problem.getByRole('button', { name: 'Dismiss' }).click();
        await problem.waitFor({ state: 'detached' });
      },
      { answers: { 'scope.copy': { ok: false, problem: PROBLEM } } },
    ));

  test('a standing problem that a call also returned is shown once, and main dismisses it', () =>
    withPage(
      appView({ problem: PROBLEM }),
      async ({ page, calls }) => {
        await page.getByRole('button', { name: 'Copy curl for view_flows' }).click();
        expect(await page.getByRole('heading', { name: PROBLEM.title }).count()).toBe(1);
        await page.getByRole('button', { name: 'Dismiss' }).click();
        expect((await calls()).at(-1)).toEqual({ name: 'problem.dismiss', request: null });
      },
      { answers: { 'scope.copy': { ok: false, problem: PROBLEM } } },
    ));

  test('[C23] signing out from the tray menu asks as well, over whatever is shown', () =>
    withPage(
      appView(),
      async ({ page, calls, tell }) => {
        await page.getByRole('button', { name: 'Account and more' }).click();
        await page.getByRole('menuitem', { name: 'Settings' }).click();
        await tell('askSignOut', null);
        const dialog = page.getByRole('dialog', { name: 'Sign out ada@university.example?' });
        await dialog.waitFor();
        expect((await calls()).some(({ name }) => name === 'signOut')).toBe(false);
        await dialog.getByRole('button', { name: 'Sign out' }).click();
        await expect.poll(async () => (await calls()).at(-1)?.name).toBe('signOut');
      },
      { answers: { signOut: { ok: true, value: { revoked: true } } } },
    ));

  test('[C23] signing out asks first, says what it does, and owns up when it did not work', () =>
    withPage(
      appView(),
      async ({ page, calls }) => {
        await page.getByRole('button', { name: 'Account and more' }).click();
        await page.getByRole('menuitem', { name: 'Sign out…' }).click();
        const dialog = page.getByRole('dialog');
        expect(await dialog.textContent()).toContain(
          'revoked at Globus, the access token and the refresh token',
        );
        await dialog.getByRole('button', { name: 'Sign out' }).click();
        await page.getByRole('heading', { name: 'You are still signed in' }).waitFor();
        expect(await calls()).toEqual([{ name: 'signOut', request: null }]);
      },
      { answers: { signOut: { ok: true, value: { revoked: false } } } },
    ));
});

/** Runs in the page. @returns in how many lines these words of the element stand; 0: they are not in one piece */
function linesOf(element: Element, words: string): number {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const at = node.nodeValue?.indexOf(words) ?? -1;
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, at + words.length);
    return new Set([...range.getClientRects()].map(({ top }) => top)).size;
  }
  return 0;
}
