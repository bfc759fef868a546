import { expect, it } from 'vitest';
import { Departure } from '../../../main/broker/departure.ts';

it('[C35] tells who listens, once, and the signal that was asked for before', () => {
  const departure = new Departure();
  const { signal } = departure;
  let told = 0;
  departure.addEventListener('abort', () => (told += 1), { once: true });
  departure.abort();
  departure.abort();
  expect([departure.aborted, signal.aborted, told]).toEqual([true, true, 1]);
});

it('[C35] is over also for who asks for the signal only afterwards', () => {
  const departure = new Departure();
  departure.abort();
  expect(departure.signal.aborted).toBe(true);
  expect(departure.signal.reason).toBe('the client is gone');
});

it('no longer tells who stopped listening', () => {
  const departure = new Departure();
  let told = 0;
  const tell = () => (told += 1);
  departure.removeEventListener('abort', tell);
  departure.addEventListener('abort', tell);
  departure.removeEventListener('abort', tell);
  departure.abort();
  expect([departure.aborted, told]).toEqual([true, 0]);
});
