import { readFile, readdir, readlink } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { type DesktopSession, startDesktopSession } from '../support/desktop-session.ts';
import { spawnApp } from '../support/electron-app.ts';
import { demoArguments, openedAddresses, startTrayApp, type TrayApp } from '../support/tray-app.ts';

let session: DesktopSession;
let sandbox: Sandbox;
let tray: TrayApp;

beforeAll(async () => {
  [session, sandbox] = await Promise.all([startDesktopSession(), startSandbox()]);
  tray = await startTrayApp(session, sandbox);
  await tray.page.getByRole('button', { name: /^Sign in$/ }).waitFor();
});
afterAll(async () => {
  await tray.close();
  await sandbox.close();
  await session.close();
});

describe('the page', () => {
  it('[C41] runs in a sandboxed, context-isolated window without Node', async () => {
    const preferences = await tray.app.evaluate(({ webContents }) =>
      webContents
        .getAllWebContents()
        .map((contents) =>
          (
            contents as unknown as { getLastWebPreferences(): Record<string, unknown> }
          ).getLastWebPreferences(),
        ),
    );
    expect(preferences).toHaveLength(1);
    expect(preferences[0]).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    });
    const inPage = await tray.page.evaluate(() => ({
      require: typeof (globalThis as { require?: unknown }).require,
      process: typeof (globalThis as { process?: unknown }).process,
      bridge: Object.keys(window.tray).sort(),
    }));
    expect(inPage).toEqual({ require: 'undefined', process: 'undefined', bridge: ['call', 'on'] });
  });

  it('[C42] is served under a policy without any unsafe source, and keeps to it', async () => {
    const complaints: string[] = [];
    tray.page.on('console', (message) => {
      if (/content security policy/i.test(message.text())) complaints.push(message.text());
    });
    const response = await tray.page.reload();
    const policy = response?.headers()['content-security-policy'] ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    await tray.page.getByRole('button', { name: /^Sign in$/ }).waitFor();
    await tray.page.keyboard.press('?');
    await tray.page.getByRole('dialog').waitFor();
    await tray.page.keyboard.press('Escape');
    expect(complaints).toEqual([]);
    // The same ear hears a real violation.
    await tray.page.evaluate(() => {
      document.body.setAttribute('style', 'color: red');
    });
    await expect.poll(() => complaints.length).toBe(1);
  });

  it('[C42] reaches no network, whatever script runs in it', async () => {
    const before = sandbox.log.length;
    const outcome = await tray.page.evaluate(async (origin) => {
      const results: string[] = [];
      await fetch(`${origin}/sandbox-probe`).then(
        () => results.push('fetched'),
        () => results.push('refused'),
      );
      await new Promise<void>((resolve) => {
        const image = new Image();
        image.onload = () => (results.push('loaded'), resolve());
        image.onerror = () => (results.push('refused'), resolve());
        image.src = `${origin}/probe.png`;
      });
      return results;
    }, sandbox.auth.origin);
    expect(outcome).toEqual(['refused', 'refused']);
    expect(sandbox.log.slice(before).filter((line) => line.path.includes('probe'))).toEqual([]);
  });

  it('[C43] cannot navigate, open a window or get a permission', async () => {
    const result = await tray.page.evaluate(async (origin) => {
      const opened = window.open(`${origin}/`);
      location.href = `${origin}/`;
      const geolocation = await new Promise<string>((resolve) => {
        navigator.geolocation.getCurrentPosition(
          () => resolve('granted'),
          (error) => resolve(String(error.code)),
        );
      });
      const notifications = await Notification.requestPermission();
      return { opened: opened === null, geolocation, notifications };
    }, sandbox.auth.origin);
    expect(result).toEqual({ opened: true, geolocation: '1', notifications: 'denied' });
    expect(tray.page.url()).toBe('app://tray/index.html');
    expect(tray.app.windows()).toHaveLength(1);
  });

  it('[C44] is refused for a name that the contract lacks and for a payload of another form', async () => {
    const outcomes = await tray.page.evaluate(async () => {
      const call = window.tray.call as (name: string, request: unknown) => Promise<unknown>;
      const tries: [string, unknown][] = [
        ['vault.read', { name: 'x' }],
        ['state.get', { extra: true }],
        ['setup.client', { clientId: 7 }],
        ['signIn.start', { scopes: 'all', way: 'browser' }],
        ['signIn.start', { scopes: ['x'], way: 'carrier pigeon' }],
        ['scope.copy', { scope: 'x', format: 'token' }],
        ['help.open', { page: 'https://evil.example' }],
      ];
      return Promise.all(
        tries.map(async ([name, request]) => {
          try {
            await call(name, request);
            return 'answered';
          } catch {
            return 'rejected';
          }
        }),
      );
    });
    expect(outcomes).toEqual(Array(7).fill('rejected'));
    expect(await openedAddresses(session)).toEqual([]);
  });
});

describe('the app as a user starts it', () => {
  it('[C34] listens on no TCP port while idle', async () => {
    const other = await startDesktopSession();
    const app = await spawnApp(other, { args: demoArguments(sandbox) });
    try {
      const item = await other.tray?.waitForItem();
      if (item === undefined) throw new Error('no tray');
      await other.tray?.waitUntil(
        async () => !((await other.tray?.tooltip(item)) ?? 'starting').includes('starting'),
      );
      expect(await tcpListeners(app.pid)).toEqual([]);
    } finally {
      await app.close();
      await other.close();
    }
  });

  it('[C56] hands a second start over to the first', async () => {
    const second = await spawnApp(session, { args: demoArguments(sandbox) });
    expect(await second.exited).toBe(0);
    expect(tray.app.windows()).toHaveLength(1);
  });

  it('ends on SIGTERM with its window open', async () => {
    const other = await startDesktopSession();
    const app = await spawnApp(other, { args: demoArguments(sandbox) });
    try {
      await other.tray?.waitForItem();
      process.kill(app.pid, 'SIGTERM');
      const limit = new Promise((resolve) => setTimeout(resolve, 5_000, 'still there'));
      expect(await Promise.race([app.exited, limit])).not.toBe('still there');
    } finally {
      await app.close();
      await other.close();
    }
  });

  it.each([['--demo=1'], ['--demo=0,70000'], ['--ignore-certificate-errors'], ['--demo=example.org,80']])(
    '[C18] refuses to start with %s',
    async (argument) => {
      const other = await startDesktopSession({ keyring: 'none', tray: false });
      const app = await spawnApp(other, { args: [argument] });
      try {
        expect(await app.exited).toBe(2);
        expect(app.output()).toContain('globus-token-tray:');
      } finally {
        await app.close();
        await other.close();
      }
    },
  );
});

/** Local addresses that any process of the group listens on, from /proc. */
async function tcpListeners(leader: number): Promise<string[]> {
  const inodes = new Set<string>();
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const group = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2];
    if (group !== String(leader)) continue;
    for (const fd of await readdir(`/proc/${pid}/fd`).catch(() => [])) {
      const link = await readlink(`/proc/${pid}/fd/${fd}`).catch(() => '');
      const inode = /^socket:\[(\d+)\]$/.exec(link)?.[1];
      if (inode !== undefined) inodes.add(inode);
    }
  }
  expect(inodes.size).toBeGreaterThan(0);
  const found: string[] = [];
  for (const table of ['tcp', 'tcp6']) {
    for (const line of (await readFile(`/proc/net/${table}`, 'utf8')).split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/);
      if (fields[3] === '0A' && inodes.has(fields[9] ?? '')) found.push(fields[1] ?? '');
    }
  }
  return found;
}
