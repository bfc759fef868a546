import { describe, expect, test } from 'vitest';
import { appView, BROKER, LOG, NOW, RULES, STATES } from '../support/fake-bridge.ts';
import { hasFocus } from '../support/has-focus.ts';
import type { Answers, OpenPage } from './host.ts';
import { pageHost } from './page-host.ts';
import { serious } from './serious.ts';

const host = pageHost();

const VIEW = appView({ broker: BROKER });
const FULL: Answers = {
  'approvals.list': { ok: true, value: RULES },
  'audit.list': { ok: true, value: LOG },
};
const EMPTY: Answers = { 'approvals.list': { ok: true, value: [] }, 'audit.list': { ok: true, value: [] } };

const withPage = (answers: Answers, run: (opened: OpenPage) => Promise<void>, view = VIEW) =>
  host.with(view, { answers }, run);

const names = async ({ calls }: OpenPage) => (await calls()).map(({ name }) => name);
const focused = ({ page }: OpenPage) => page.evaluate(() => document.activeElement?.textContent?.trim());

describe('the footer', () => {
  test('says what the broker does, and nothing before it is known', async () => {
    await withPage({}, async ({ page, push }) => {
      await page.getByText('Broker on · 3 programs today').waitFor();
      await push(STATES['broker denies'] ?? VIEW);
      await page.getByText('Broker denies everything').waitFor();
      await push(appView());
      await page.getByRole('navigation', { name: 'Broker' }).waitFor({ state: 'detached' });
    });
  });

  test('is left by keyboard and come back to with Escape', () =>
    withPage(FULL, async (opened) => {
      const { page } = opened;
      await page.getByRole('button', { name: 'Audit' }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Audit' }).waitFor();
      await expect.poll(() => focused(opened)).toBe('Audit');
      expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
      await page.keyboard.press('Escape');
      await page.getByRole('heading', { name: 'Audit' }).waitFor({ state: 'detached' });
      await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('BUTTON');
      expect(await focused(opened)).toBe('Audit');
      await page.getByRole('heading', { name: 'Scopes' }).waitFor();
    }));

  test('a sign-in under way wins over the audit log', () =>
    withPage(FULL, async ({ page, push }) => {
      await page.getByRole('button', { name: 'Audit' }).click();
      await push({ ...(STATES['waiting'] ?? VIEW), broker: BROKER });
      await page.getByRole('heading', { name: 'Finish in your browser' }).waitFor();
    }));
});

describe('the audit log', () => {
  test('[C36] shows who, what, when and the answer, newest first', () =>
    withPage(FULL, async (opened) => {
      const { page } = opened;
      await page.getByRole('button', { name: 'Audit' }).click();
      const lines = page.getByRole('list', { name: 'Audit log, newest first' }).getByRole('listitem');
      await expect.poll(() => lines.count()).toBe(LOG.length);
      const second = await lines.nth(1).innerText();
      expect(second).toContain('run_status: token given');
      expect(second).toContain('~/jobs/watch-runs.sh claimed');
      expect(second).toContain('/usr/bin/bash seen, pid 41822');
      expect(second).toContain('a rule allows it · ada@university.example');
      expect(second).toContain('10:58:30');
      expect(await lines.last().innerText()).toContain('Wed');
      expect(await opened.calls()).toContainEqual({ name: 'audit.list', request: { limit: 200 } });
    }));

  test('reads itself again when main has news', () =>
    withPage(EMPTY, async ({ page, push, answer }) => {
      await page.getByRole('button', { name: 'Audit' }).click();
      await page.getByText('Nothing yet.').waitFor();
      await answer(FULL);
      await push({ ...VIEW, now: NOW + 1 });
      await page.getByText('view_flows: copied').waitFor();
    }));

  test('[C59] says why it cannot be read', () => {
    const problem = { reason: 'x', title: 'The log is away', tokens: 'Fine.', next: 'Wait.' };
    return withPage({ 'audit.list': { ok: false, problem } }, async ({ page }) => {
      await page.getByRole('button', { name: 'Audit' }).click();
      await page.getByRole('heading', { name: 'The log is away' }).waitFor();
    });
  });
});

describe('approvals', () => {
  test('[C35] lists each rule with its end', () =>
    withPage(FULL, async ({ page }) => {
      await page.getByRole('button', { name: 'Approvals' }).click();
      const rules = page.getByRole('list', { name: 'Standing answers' }).getByRole('listitem');
      await expect.poll(() => rules.count()).toBe(RULES.length);
      const [first, second, third, fourth] = await rules.allInnerTexts();
      expect(first).toMatch(/May use run_status[^]*watch-runs\.sh claimed[^]*for (8|7) min · ada@/);
      expect(second).toContain('until terminal pts/3 closes');
      expect(third).toMatch(/Never gets run_status[^]*until you revoke it/);
      expect(fourth).toContain('from login.cluster.example, claimed');
    }));

  test('[C35] revokes only after a second, deliberate answer', () =>
    withPage(FULL, async (opened) => {
      const { page } = opened;
      await page.getByRole('button', { name: 'Approvals' }).click();
      const revoke = page.getByRole('button', { name: 'Revoke run_status for ~/jobs/watch-runs.sh' });
      await revoke.click();
      await page.getByRole('dialog', { name: 'Revoke this approval?' }).waitFor();
      // In haste: the safe answer has the focus.
      await expect.poll(() => focused(opened)).toBe('Keep it');
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      expect(await names(opened)).not.toContain('approvals.revoke');
      await revoke.click();
      await opened.answer({ 'approvals.list': { ok: true, value: RULES.slice(1) } });
      await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
      await revoke.waitFor({ state: 'detached' });
      expect(await opened.calls()).toContainEqual({ name: 'approvals.revoke', request: { id: 'r-1' } });
      await expect.poll(() => focused(opened)).toBe('Approvals');
    }));

  test('Escape closes the question, not the screen', () =>
    withPage(FULL, async ({ page }) => {
      await page.getByRole('button', { name: 'Approvals' }).click();
      await page
        .getByRole('button', { name: /^Revoke/ })
        .first()
        .click();
      await hasFocus(page, 'dialog');
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.getByRole('heading', { name: 'Approvals' }).waitFor();
    }));

  test('[C35] turns everything off with the keyboard, as main says it is', () =>
    withPage(EMPTY, async ({ page, push, calls }) => {
      await page.getByRole('button', { name: 'Approvals' }).click();
      await page.getByText('No standing answers.').waitFor();
      const everything = page.getByRole('switch', { name: 'Deny everything' });
      expect(await everything.getAttribute('aria-checked')).toBe('false');
      await everything.press('Space');
      await expect.poll(calls).toContainEqual({ name: 'approvals.denyAll', request: { on: true } });
      expect(await everything.getAttribute('aria-checked')).toBe('false');
      await push(STATES['broker denies'] ?? VIEW);
      await expect.poll(() => everything.getAttribute('aria-checked')).toBe('true');
    }));
});

const FLATPAK = appView({ broker: { path: null, denyAll: false, programsToday: 0 }, flatpak: true });

describe('scripts', () => {
  const ON = STATES['broker and oidc-agent'] ?? VIEW;

  test('shows where they ask, and lets programs for oidc-agent ask only when they are let', () =>
    withPage({}, async ({ page, push, calls }) => {
      await page.getByRole('button', { name: /^Broker on/ }).click();
      await page.getByText(BROKER.path).waitFor();
      const oidc = page.getByRole('switch', { name: 'Programs for oidc-agent' });
      expect(await oidc.getAttribute('aria-checked')).toBe('false');
      expect(await page.getByText(BROKER.oidc.exportLine).count()).toBe(0);
      await oidc.press('Space');
      await expect.poll(calls).toContainEqual({ name: 'oidc.set', request: { on: true } });
      // As main says it is, not as it was pressed.
      expect(await oidc.getAttribute('aria-checked')).toBe('false');
      await push(ON);
      await expect.poll(() => oidc.getAttribute('aria-checked')).toBe('true');
      await page.getByText(BROKER.oidc.exportLine).waitFor();
      await page.getByRole('button', { name: 'Copy the line' }).click();
      await page.getByRole('button', { name: 'Copied' }).waitFor();
      expect(await calls()).toContainEqual({ name: 'oidc.copyExport', request: null });
    }));

  test('[C59] says why the socket was not opened', () => {
    const problem = { reason: 'x', title: 'The socket is taken', tokens: 'Fine.', next: 'Close the other.' };
    return withPage({ 'oidc.set': { ok: false, problem } }, async ({ page }) => {
      await page.getByRole('button', { name: /^Broker on/ }).click();
      await page.getByRole('switch').click();
      await page.getByRole('heading', { name: 'The socket is taken' }).waitFor();
      expect(await page.getByRole('switch').getAttribute('aria-checked')).toBe('false');
    });
  });

  test('has no switch where the socket is not offered, and says when nothing listens', () =>
    withPage({}, async ({ page, push }) => {
      await page.getByRole('button', { name: /^Broker on/ }).click();
      const { path, denyAll, programsToday } = BROKER;
      await push({ ...VIEW, broker: { path, denyAll, programsToday } });
      await page.getByRole('switch').waitFor({ state: 'detached' });
      await page.getByText(path).waitFor();
      await push(STATES['broker off'] ?? VIEW);
      await page.getByText('No script can ask for a token now').waitFor();
    }));

  test('[C59] says in a Flatpak why there is none, and what scripts can use', () =>
    host.with(FLATPAK, {}, async ({ page }) => {
      await page.getByRole('button', { name: 'No broker in a Flatpak' }).click();
      await page.getByText('Scripts outside cannot reach the broker of a Flatpak').waitFor();
      await page.getByText('run globus-token agent').waitFor();
      expect(await page.getByText('now: nothing listens').count()).toBe(0);
      expect(await serious(page)).toEqual([]);
    }));
});

const FULLEST = appView({ broker: { ...BROKER, denyAll: true, oidc: { ...BROKER.oidc, on: true } } });
const OPENERS = { Audit: 'Audit', Approvals: 'Approvals', Scripts: /^Broker/ } as const;
const MARKS = { Audit: /^No/, Approvals: /^No/, Scripts: 'Programs for oidc-agent' } as const;

describe.each(['Audit', 'Approvals', 'Scripts'] as const)('[C58] the looks of "%s"', (name) => {
  test.each([true, false])(
    'have nothing serious for axe and do not scroll sideways (full: %s)',
    async (full) => {
      const view = full ? FULLEST : VIEW;
      await withPage(
        full ? FULL : EMPTY,
        async ({ page }) => {
          await page.getByRole('button', { name: OPENERS[name] }).click();
          await page
            .getByText(full && name !== 'Scripts' ? 'ada@university.example' : MARKS[name])
            .last()
            .waitFor();
          for (const colorScheme of ['light', 'dark'] as const) {
            await page.emulateMedia({ colorScheme });
            expect(await serious(page)).toEqual([]);
          }
          for (const [width, height] of [
            [360, 560],
            [180, 320],
          ] as const) {
            await page.setViewportSize({ width, height });
            expect(await page.evaluate(() => document.scrollingElement?.scrollWidth)).toBe(width);
            const wide = await page.evaluate(() =>
              [...document.querySelectorAll('main *, nav *')]
                .filter((node) => node.getBoundingClientRect().right > window.innerWidth + 0.5)
                .map((node) => node.outerHTML),
            );
            expect(wide).toEqual([]);
          }
        },
        view,
      );
    },
  );
});
