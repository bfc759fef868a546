import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import type { PromptReceipt, PromptView } from '../../preload/prompt-contract.ts';
import { PROMPT } from '../support/prompt-content.ts';
import type { PageHost } from './host.ts';
import { stopClock } from './stop-clock.ts';

export const QUESTION: PromptView = {
  question: 'q-1',
  ...PROMPT,
  limit: 60_000,
  remaining: 60_000,
  inert: 700,
};
/** Everything that can be long, and every answer. */
export const LONG_QUESTION: PromptView = {
  ...QUESTION,
  title: 'Let this script use a_scope_name_that_somebody_made_rather_long_for_a_flow_of_theirs?',
  rows: [
    {
      label: 'Script',
      value: '/home/ada/projects/analytical-engine/pipelines/nightly/…/stage-two/run-and-then-watch.sh',
      note: 'claimed',
      code: true,
    },
    { label: 'Calls itself', value: 'גיבוי לילי (abc)', note: 'unverified', code: false },
    { label: 'Account', value: `ada.${'augusta.'.repeat(12)}@uni.example`, note: null, code: false },
  ],
  buttons: [
    ...QUESTION.buttons,
    { choice: 'terminal', label: 'Until this terminal closes' },
    { choice: 'always', label: 'Always' },
  ],
  demo: 'fake Globus',
};

const NOW = Date.UTC(2026, 2, 5, 10);

interface Told {
  answers: string[];
  heights: number[];
  closed: number;
  violations: string[];
}

export interface PromptOptions {
  view?: PromptView | null;
  receipts?: PromptReceipt[];
  /** Milliseconds until the window can be seen; at once when absent. */
  shownAfter?: number;
  width?: number;
  dark?: boolean;
}

/** The prompt's page with a scripted bridge and a clock that stands until it is moved. */
export async function openPrompt(
  { browser, server }: PageHost['parts'],
  options: PromptOptions = {},
): Promise<Page> {
  const { view = QUESTION, receipts = [], shownAfter = 0, width = 380, dark = false } = options;
  const context = await browser.newContext({
    viewport: { width, height: 400 },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  await stopClock(page, NOW + 1_000);
  await page.addInitScript(installBridge, { view, receipts, shownAfter });
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/prompt.html`);
  if (view !== null) await page.getByRole('heading').waitFor();
  return page;
}

/** Runs in the page; may use nothing from this module. */
function installBridge({
  view,
  receipts,
  shownAfter,
}: {
  view: PromptView | null;
  receipts: PromptReceipt[];
  shownAfter: number;
}): void {
  const told: Told = { answers: [], heights: [], closed: 0, violations: [] };
  document.addEventListener('securitypolicyviolation', (event) => told.violations.push(event.blockedURI));
  Object.assign(window, {
    told,
    close: () => void (told.closed += 1),
    prompter: {
      view: () => Promise.resolve(view),
      answer(question: string, choice: string) {
        told.answers.push(`${question} ${choice}`);
        return Promise.resolve(receipts.shift() ?? 'taken');
      },
      fit(height: number) {
        told.heights.push(height);
        if (shownAfter === 0) return Promise.resolve(null);
        return new Promise((resolve) => setTimeout(() => resolve(null), shownAfter));
      },
    },
  });
}

export function told(page: Page): Promise<Told> {
  return page.evaluate(() => (window as unknown as { told: Told }).told);
}

/** A page whose buttons take answers, at a known moment. */
export async function armedPrompt(parts: PageHost['parts'], options: PromptOptions = {}): Promise<Page> {
  const page = await openPrompt(parts, options);
  await page.clock.runFor(700);
  await page.locator('[data-choice="once"][aria-disabled="false"]').waitFor();
  return page;
}
