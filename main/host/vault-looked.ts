import type { Agent } from '../agent.ts';
import type { Clock } from '../effects.ts';

/** Milliseconds. A keychain that takes longer at the start is told of when somebody asks again. */
const LOOK_MS = 500;

/** Resolves when the vault has been asked how it is since the start, or when that takes too long. */
export function vaultLooked(agent: Pick<Agent, 'looked'>, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(LOOK_MS, resolve);
    void agent.looked.finally(() => {
      cancel();
      resolve();
    });
  });
}
