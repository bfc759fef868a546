import { spawn } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { type DesktopSession, startDesktopSession } from '../support/desktop-session.ts';
import { spawnApp } from '../support/electron-app.ts';
import { hasFocus } from '../support/has-focus.ts';
import { tcpListeners } from '../support/listeners.ts';
import { attack } from '../support/page-attack.ts';
import { until } from '../support/processes.ts';
import { asked } from '../support/prompt-press.ts';
import { demoArguments, openedAddresses, startTrayApp, type TrayApp } from '../support/tray-app.ts';
import { brokerListens, signInFully, socketOf } from '../support/tray-rig.ts';

let session: DesktopSession;
let sandbox: Sandbox;
let tray: TrayApp;

beforeAll(async () => {
  [session, sandbox] = await Promise.all([startDesktopSession(), startSandbox()]);
  tray = await startTrayApp(session, sandbox);
  await tray.page.getByRole('button', { name: /^Sign in$/ }).waitFor();
});
afterAll(async () => {
  // The last test has ended it already.
  await tray.close().catch(() => undefined);
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
    await hasFocus(tray.page, 'dialog');
    await tray.page.keyboard.press('Escape');
    expect(complaints).toEqual([]);
    expect(await tray.violations()).toEqual([]);
    // The same ears hear a real violation.
    await tray.page.evaluate(() => {
      document.body.setAttribute('style', 'color: red');
    });
    await expect.poll(() => complaints.length).toBe(1);
    await expect.poll(() => tray.violations()).toEqual(['style-src-attr inline']);
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
    expect(await tray.requests()).toEqual([]);
  });

  it('[C42] is watched by a count that hears a request where one is made', async () => {
    const url = `${sandbox.auth.origin}/sandbox-probe`;
    await tray.app.evaluate(async ({ BrowserWindow }, target) => {
      const stray = new BrowserWindow({ show: false, webPreferences: { partition: 'stray' } });
      await stray.loadURL(target);
      stray.destroy();
    }, url);
    expect(await tray.requests()).toContain(url);
    await tray.app.evaluate(() => (globalThis as { requested?: string[] }).requested?.splice(0));
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
  const started = async ({ tray: host }: DesktopSession): Promise<void> => {
    const item = await host?.waitForItem();
    if (item === undefined) throw new Error('no tray');
    await host?.waitUntil(async () => !((await host.tooltip(item)) ?? 'starting').includes('starting'));
  };

  it('[C34] listens on no TCP port while idle', async () => {
    const other = await startDesktopSession();
    const app = await spawnApp(other, { args: demoArguments(sandbox) });
    try {
      await started(other);
      // The broker comes last, and is what would listen.
      await brokerListens(other);
      expect(await tcpListeners(app.pid)).toEqual([]);
    } finally {
      await app.close();
      await other.close();
    }
  });

  it('[C56] hands a second start over to the first', async () => {
    const inSight = (): Promise<boolean[]> =>
      tray.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((one) => one.isVisible()));
    await tray.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
    expect(await inSight()).toEqual([false]);
    const second = await spawnApp(session, { args: demoArguments(sandbox) });
    expect(await second.exited).toBe(0);
    // The first one’s only window comes to the front.
    await expect.poll(inSight).toEqual([true]);
    expect(tray.app.windows()).toHaveLength(1);
  });

  it('[C22] outlives the signal of a file size limit, which would cost what waits for the disk', async () => {
    const other = await startDesktopSession();
    const app = await spawnApp(other, { args: demoArguments(sandbox) });
    try {
      await started(other);
      process.kill(app.pid, 'SIGXFSZ');
      // A second start is handed over to one that lives.
      const second = await spawnApp(other, { args: demoArguments(sandbox) });
      expect(await second.exited).toBe(0);
      expect(await Promise.race([app.exited, Promise.resolve('alive')])).toBe('alive');
    } finally {
      await app.close();
      await other.close();
    }
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    '[C22] [C37] ends in order on %s, with its window open',
    async (signal) => {
      const other = await startDesktopSession();
      const app = await spawnApp(other, { args: demoArguments(sandbox) });
      try {
        await started(other);
        process.kill(app.pid, signal);
        expect(await app.exited).toBe(0);
        // The last line of what it does before it goes: the clipboard is cleared, what waits for the vault is written.
        const log = join(other.env['XDG_CONFIG_HOME'] ?? '', 'globus-token-tray-demo', 'logs', 'tray.log');
        expect((await readFile(log, 'utf8')).trimEnd()).toMatch(/"msg":"stopped"\}$/);
      } finally {
        await app.close();
        await other.close();
      }
    },
  );

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

describe('window, palette and prompt, open at once', () => {
  let pages: Record<string, Page> = {};
  let asking: ReturnType<typeof spawn> | null = null;
  beforeAll(async () => {
    await signInFully(session, tray);
    const second = await spawnApp(session, { args: [...demoArguments(sandbox), '--palette'] });
    expect(await second.exited).toBe(0);
    const palette = await until('the palette', () => Promise.resolve(pageAt('palette')));
    const { prompt } = await asked(tray.app, () => {
      const url = 'http://localhost/v1/token?scope=view_flows';
      asking = spawn('/usr/bin/curl', ['-q', '-sS', '--unix-socket', socketOf(session), url], {
        stdio: 'ignore',
      });
      return {};
    });
    pages = { window: tray.page, palette, prompt };
  });
  afterAll(async () => {
    const gone = pages['prompt']?.waitForEvent('close');
    asking?.kill();
    await gone;
  });
  const pageAt = (name: string) =>
    tray.app.windows().find((page) => page.url() === `app://tray/${name}.html`);
  const names = ['window', 'palette', 'prompt'];
  const page = (name: string): Page => {
    const found = pages[name];
    if (found === undefined) throw new Error(`no ${name}`);
    return found;
  };

  it('[C41] are all the pages there are, each with every protection, in sessions that leave nothing', async () => {
    const found = await tray.app.evaluate(({ webContents }) =>
      webContents.getAllWebContents().map((contents) => ({
        url: contents.getURL(),
        stored: contents.session.getStoragePath(),
        preferences: (
          contents as unknown as { getLastWebPreferences(): Record<string, unknown> }
        ).getLastWebPreferences(),
      })),
    );
    expect(found.map(({ url }) => url).sort()).toEqual(
      ['index', 'palette', 'prompt'].map((name) => `app://tray/${name}.html`),
    );
    const on = { sandbox: true, contextIsolation: true, webSecurity: true };
    const off = { nodeIntegration: false, nodeIntegrationInSubFrames: false, webviewTag: false };
    for (const { preferences, stored } of found) {
      expect(stored).toBeNull();
      expect(preferences).toMatchObject({ ...on, ...off });
      for (const name of ['nodeIntegrationInWorker', 'allowRunningInsecureContent', 'experimentalFeatures'])
        expect(preferences[name]).not.toBe(true);
    }
  });

  it.each([
    ['window', ['tray']],
    ['palette', ['tray']],
    ['prompt', ['prompter']],
  ])('[C41] the %s has no Node, and the bridge %j alone', async (name, bridges) => {
    const found = await page(name).evaluate(() => ({
      node: ['require', 'process', 'Buffer', 'module', 'global'].filter((one) => one in globalThis),
      bridges: ['tray', 'prompter', 'electron'].filter((one) => one in globalThis),
    }));
    expect(found).toEqual({ node: [], bridges });
  });

  it.each(names)('[C42] the %s is served under the policy', async (name) => {
    const policy = await tray.app.evaluate(async ({ webContents }, url) => {
      const contents = webContents.getAllWebContents().find((one) => one.getURL() === url);
      const answer = await contents?.session.fetch(url);
      return answer?.headers.get('content-security-policy') ?? '';
    }, page(name).url());
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
  });

  // Asked past the page and its policy, of the session alone.
  it.each(names)('[C42] the %s has a network that takes no other address either', async (name) => {
    const before = sandbox.log.length;
    const outcome = await tray.app.evaluate(
      async ({ webContents }, [url, origin]) => {
        const contents = webContents.getAllWebContents().find((one) => one.getURL() === url);
        const text = (error: unknown) => String(error);
        return contents?.session.fetch(`${origin}/past-policy`).then(() => 'fetched', text);
      },
      [page(name).url(), sandbox.auth.origin] as const,
    );
    expect(outcome).toContain('ERR_BLOCKED_BY_CLIENT');
    expect(sandbox.log.slice(before).filter(({ path }) => path.includes('past-policy'))).toEqual([]);
  });

  it('[C42] [C43] a page that nobody meant to make goes nowhere and is asked nothing', async () => {
    const asked = sandbox.log.length;
    const outcome = await tray.app.evaluate(async ({ BrowserWindow, session }, origin) => {
      const stray = new BrowserWindow({ show: false });
      const text = (error: unknown) => String(error);
      const loaded = await stray.loadURL(`${origin}/stray`).then(() => 'loaded', text);
      const fetched = await session.defaultSession.fetch(`${origin}/stray`).then(() => 'fetched', text);
      const ours = stray.webContents.session === session.defaultSession;
      stray.destroy();
      return { loaded, fetched, ours };
    }, sandbox.auth.origin);
    expect(outcome).toEqual({
      loaded: expect.stringContaining('ERR_BLOCKED_BY_CLIENT') as unknown,
      fetched: expect.stringContaining('ERR_BLOCKED_BY_CLIENT') as unknown,
      ours: true,
    });
    expect(sandbox.log.slice(asked).filter(({ path }) => path.includes('stray'))).toEqual([]);
  });

  // Last, because the driver waits for the navigation that never comes before it acts on a page again.
  it.each(names)('[C42] [C43] the %s runs and loads nothing but its own, and goes nowhere', async (name) => {
    const at = page(name).url();
    const before = sandbox.log.length;
    const outcome = await page(name).evaluate(attack, sandbox.auth.origin);
    expect(outcome).toEqual({
      inline: 'refused',
      script: 'refused',
      image: 'refused',
      frame: 'refused',
      fetch: 'refused',
      socket: 'refused',
      opened: null,
      geolocation: 'denied',
      notifications: 'denied',
      clipboard: 'denied',
    });
    expect(page(name).url()).toBe(at);
    expect(sandbox.log.slice(before).filter(({ path }) => path.includes('probe'))).toEqual([]);
    expect(tray.app.windows()).toHaveLength(3);
  });
});

describe('[C25] a crash', () => {
  it('of a page, and then of the app, leaves no core and no dump behind, nor anybody who writes one', async () => {
    const { pid } = tray.app.process();
    const found = await tray.app.evaluate(({ app, webContents }) => ({
      dumps: app.getPath('crashDumps'),
      page: webContents
        .getAllWebContents()
        .find((one) => one.getURL().endsWith('index.html'))
        ?.getOSProcessId(),
    }));
    const pids = await session.processes();
    const read = (name: string) =>
      Promise.all(pids.map((one) => readFile(`/proc/${one}/${name}`, 'latin1').catch(() => '')));
    const lines = await read('cmdline');
    expect(lines.filter((line) => line.includes('crashpad'))).toEqual([]);
    // The network service too, which sees every token, and the zygotes that the next one comes from.
    const theirs = (await read('limits')).filter(
      (_, index) => pids[index] === pid || lines[index]?.includes('--type=') === true,
    );
    expect(theirs.length).toBeGreaterThan(4);
    for (const limits of theirs) expect(limits).toMatch(/^Max core file size +(?:1 +1|0 +0) /m);
    const crashed = tray.page.waitForEvent('crash');
    process.kill(found.page ?? 0, 'SIGSEGV');
    await crashed;
    const gone = new Promise((resolve) => tray.app.process().once('exit', resolve));
    process.kill(pid ?? 0, 'SIGSEGV');
    await gone;
    const left = await readdir(found.dumps, { recursive: true }).catch((): string[] => []);
    // A random number that Electron makes for reports that nobody sends.
    expect(left.filter((name) => name !== 'client_id')).toEqual([]);
  });
});
