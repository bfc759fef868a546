import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { askedToEnd } from '../../../main/host/asked-to-end.ts';

it.each(['SIGTERM', 'SIGINT', 'SIGHUP'])('%s asks, and is sent to nobody once more', async (signal) => {
  const process = new EventEmitter();
  const again: string[] = [];
  // As when-exit does it from the moment on at which it is loaded.
  process.once(signal, () => again.push(signal));
  const asked = askedToEnd(process);
  process.emit(signal);
  await asked;
  expect(again).toEqual([]);
});

it('nothing is asked before', async () => {
  const asked = askedToEnd(new EventEmitter()).then(() => 'asked');
  expect(await Promise.race([asked, Promise.resolve('not yet')])).toBe('not yet');
});
