import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sweepClipboard } from '../../../../main/desktop/x11/clipboard.ts';
import { connectX11 } from '../../../../main/desktop/x11/connection.ts';
import { systemClock } from '../../../../main/host/clock.ts';
import { type ClipboardManager, startClipboardManager } from '../../../support/clipboard-manager.ts';
import { type DesktopSession, startDesktopSession } from '../../../support/desktop-session.ts';
import { systemClipboard } from '../../../support/tray-app.ts';

let session: DesktopSession;
beforeAll(async () => {
  session = await startDesktopSession({ tray: false });
});
afterAll(() => session.close());

const clipboard = () => systemClipboard(session);
const sweep = (text: string) => sweepClipboard(text, { env: session.env, clock: systemClock });

describe('a clipboard that gets its text again when it is cleared, as by GNOME', { sequential: true }, () => {
  let manager: ClipboardManager;
  beforeEach(async () => {
    manager = await startClipboardManager(session.display, { keeps: true });
    manager.offer('secret');
    await expect.poll(clipboard).toBe('secret');
  });
  afterEach(() => manager.close());

  it('[C37] is swept for good', async () => {
    expect(await sweep('secret')).toBe('gone');
    expect(await clipboard()).toBe('');
    expect(manager.taken).toEqual([]);
  });

  it('[C37] keeps what others copied', async () => {
    expect(await sweep('of ours')).toBe('gone');
    expect(await clipboard()).toBe('secret');
  });

  it('[C37] is said to hold it still where it never lets go of it', async () => {
    manager.insist();
    expect(await sweep('secret')).toBe('still there');
  });
});

describe('where there is no X server to ask', () => {
  it.each([undefined, '', ':4711', 'far.example:0'])('says so, and no more: DISPLAY=%s', async (display) => {
    const env = { ...session.env, DISPLAY: display };
    expect(await sweepClipboard('secret', { env, clock: systemClock })).toBe('unreachable');
  });
});

describe('an X server that asks for a cookie', () => {
  it('lets in who reads it in the file, and nobody else', async () => {
    const file = join(session.home, 'authority');
    const cookie = Buffer.from('0123456789abcdef');
    // Of any display on any machine (FamilyWild).
    const name = Buffer.from('MIT-MAGIC-COOKIE-1');
    await writeFile(
      file,
      Buffer.concat([
        Buffer.from([0xff, 0xff, 0, 0, 0, 0, 0, name.length]),
        name,
        Buffer.from([0, 16]),
        cookie,
      ]),
    );
    const words = ['-displayfd', '3', '-auth', file, '-nolisten', 'tcp', '-noreset'];
    const server = spawn('Xvfb', words, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
    const [number] = (await once(server.stdio[3] as Readable, 'data')) as [Buffer];
    const env = { ...session.env, DISPLAY: `:${String(number).trim()}` };
    const signal = AbortSignal.timeout(10_000);
    try {
      expect(await connectX11({ ...env, XAUTHORITY: join(session.home, 'none') }, signal)).toBeNull();
      const connection = await connectX11({ ...env, XAUTHORITY: file }, signal);
      expect(connection).not.toBeNull();
      connection?.close();
    } finally {
      const ended = once(server, 'exit');
      server.kill();
      await ended;
    }
  });
});
