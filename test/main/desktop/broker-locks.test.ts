import { EventEmitter } from 'node:events';
import type { PowerMonitor } from 'electron';
import { describe, expect, it } from 'vitest';
import { watchLocks } from '../../../main/desktop/broker-locks.ts';
import { FakeClock } from '../../support/agent-parts.ts';

describe('watchLocks', () => {
  it('[C29] holds the lock with the screen and for sleep, and listens no more after its end', () => {
    const monitor = new EventEmitter();
    const calls: string[] = [];
    const stop = watchLocks(
      monitor as unknown as PowerMonitor,
      {
        hold: (reason) => void calls.push(`hold ${reason}`),
        release: (reason) => void calls.push(`release ${reason}`),
      },
      new FakeClock(),
      { DBUS_SYSTEM_BUS_ADDRESS: 'none' },
    );
    for (const name of ['lock-screen', 'suspend', 'resume', 'unlock-screen']) monitor.emit(name);
    expect(calls).toEqual(['hold screen', 'hold sleep', 'release sleep', 'release screen']);
    stop();
    monitor.emit('lock-screen');
    expect(calls).toHaveLength(4);
    expect(monitor.eventNames()).toEqual([]);
  });
});
