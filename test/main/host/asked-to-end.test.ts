import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { askedToEnd, askedToEndInElectron } from '../../../main/host/asked-to-end.ts';

it.each([
  ['SIGTERM', askedToEnd],
  ['SIGINT', askedToEnd],
  ['SIGHUP', askedToEnd],
  ['SIGTERM', askedToEndInElectron],
])('%s asks, and is sent to nobody once more', async (signal, hear) => {
  const process = new EventEmitter();
  const again: string[] = [];
  // As when-exit does it from the moment on at which it is loaded.
  process.once(signal, () => again.push(signal));
  const asked = hear(process);
  process.emit(signal);
  await asked;
  expect(again).toEqual([]);
});

it('a second one is not held up: it is the end at once', () => {
  const process = new EventEmitter();
  void askedToEnd(process);
  process.emit('SIGINT');
  expect(process.listenerCount('SIGINT')).toBe(0);
});

it('nothing is asked before', async () => {
  const asked = askedToEnd(new EventEmitter()).then(() => 'asked');
  expect(await Promise.race([asked, Promise.resolve('not yet')])).toBe('not yet');
});
