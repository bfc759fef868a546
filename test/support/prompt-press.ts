import type { Page } from 'playwright-core';

/** As a person does: waits until the button is alive, and clicks it. The window goes with the click. */
export async function press(prompt: Page, choice: string): Promise<void> {
  const gone = prompt.waitForEvent('close');
  const click = prompt.locator(`[data-choice="${choice}"][aria-disabled="false"]`).click();
  // The window may be gone before the driver has seen its click through.
  await click.catch((error: unknown) => {
    if (!prompt.isClosed()) throw error;
  });
  await gone;
}
