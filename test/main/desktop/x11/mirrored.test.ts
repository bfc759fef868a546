import { afterAll, beforeAll, expect, it } from 'vitest';
import { hasExtension, isMirrored } from '../../../../main/desktop/x11/mirrored.ts';
import { systemClock } from '../../../../main/host/clock.ts';
import { type DesktopSession, startDesktopSession } from '../../../support/desktop-session.ts';
import { startVnc, type VncDesktop } from '../../../support/vnc-desktop.ts';

let session: DesktopSession;
let vnc: VncDesktop;
beforeAll(async () => {
  session = await startDesktopSession({ tray: false });
  vnc = await startVnc(session);
});
afterAll(() => session.close());

const effects = (change: Record<string, string | undefined>) => ({
  env: { ...session.env, ...change },
  clock: systemClock,
});

it('a desktop on a screen of this machine is not mirrored', async () => {
  expect(await isMirrored(effects({}))).toBe(false);
  expect(await hasExtension('XTEST', effects({}))).toBe(true);
});

it('a desktop over VNC is mirrored', async () => {
  expect(await isMirrored(effects({ DISPLAY: vnc.display }))).toBe(true);
});

it('a desktop over xrdp is mirrored, by the word of its session', async () => {
  expect(await isMirrored(effects({ XRDP_SESSION: '1' }))).toBe(true);
});

it.each([undefined, ':4711', 'far.example:0'])(
  'without an X server nothing is: DISPLAY=%s',
  async (display) => {
    expect(await isMirrored(effects({ DISPLAY: display }))).toBe(false);
  },
);
