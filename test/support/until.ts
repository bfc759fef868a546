/** Anything that announces its changes. */
export interface Announcer {
  subscribe(listener: () => void): () => void;
}

/**
 * Resolves when `holds` does; asked again after every announcement, and now and then for what changes
 * without one (a page that was fetched, a line that was logged).
 *
 * @throws after `milliseconds`, with what `describe` says of the state
 */
export async function until(
  source: Announcer,
  holds: () => boolean,
  milliseconds = 4_000,
  describe: () => string = () => String(holds),
): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`did not happen within ${milliseconds} ms: ${describe()}`);
    await new Promise<void>((resolve) => {
      const stop = source.subscribe(done);
      const timer = setTimeout(done, 25);
      function done(): void {
        clearTimeout(timer);
        stop();
        resolve();
      }
    });
  }
}
