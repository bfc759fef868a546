import { expect, test } from 'vitest';
import { Undo, UNDO_TIME } from '../../renderer/undo.svelte.ts';
import { PROBLEM } from '../support/fake-bridge.ts';
import { started } from './hands.ts';

const ROW = { scope: 'urn:x', name: 'x' };

async function removed() {
  const made = await started();
  const undo = new Undo(made.store);
  expect(await undo.remove(ROW)).toBe(true);
  return { ...made, undo };
}

test('a removal can be taken back for ten seconds', async () => {
  const { undo, clock } = await removed();
  clock.pass(UNDO_TIME - 1);
  expect(undo.removed).toEqual(ROW);
  clock.pass(1);
  expect(undo.removed).toBeNull();
  expect(await undo.restore()).toBeNull();
});

test('[C58] it waits while somebody is at its button, and then has its whole time again', async () => {
  const { undo, clock } = await removed();
  undo.hold();
  clock.pass(10 * UNDO_TIME);
  expect(undo.removed).toEqual(ROW);
  undo.release();
  clock.pass(UNDO_TIME);
  expect(undo.removed).toBeNull();
});

test('only the last removal is offered, with its whole time', async () => {
  const { undo, clock } = await removed();
  clock.pass(UNDO_TIME - 1);
  await undo.remove({ scope: 'urn:y', name: 'y' });
  clock.pass(UNDO_TIME - 1);
  expect(undo.removed).toEqual({ scope: 'urn:y', name: 'y' });
});

test('a removal that main refused offers nothing', async () => {
  const { store, bridge } = await started();
  bridge.replies['scope.remove'] = () => ({ ok: false, problem: PROBLEM });
  const undo = new Undo(store);
  expect(await undo.remove(ROW)).toBe(false);
  expect([undo.removed, store.problem]).toEqual([null, PROBLEM]);
});

test('what could not be put back says why and is not offered again', async () => {
  const { undo, store, bridge, clock } = await removed();
  bridge.replies['scope.restore'] = () => ({ ok: false, problem: PROBLEM });
  expect(await undo.restore()).toBeNull();
  expect([undo.removed, store.problem]).toEqual([null, PROBLEM]);
  clock.pass(UNDO_TIME);
});
