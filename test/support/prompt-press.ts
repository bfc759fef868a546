import type { ElectronApplication, Page } from 'playwright-core';

/** As a person does: waits until the button is alive, and clicks it. The window goes with the click. */
export async function press(prompt: Page, choice: string): Promise<void> {
  const gone = prompt.waitForEvent('close');
  const button = prompt.locator(`[data-choice="${choice}"][aria-disabled="false"]`);
  const clicks = async (): Promise<void> => {
    // One that comes too soon after the window was brought to the front is not taken, and the button rests.
    while (!prompt.isClosed()) await button.click();
  };
  // The window may be gone before the driver has seen its click through.
  await clicks().catch((error: unknown) => {
    if (!prompt.isClosed()) throw error;
  });
  await gone;
}

/** Does what makes a prompt appear; with its window. */
export async function asked<T>(app: ElectronApplication, act: () => T): Promise<T & { prompt: Page }> {
  const opened = app.waitForEvent('window');
  const running = act();
  const prompt = await opened;
  await prompt.getByRole('heading').waitFor();
  return { ...running, prompt };
}
