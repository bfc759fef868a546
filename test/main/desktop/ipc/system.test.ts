import { describe, expect, it } from 'vitest';
import { DONE, PROBLEM, setup } from './rig.ts';

it('says what the system lets be switched, and why not', async () => {
  const { handlers } = setup();
  expect(await handlers['system.get'](null)).toEqual({
    ok: true,
    value: {
      autostart: { on: false, can: false, why: 'It is a test.' },
      palette: { keys: null, state: 'unavailable', command: 'globus-token-tray --palette' },
    },
  });
  expect(await handlers['autostart.set']({ on: true })).toMatchObject({
    ok: false,
    problem: { reason: 'autostart', detail: 'It is a test.' },
  });
});

it('copies the command that opens the palette, as text without a secret', async () => {
  const { handlers, port } = setup();
  expect(await handlers['palette.copyCommand'](null)).toEqual(DONE);
  expect(port.writes).toEqual([{ text: 'globus-token-tray --palette', concealed: false }]);
  port.deaf = true;
  port.text = '';
  expect(await handlers['palette.copyCommand'](null)).toMatchObject({
    ok: false,
    problem: { reason: 'not-copied' },
  });
});

describe('keys that the desktop gives', () => {
  it('are in the answer when it gave them, and the problem when it did not', async () => {
    const given = setup({}, { keys: { ask: () => Promise.resolve(DONE) } });
    expect(await given.handlers['palette.askKeys'](null)).toMatchObject({
      ok: true,
      value: { palette: { command: 'globus-token-tray --palette' } },
    });
    expect(await setup().handlers['palette.askKeys'](null)).toMatchObject({ ok: false, problem: PROBLEM });
  });

  it('are waited for until the user ends it, which ends the question, too', async () => {
    let ended: AbortSignal | null = null;
    const { handlers } = setup(
      {},
      { keys: { ask: (signal) => ((ended = signal), new Promise(() => undefined)) } },
    );
    const asked = handlers['palette.askKeys'](null);
    await handlers['call.cancel']({ call: 'palette.askKeys' });
    expect(await asked).toMatchObject({ ok: false, problem: { reason: 'cancelled' } });
    expect(ended).toMatchObject({ aborted: true });
  });
});
