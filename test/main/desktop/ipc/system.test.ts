import { expect, it } from 'vitest';
import { DONE, setup } from './rig.ts';

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
