import type { Agent } from '../agent.ts';
import type { Clock } from '../effects.ts';

/** Milliseconds. A keychain that takes longer is told of when somebody asks again. */
const LOOK_MS = 500;

/**
 * Has the vault asked how it is: it may have been locked, or gone, since it was used last. Resolves when it has answered,
 * or when that takes too long. Who asks meanwhile shares the look.
 */
export function vaultLooks(agent: Pick<Agent, 'looked' | 'lookAtVault'>, clock: Clock): () => Promise<void> {
  let looking: Promise<unknown> | null = null;
  return () => {
    // The first look after a start is the start's own.
    looking ??= agent.looked
      .then(() => agent.lookAtVault())
      .finally(() => {
        looking = null;
      });
    const look = looking;
    return new Promise((resolve) => {
      const cancel = clock.after(LOOK_MS, resolve);
      void look.finally(() => {
        cancel();
        resolve();
      });
    });
  };
}
