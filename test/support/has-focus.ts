import type { Page } from 'playwright-core';

const OVER = { menu: '[role="menu"]', dialog: ':is([role="dialog"], [role="alertdialog"])' } as const;

/**
 * What is over the page and takes its keys: it has the focus a moment after it is there, and a key that is pressed before
 * goes to the page.
 */
export async function hasFocus(page: Page, role: keyof typeof OVER): Promise<void> {
  await page.locator(`${OVER[role]}:focus-within`).waitFor();
}
