import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { watchBus } from '../../../main/session/signal-bus.ts';
import { FakeClock } from '../../support/agent-parts.ts';
import { until } from '../../support/processes.ts';

/**
 * This needs a process of its own, where nothing else has loaded the D-Bus library: to load it the first time takes longer
 * than to learn that nobody listens.
 */
test('[C29] a bus that was not there at the start is asked for again within a second, and heard when it comes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'late-bus-'));
  const path = join(folder, 'bus');
  const clock = new FakeClock();
  const seen: string[] = [];
  const stop = watchBus(path, clock, {
    names: ['org.example.Late'],
    appeared: (name) => Promise.resolve(void seen.push(name)),
    signal: () => Promise.resolve(),
  });
  try {
    await until('a retry to come', () => Promise.resolve(clock.pendingTimers > 0 || undefined), 20_000);
    const { PrivateBus } = await import('../../support/private-bus.ts');
    const bus = await PrivateBus.open();
    try {
      await bus.service('org.example.Late', () => null);
      await symlink(bus.socket, path);
      clock.advance(1_000);
      await until('the name', () => Promise.resolve(seen.length > 0 || undefined), 20_000);
      expect(seen).toEqual(['org.example.Late']);
    } finally {
      await bus.close();
    }
  } finally {
    stop();
    await rm(folder, { recursive: true });
  }
});
