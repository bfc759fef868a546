import { EventEmitter } from 'node:events';
import type { PowerMonitor } from 'electron';
import { expect, it } from 'vitest';
import { watchPower } from '../../../main/desktop/power.ts';
import { FakeClock } from '../../support/agent-parts.ts';

function watched() {
  const monitor = new EventEmitter();
  const clock = new FakeClock();
  const told: string[] = [];
  const network = { online: true };
  const stop = watchPower(monitor as unknown as PowerMonitor, {
    clock,
    agent: {
      wake: () => void told.push('wake'),
      setOnline: (online) => void told.push(online ? 'online' : 'offline'),
    },
    onAway: () => void told.push('away'),
    isOnline: () => network.online,
  });
  return { monitor, clock, told, network, stop };
}

it.each([
  ['resume', 'wake'],
  ['unlock-screen', 'wake'],
  ['suspend', 'away'],
  ['lock-screen', 'away'],
])('[C54] %s means %s', (event, means) => {
  const { monitor, told } = watched();
  monitor.emit(event);
  expect(told).toEqual(['online', means]);
});

it('[C54] notices within a second that the network went and came back, and tells once', () => {
  const { clock, told, network } = watched();
  network.online = false;
  clock.advance(1_000);
  expect(told).toEqual(['online', 'offline']);
  clock.advance(60_000);
  network.online = true;
  clock.advance(1_000);
  expect(told).toEqual(['online', 'offline', 'online']);
});

it('[C57] leaves no timer and no listener behind', () => {
  const { monitor, clock, stop } = watched();
  stop();
  expect(clock.pendingTimers).toBe(0);
  expect(monitor.eventNames()).toEqual([]);
});
