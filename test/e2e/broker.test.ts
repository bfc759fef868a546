import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AuditEntry } from '../../main/broker/contract.ts';
import { startSandbox } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { NODE_CLI } from '../support/cli-rig.ts';
import { type DesktopSession, startDesktopSession } from '../support/desktop-session.ts';
import { visitConsent } from '../support/electron-app.ts';
import { inBothThemes } from '../support/pictures.ts';
import { asked, press } from '../support/prompt-press.ts';
import { nextAddress, pageHeap, startTrayApp, type TrayApp } from '../support/tray-app.ts';

let session: DesktopSession;
let sandbox: Sandbox;
let tray: TrayApp;

beforeAll(async () => {
  [session, sandbox] = await Promise.all([startDesktopSession(), startSandbox()]);
  tray = await startTrayApp(session, sandbox, { args: ['--force-device-scale-factor=2'] });
  const button = (name: string | RegExp) => tray.page.getByRole('button', { name });
  const url = await nextAddress(session, () => button(/^Sign in$/).click());
  await visitConsent(url, { username: 'ada@uni.example', answer: 'allow' });
  await button('Show my scopes').click();
  await vi.waitFor(() => stat(socketPath()), { timeout: 10_000 });
  await recordPromptMessages();
});
afterAll(async () => {
  await tray.close();
  await sandbox.close();
  await session.close();
});

function socketPath(): string {
  return join(session.env['XDG_RUNTIME_DIR'] ?? '', 'globus-token-demo', 'broker.sock');
}

function dataFile(...names: string[]): string {
  return join(session.env['XDG_CONFIG_HOME'] ?? '', 'globus-token-tray-demo', ...names);
}

async function recordPromptMessages(): Promise<void> {
  await tray.app.evaluate(({ ipcMain }) => {
    const seen = ((globalThis as { seen?: unknown[] }).seen ??= []);
    type Handler = (event: unknown, ...args: unknown[]) => unknown;
    const handlers = (ipcMain as unknown as { _invokeHandlers: Map<string, Handler> })._invokeHandlers;
    for (const [name, handler] of [...handlers].filter(([key]) => key.startsWith('tray-prompt:'))) {
      handlers.set(name, async (event, ...args) => {
        const answer = await handler(event, ...args);
        seen.push({ name, args, answer });
        return answer;
      });
    }
  });
}

/** A shell script as a user writes one, in the user's home. */
async function script(name: string, scope = 'run_status'): Promise<string> {
  const path = join(session.home, 'jobs', name);
  await mkdir(dirname(path), { recursive: true });
  const curl = `curl -q -sS --noproxy '*' --unix-socket '${socketPath()}' -w '\\n%{http_code}'`;
  // Two commands, or the shell would become curl and nothing would be left to ask about.
  await writeFile(path, `#!/bin/sh\n${curl} 'http://localhost/v1/token?scope=${scope}'\nexit $?\n`);
  await chmod(path, 0o755);
  return path;
}

interface Ran {
  status: number;
  body: Record<string, unknown>;
}

interface Running {
  child: ChildProcess;
  answer: Promise<Ran>;
}

function start(path: string): Running {
  const child = spawn(path, { env: session.env, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  let output = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  const answer = once(child, 'close').then((): Ran => {
    const end = output.lastIndexOf('\n');
    const text = output.slice(0, end);
    return {
      status: Number(output.slice(end + 1)),
      body: (text.startsWith('{') ? JSON.parse(text) : {}) as Record<string, unknown>,
    };
  });
  return { child, answer };
}

/** Starts the script and waits for the window that it makes appear. */
function startAsked(path: string): Promise<Running & { prompt: Page }> {
  return asked(tray.app, () => start(path));
}

/** Runs the script, which must be answered without a window. */
async function runSilently(path: string): Promise<Ran> {
  const before = tray.app.windows().length;
  const ran = await start(path).answer;
  expect(tray.app.windows()).toHaveLength(before);
  return ran;
}

async function auditLines(): Promise<AuditEntry[]> {
  const text = await readFile(dataFile('audit', 'audit.jsonl'), 'utf8');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as AuditEntry);
}

function expectNoSecret(text: string): void {
  expect(sandbox.issued.length).toBeGreaterThan(0);
  for (const secret of sandbox.issued) expect(text.includes(secret)).toBe(false);
}

/** Asks the broker itself; the answer's text. */
async function post(path: string): Promise<string> {
  const child = spawn(
    'curl',
    ['-q', '-sS', '--unix-socket', socketPath(), '-X', 'POST', `http://localhost${path}`],
    {
      env: session.env,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let output = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  await once(child, 'close');
  return output;
}

// One story: each part starts where the one before it ended.
describe('a script asks the broker', { sequential: true }, () => {
  it('[C31] [C35] [C47] is named in a prompt, and gets a token for ten minutes by a click', async () => {
    const path = await script('watch-runs.sh');
    const { child, answer, prompt } = await startAsked(path);
    expect(await prompt.getByRole('heading').innerText()).toBe('Let this script use run_status?');
    const rows = (await prompt.locator('dl').innerText()).replaceAll('\n', ' ');
    expect(rows).toContain('~/jobs/watch-runs.sh claimed');
    expect(rows).toMatch(new RegExp(`Program /usr/bin/(da|ba)?sh seen, pid ${child.pid}\\b`));
    expect(rows).toMatch(/Asked through \S*curl seen/);
    expect(rows).toContain('ada@uni.example');
    await prompt.locator('[data-choice="deny"][aria-disabled="false"]').waitFor();
    await inBothThemes(prompt, 'prompt');
    expectNoSecret(await pageHeap(prompt));
    await press(prompt, 'ten-minutes');
    const { status, body } = await answer;
    expect(status).toBe(200);
    expect(sandbox.issued).toContain(body['access_token']);
  });

  it('[C41] asks in a hardened window on top, with the height of its text', async () => {
    const { prompt, answer } = await startAsked(await script('window.sh'));
    const looked = await tray.app.evaluate(({ BrowserWindow, webContents }) => {
      const contents = webContents.getAllWebContents().find((one) => one.getURL().endsWith('/prompt.html'));
      const window = contents === undefined ? null : BrowserWindow.fromWebContents(contents);
      return {
        onTop: window?.isAlwaysOnTop(),
        resizable: window?.isResizable(),
        size: window?.getContentSize(),
        stored: contents?.session.getStoragePath(),
      };
    });
    expect(looked).toMatchObject({ onTop: true, resizable: false, stored: null });
    const inside = await prompt.evaluate(() => ({
      require: typeof (globalThis as { require?: unknown }).require,
      tray: typeof (globalThis as { tray?: unknown }).tray,
      size: [window.innerWidth, document.documentElement.scrollHeight],
    }));
    expect(inside).toEqual({ require: 'undefined', tray: 'undefined', size: looked.size });
    expect(looked.size?.[0]).toBe(380);
    await press(prompt, 'once');
    expect((await answer).status).toBe(200);
  });

  it('passes the second run silently, and asks anew about another script', async () => {
    expect((await runSilently(join(session.home, 'jobs', 'watch-runs.sh'))).status).toBe(200);
    const other = await startAsked(await script('other.sh'));
    await press(other.prompt, 'never');
    expect(await other.answer).toMatchObject({ status: 403, body: { reason: 'denied' } });
    const again = await runSilently(join(session.home, 'jobs', 'other.sh'));
    expect(again).toMatchObject({ status: 403, body: { reason: 'denied-by-rule' } });
  });

  it('asks anew when the script was changed', async () => {
    const path = join(session.home, 'jobs', 'watch-runs.sh');
    await writeFile(path, `${await readFile(path, 'utf8')}# one more line\n`);
    const { prompt, answer } = await startAsked(path);
    await press(prompt, 'deny');
    expect((await answer).status).toBe(403);
  });

  it('cools down after a no', async () => {
    const path = await script('denied.sh');
    const { prompt, answer } = await startAsked(path);
    await press(prompt, 'deny');
    expect(await answer).toMatchObject({ status: 403, body: { reason: 'denied' } });
    expect(await runSilently(path)).toMatchObject({ status: 429, body: { reason: 'cooling-down' } });
  });

  it('[C35] means no when the prompt is closed', async () => {
    const { prompt, answer } = await startAsked(await script('closed.sh'));
    await prompt.locator('[data-choice="deny"][aria-disabled="false"]').waitFor();
    const gone = prompt.waitForEvent('close');
    // The page may be gone before the key is up.
    await prompt.keyboard.press('Escape').catch(() => undefined);
    await gone;
    expect(await answer).toMatchObject({ status: 403, body: { reason: 'no-answer' } });
  });

  it('[C35] takes the prompt away when the client is gone', async () => {
    const { child, prompt, answer } = await startAsked(await script('killed.sh'));
    const gone = prompt.waitForEvent('close');
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    await gone;
    await answer;
  });

  it('[C29] denies the open question when the app is locked, refuses at once, and goes on afterwards', async () => {
    const { prompt, answer } = await startAsked(await script('locked.sh'));
    const gone = prompt.waitForEvent('close');
    expect(JSON.parse(await post('/v1/lock'))).toMatchObject({ locked: true });
    await gone;
    expect(await answer).toMatchObject({ status: 423, body: { reason: 'locked' } });
    const path = await script('allowed.sh');
    expect(await runSilently(path)).toMatchObject({ status: 423, body: { reason: 'locked' } });
    await session.tray?.click(await session.tray.waitForItem(), ['Unlock']);
    const later = await startAsked(path);
    await press(later.prompt, 'once');
    expect((await later.answer).status).toBe(200);
  });

  it('[C36] has written all of it down, a copy in the app too, and no token', async () => {
    await session.tray?.click(await session.tray.waitForItem(), ['view_flows', 'Copy header']);
    await expect.poll(async () => (await auditLines()).at(-1)?.kind).toBe('copy');
    const lines = await auditLines();
    const of = (name: string) =>
      lines.filter((line) => line.script?.endsWith(name) === true).map(({ answer, by }) => `${answer} ${by}`);
    expect(of('/watch-runs.sh')).toEqual([
      'allowed prompt',
      expect.stringMatching(/^allowed rule:/),
      'denied prompt',
    ]);
    expect(of('/other.sh')).toEqual(['denied prompt', expect.stringMatching(/^denied rule:/)]);
    expect(of('/denied.sh')).toEqual(['denied prompt', 'denied cooling-down']);
    expect(of('/closed.sh')).toEqual(['denied no-answer']);
    expect(of('/locked.sh')).toEqual(['denied locked']);
    expect(lines.every((line) => !Number.isNaN(Date.parse(line.time)))).toBe(true);
    expect(lines.find((line) => line.script?.endsWith('/watch-runs.sh'))).toMatchObject({
      kind: 'token',
      account: 'ada@uni.example',
      pid: expect.any(Number) as number,
      program: expect.stringMatching(/sh$/) as string,
    });
    expectNoSecret(JSON.stringify(lines));
  });

  it('[C28] keeps rules and log for this user alone; only answers without an end are kept', async () => {
    for (const file of [dataFile('approvals.json'), dataFile('audit', 'audit.jsonl'), socketPath()]) {
      expect((await stat(file)).mode & 0o777, file).toBe(0o600);
    }
    expect((await stat(dataFile('audit'))).mode & 0o777).toBe(0o700);
    expect((await stat(dirname(socketPath()))).mode & 0o777).toBe(0o700);
    const rules = await readFile(dataFile('approvals.json'), 'utf8');
    expect(rules).toContain('other.sh');
    expect(rules).not.toContain('watch-runs.sh');
    expectNoSecret(rules);
  });

  it('[C36] shows all of it in the window, newest first', async () => {
    await tray.page.getByRole('button', { name: 'Audit' }).click();
    const shown = tray.page.getByRole('list', { name: 'Audit log, newest first' }).getByRole('listitem');
    const lines = await auditLines();
    await expect.poll(() => shown.count()).toBe(lines.length);
    const texts = await shown.allInnerTexts();
    expect(texts[0]).toMatch(/^view_flows: copied[^]*by you, in the app/);
    const of = (name: string) => texts.filter((text) => text.includes(`~/jobs/${name} claimed`)).reverse();
    expect(of('watch-runs.sh')).toEqual([
      expect.stringMatching(/^run_status: token given[^]*you allowed it · ada@uni\.example/),
      expect.stringMatching(/^run_status: token given[^]*a rule allows it/),
      expect.stringMatching(/^run_status: refused[^]*you denied it/),
    ]);
    expect(of('other.sh')).toEqual([
      expect.stringContaining('you denied it'),
      expect.stringContaining('a rule denies it'),
    ]);
    expect(of('locked.sh')).toEqual([expect.stringContaining('the app was locked')]);
    const asked = new Set(lines.flatMap(({ script, program }) => script ?? program ?? []));
    await tray.page.getByText(`Broker on · ${asked.size} programs today`).waitFor();
    expectNoSecret(await pageHeap(tray.page));
  });

  it('[C35] lists an approval in the window, and asks anew once it is revoked there', async () => {
    const path = await script('kept.sh');
    const first = await startAsked(path);
    await press(first.prompt, 'ten-minutes');
    expect((await first.answer).status).toBe(200);
    expect((await runSilently(path)).status).toBe(200);
    await tray.page.getByRole('button', { name: 'Approvals' }).click();
    const rule = tray.page.getByRole('listitem').filter({ hasText: '~/jobs/kept.sh' });
    expect(await rule.innerText()).toMatch(/May use run_status[^]*for (9|10) min · ada@uni\.example/);
    expect(await tray.page.getByRole('listitem').filter({ hasText: 'other.sh' }).innerText()).toContain(
      'Never gets run_status',
    );
    await rule.getByRole('button').click();
    await tray.page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await rule.waitFor({ state: 'detached' });
    const again = await startAsked(path);
    await press(again.prompt, 'once');
    expect((await again.answer).status).toBe(200);
    expect((await auditLines()).some(({ kind, by }) => kind === 'rule' && by.startsWith('rule:'))).toBe(true);
  });

  it('[C35] refuses every script while everything is denied', async () => {
    const path = await script('while-denied.sh');
    const everything = tray.page.getByRole('switch', { name: 'Deny everything' });
    await everything.click();
    await tray.page.getByText('Broker denies everything').waitFor();
    expect(await runSilently(path)).toMatchObject({ status: 403, body: { reason: 'denied' } });
    await everything.click();
    await tray.page.getByText(/Broker on/).waitFor();
    const { prompt, answer } = await startAsked(path);
    await press(prompt, 'once');
    expect((await answer).status).toBe(200);
    await tray.page.keyboard.press('Escape');
    await tray.page.getByRole('heading', { name: 'Scopes' }).waitFor();
  });

  it('[C47] has sent no token to the prompt', async () => {
    const messages = await tray.messages();
    expect(messages).toContain('tray-prompt:answer');
    expect(messages).toContain('watch-runs.sh');
    expectNoSecret(messages);
  });

  it('[C51] answers get, curl, check and status while its window is closed', async () => {
    const path = await script('closed.sh', 'view_flows');
    const token = 'http://localhost/v1/token?scope=view_flows';
    const cli = `'${process.execPath}' '${NODE_CLI}'`;
    const lines = [
      '#!/bin/sh',
      `curl -q -sS --noproxy '*' --unix-socket '${socketPath()}' -o /dev/null -w '%{http_code}\\n' '${token}'`,
      ...['get view_flows', 'check view_flows --for 1m', 'status'].map(
        (words) => `${cli} ${words} >/dev/null; echo $?`,
      ),
      `${cli} curl view_flows '${sandbox.flows.origin}/flows' -sS -o /dev/null -w '%{http_code}\\n'`,
    ];
    await writeFile(path, `${lines.join('\n')}\nexit $?\n`);
    await tray.app.evaluate(({ BrowserWindow }) => {
      for (const window of BrowserWindow.getAllWindows()) window.close();
    });
    await vi.waitFor(() => expect(tray.app.windows()).toEqual([]));
    const env = { ...session.env, GLOBUS_TOKEN_SOCK: socketPath() };
    const { child, prompt } = await asked(tray.app, () => ({
      child: spawn(path, { env, stdio: ['ignore', 'pipe', 'inherit'], detached: true }),
    }));
    let output = '';
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    const ended = once(child, 'close');
    await press(prompt, 'ten-minutes');
    await ended;
    expect(output.trim().split('\n')).toEqual(['200', '0', '0', '0', '200']);
  });

  it('takes its socket along when it quits', async () => {
    await tray.close();
    await expect(stat(socketPath())).rejects.toThrow('ENOENT');
  });
});

describe('a socket that somebody else holds', () => {
  it('[C30] [C59] is left alone; the app says so and works', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(socketPath(), resolve));
    try {
      tray = await startTrayApp(session, sandbox);
      await tray.page.getByText('Scripts cannot ask for tokens now').first().waitFor();
      await tray.page.getByText('view_flows').first().waitFor();
      expect(other.listening).toBe(true);
      expect((await stat(socketPath())).isSocket()).toBe(true);
    } finally {
      await new Promise((resolve) => other.close(resolve));
    }
  });
});
