import type { Locator, Page } from 'playwright-core';

/**
 * What is over the page and takes its keys: it has the focus a moment after it is there, and a key that is pressed before
 * goes to the page.
 */
export async function hasFocus(page: Page, role: 'menu' | 'dialog'): Promise<Locator> {
  const over = page.locator(`[role="${role}"]:focus-within, [role="alert${role}"]:focus-within`);
  await over.waitFor();
  return over;
}
