import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { type DesktopSession, startDesktopSession } from '../support/desktop-session.ts';
import { spawnApp } from '../support/electron-app.ts';
import { demoArguments } from '../support/tray-app.ts';
import type { TrayHost } from '../support/tray-host.ts';

let session: DesktopSession;
let sandbox: Sandbox;
let host: TrayHost;
beforeAll(async () => {
  [session, sandbox] = await Promise.all([startDesktopSession(), startSandbox()]);
  if (session.tray === null) throw new Error('the session has no tray');
  host = session.tray;
});
afterAll(async () => {
  await sandbox.close();
  await session.close();
});

describe('the tray icon', { sequential: true }, () => {
  // Which of them Electron gives is its own affair; a panel makes a large one small, and a small one blurred.
  it.each([1, 2])(
    'comes to the panel with 48 pixels a side, twice what it is drawn with, at scale %d',
    async (scale) => {
      const app = await spawnApp(session, {
        args: [...demoArguments(sandbox), '--hidden', `--force-device-scale-factor=${scale}`],
      });
      const item = await host.waitForItem();
      const sizes = async () => (await host.iconPixmap(item)).map(({ width, height }) => ({ width, height }));
      // The one of the first moment, and the one of the app that took it over.
      expect(await sizes()).toEqual([{ width: 48, height: 48 }]);
      await host.waitUntil(async () => (await host.tooltip(item)).includes('not signed in'));
      expect(await sizes()).toEqual([{ width: 48, height: 48 }]);
      await app.close();
      await host.waitUntil(() => Promise.resolve(host.items().length === 0));
    },
  );
});
