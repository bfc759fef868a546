import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AuditEntry } from '../../main/broker/contract.ts';
import { startSandbox } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { type DesktopSession, startDesktopSession } from '../support/desktop-session.ts';
import { visitConsent } from '../support/electron-app.ts';
import { inBothThemes } from '../support/pictures.ts';
import { asked, press } from '../support/prompt-press.ts';
import { nextAddress, startTrayApp, systemClipboard, type TrayApp } from '../support/tray-app.ts';

const installed = spawnSync('oidc-token', ['--version']).status === 0;
const ADA = 'ada@uni.example';

let session: DesktopSession;
let sandbox: Sandbox;
let tray: TrayApp;

const button = (name: string | RegExp) => tray.page.getByRole('button', { name });
const oidcSwitch = () => tray.page.getByRole('switch', { name: 'Programs for oidc-agent' });
const socketPath = () => join(session.env['XDG_RUNTIME_DIR'] ?? '', 'globus-token-demo', 'oidc.sock');
const dataFile = (...names: string[]) =>
  join(session.env['XDG_CONFIG_HOME'] ?? '', 'globus-token-tray-demo', ...names);

async function auditLines(): Promise<AuditEntry[]> {
  const text = await readFile(dataFile('audit', 'audit.jsonl'), 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as AuditEntry);
}

/** A shell script as a user writes one, with the line that the window gives out. */
async function script(name: string, scope = 'run_status'): Promise<string> {
  const path = join(session.home, 'jobs', name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(
    path,
    `#!/bin/sh\nexport OIDC_SOCK=${socketPath()}\noidc-token ${ADA} -s ${scope}\nexit $?\n`,
  );
  await chmod(path, 0o755);
  return path;
}

interface Ran {
  code: number | null;
  out: string;
  err: string;
}
interface Running {
  child: ChildProcess;
  answer: Promise<Ran>;
}

function start(path: string): Running {
  const child = spawn(path, { env: session.env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const ran: Ran = { code: null, out: '', err: '' };
  child.stdout.on('data', (chunk) => (ran.out += String(chunk)));
  child.stderr.on('data', (chunk) => (ran.err += String(chunk)));
  const answer = once(child, 'close').then(([code]) => ({ ...ran, code: code as number | null }));
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

function expectNoSecret(text: string): void {
  expect(sandbox.issued.length).toBeGreaterThan(0);
  for (const secret of sandbox.issued) expect(text.includes(secret)).toBe(false);
}

async function openScripts(): Promise<void> {
  await button(/^Broker on/).click();
  await tray.page.getByRole('heading', { name: 'Scripts' }).waitFor();
}

// One story: each part starts where the one before it ended.
describe.runIf(installed)('a script asks with oidc-token', { sequential: true }, () => {
  beforeAll(async () => {
    [session, sandbox] = await Promise.all([startDesktopSession(), startSandbox()]);
    tray = await startTrayApp(session, sandbox, { args: ['--force-device-scale-factor=2'] });
    const url = await nextAddress(session, () => button(/^Sign in$/).click());
    await visitConsent(url, { username: ADA, answer: 'allow' });
    await button('Show my scopes').click();
    await tray.page.getByText(/Broker on/).waitFor();
  });
  afterAll(async () => {
    await tray.close();
    await sandbox.close();
    await session.close();
  });

  it('finds no socket until the user lets it be opened, in the window', async () => {
    await expect(stat(socketPath())).rejects.toThrow('ENOENT');
    expect((await start(await script('early.sh')).answer).code).not.toBe(0);
    await openScripts();
    expect(await oidcSwitch().getAttribute('aria-checked')).toBe('false');
    await oidcSwitch().click();
    await tray.page.getByText(`export OIDC_SOCK=${socketPath()}`).waitFor();
    expect(await oidcSwitch().getAttribute('aria-checked')).toBe('true');
    await button('Copy the line').click();
    await button('Copied').waitFor();
    expect(await systemClipboard(session)).toBe(`export OIDC_SOCK=${socketPath()}`);
    await inBothThemes(tray.page, 'scripts');
    await tray.page.emulateMedia({ colorScheme: null });
  });

  it('[C30] finds it for this user alone', async () => {
    const found = await stat(socketPath());
    expect(found.isSocket()).toBe(true);
    expect(found.mode & 0o777).toBe(0o600);
    expect((await stat(dirname(socketPath()))).mode & 0o777).toBe(0o700);
  });

  it('[C31] is named in the prompt with its chain, and gets a token for ten minutes by a click', async () => {
    const { child, answer, prompt } = await startAsked(await script('nightly.sh'));
    expect(await prompt.getByRole('heading').innerText()).toBe('Let this script use run_status?');
    const rows = (await prompt.locator('dl').innerText()).replaceAll('\n', ' ');
    expect(rows).toContain('~/jobs/nightly.sh claimed');
    expect(rows).toMatch(new RegExp(`Program /usr/bin/(da|ba)?sh seen, pid ${child.pid}\\b`));
    expect(rows).toMatch(/Asked through \S*oidc-token seen/);
    await press(prompt, 'ten-minutes');
    const { code, out } = await answer;
    expect(code).toBe(0);
    expect(sandbox.issued).toContain(out.trim());
  });

  it('passes the second run silently, and asks anew about another script', async () => {
    const again = await runSilently(join(session.home, 'jobs', 'nightly.sh'));
    expect(again.code).toBe(0);
    expect(sandbox.issued).toContain(again.out.trim());
    const other = await startAsked(await script('other.sh'));
    expect((await other.prompt.locator('dl').innerText()).replaceAll('\n', ' ')).toContain(
      '~/jobs/other.sh claimed',
    );
    await press(other.prompt, 'never');
    const refused = await other.answer;
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toContain('The request was denied.');
    const later = await runSilently(join(session.home, 'jobs', 'other.sh'));
    expect(later).toMatchObject({ code: 1, out: '' });
    expect(later.err).toContain('A rule denies this request.');
  });

  it('[C36] is written down four times, and all four are shown in the window', async () => {
    const lines = (await auditLines()).filter(({ script: path }) => path !== null);
    expect(
      lines.map(({ kind, answer, by, script: path }) => `${path?.split('/').at(-1)} ${kind} ${answer} ${by}`),
    ).toEqual([
      'nightly.sh token allowed prompt',
      expect.stringMatching(/^nightly\.sh token allowed rule:/),
      'other.sh refused denied prompt',
      expect.stringMatching(/^other\.sh refused denied rule:/),
    ]);
    expectNoSecret(JSON.stringify(lines));
    await button('Audit').click();
    const shown = tray.page.getByRole('list', { name: 'Audit log, newest first' }).getByRole('listitem');
    await expect.poll(() => shown.count()).toBe(5);
    expect(await shown.allInnerTexts()).toEqual([
      expect.stringMatching(/^run_status: refused[^]*~\/jobs\/other\.sh claimed[^]*a rule denies it/),
      expect.stringMatching(/^run_status: refused[^]*~\/jobs\/other\.sh claimed[^]*you denied it/),
      expect.stringMatching(/^run_status: token given[^]*~\/jobs\/nightly\.sh claimed[^]*a rule allows it/),
      expect.stringMatching(/^run_status: token given[^]*~\/jobs\/nightly\.sh claimed[^]*you allowed it/),
      expect.stringMatching(/^Sign-in started[^]*by you, in this window/),
    ]);
  });

  it('[C29] is refused at once while the app is locked, whatever a rule says', async () => {
    await tray.page.evaluate(() => window.tray.call('session.lock', null));
    const locked = await runSilently(join(session.home, 'jobs', 'nightly.sh'));
    expect(locked).toMatchObject({ code: 1, out: '' });
    expect(locked.err).toContain('The app is locked.');
    await tray.page.evaluate(() => window.tray.call('session.unlock', null));
    await expect.poll(async () => (await runSilently(join(session.home, 'jobs', 'nightly.sh'))).code).toBe(0);
  });

  it('[C35] is refused while everything is denied, also after a restart', async () => {
    const path = join(session.home, 'jobs', 'nightly.sh');
    await button('Approvals').click();
    const everything = () => tray.page.getByRole('switch', { name: 'Deny everything' });
    await everything().click();
    await tray.page.getByText('Broker denies everything').waitFor();
    expect((await runSilently(path)).err).toContain('The request was denied.');
    await tray.close();
    await expect(stat(socketPath())).rejects.toThrow('ENOENT');

    tray = await startTrayApp(session, sandbox);
    await tray.page.getByText('Broker denies everything').waitFor();
    // The choice of the socket was kept as well.
    await vi.waitFor(() => stat(socketPath()), { timeout: 10_000 });
    expect((await runSilently(path)).err).toContain('The request was denied.');
    await button('Approvals').click();
    expect(await everything().getAttribute('aria-checked')).toBe('true');
    await everything().click();
    await tray.page.getByText(/Broker on/).waitFor();
    // Ten minutes are not for longer than the app runs: it is asked again.
    const { prompt, answer } = await startAsked(path);
    await press(prompt, 'once');
    expect((await answer).code).toBe(0);
  });

  it('finds no socket any more once it is switched off, and the broker goes on', async () => {
    await openScripts();
    await oidcSwitch().click();
    await tray.page.getByText(`export OIDC_SOCK=${socketPath()}`).waitFor({ state: 'detached' });
    await expect(stat(socketPath())).rejects.toThrow('ENOENT');
    expect((await start(join(session.home, 'jobs', 'nightly.sh')).answer).code).not.toBe(0);
    expect((await stat(socketPath().replace('oidc.sock', 'broker.sock'))).isSocket()).toBe(true);
  });

  it('[C30] [C59] does not lose it to another agent: a live socket is left alone, and the window says so', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(socketPath(), resolve));
    try {
      await oidcSwitch().click();
      await tray.page
        .getByRole('heading', { name: 'The socket for oidc-agent programs could not be opened' })
        .waitFor();
      expect(await oidcSwitch().getAttribute('aria-checked')).toBe('false');
      expect(other.listening).toBe(true);
      expect((await stat(socketPath())).isSocket()).toBe(true);
    } finally {
      await new Promise((resolve) => other.close(resolve));
    }
    await oidcSwitch().click();
    await tray.page.getByText(`export OIDC_SOCK=${socketPath()}`).waitFor();
  });

  it('[C47] has sent no token to the window', async () => {
    const messages = await tray.messages();
    expect(messages).toContain('tray:oidc.set');
    expectNoSecret(messages);
  });
});
