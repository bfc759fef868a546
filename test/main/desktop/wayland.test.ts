import { expect, it } from 'vitest';
import { drawsOnWayland } from '../../../main/desktop/wayland.ts';

const SESSION = { XDG_SESSION_TYPE: 'wayland', WAYLAND_DISPLAY: 'wayland-0', DISPLAY: ':0' };

it.each([
  ['linux', 'wayland', '33.4.11', {}, true],
  ['linux', 'x11', '45.4.1', SESSION, false],
  ['linux', '', '45.4.1', SESSION, true],
  ['linux', 'auto', '45.4.1', SESSION, true],
  ['linux', '', '33.4.11', SESSION, false],
  ['linux', '', '45.4.1', { XDG_SESSION_TYPE: 'x11', DISPLAY: ':0' }, false],
  ['linux', '', '45.4.1', { XDG_SESSION_TYPE: 'wayland' }, false],
  ['darwin', 'wayland', '45.4.1', SESSION, false],
] as const)(
  'on %s, told "%s", Electron %s with %j draws on Wayland: %s',
  (platform, chosen, electron, env, yes) => {
    expect(drawsOnWayland({ platform, chosen, electron, env })).toBe(yes);
  },
);
