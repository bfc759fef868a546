import { expect, it } from 'vitest';
import { updateHandlers } from '../../../../main/desktop/ipc/updates.ts';
import { DONE, setup } from './rig.ts';

it('passes on what the window asks about updates, and settings hear of the switch', async () => {
  const { handlers, calls, settings } = setup();
  expect(await handlers['updates.check'](null)).toEqual(DONE);
  expect(await handlers['updates.restart'](null)).toEqual(DONE);
  expect(await handlers['settings.set']({ updates: 'off' })).toEqual(DONE);
  expect(settings.get().updates).toBe('off');
  expect(calls).toEqual([['checkNow'], ['restart'], ['settingsChanged']]);
});

it('[C59] says so where updates could not be set up', async () => {
  const handlers = updateHandlers({ updates: () => Promise.resolve(null) });
  for (const name of ['updates.check', 'updates.restart'] as const) {
    expect(await handlers[name](null)).toMatchObject({ ok: false, problem: { reason: 'update-not-set-up' } });
  }
});

it('ends a look or a download, which has no call that waits', async () => {
  const { handlers, calls } = setup();
  expect(await handlers['call.cancel']({ call: 'updates.check' })).toEqual(DONE);
  expect(calls).toEqual([['endUpdate']]);
});
