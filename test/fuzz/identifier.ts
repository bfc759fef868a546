import { createCallerIdentifier } from '../../main/broker/caller/identifier.ts';
import { createPeerCredentials } from '../../main/broker/caller/peer-credentials.ts';
import { LinuxProcessTable } from '../../main/broker/caller/proc.ts';
import type { CallerIdentifier } from '../../main/broker/types.ts';
import type { Mood } from './moods.ts';

/** The product's own identifier on this system's processes, except in the moods that are about callers. */
export function openIdentifier(mood: () => Mood): { identifier: CallerIdentifier; close: () => void } {
  const { platform } = process;
  const table = platform === 'linux' ? new LinuxProcessTable(Date.now) : null;
  const real = createCallerIdentifier({
    table,
    credentials: createPeerCredentials(platform),
    ourselves: { uid: process.getuid?.() ?? 0, programs: [], launchers: [] },
    platform,
  });
  return {
    identifier: {
      identify(socket, forwardedFrom) {
        if (mood() === 'foreign') return { kind: 'foreign-uid', uid: 65_534 };
        if (mood() === 'unknown') return { kind: 'unknown', why: 'the kernel names no peer' };
        return real.identify(socket, forwardedFrom);
      },
      stillSame: (caller) => mood() !== 'changed' && real.stillSame(caller),
    },
    close: () => table?.close(),
  };
}
