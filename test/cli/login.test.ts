import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TUTORIAL_CLIENT_ID } from '../../cli/login/client-id.ts';
import { TUTORIAL_CLIENT_ID as APP_TUTORIAL_CLIENT_ID } from '../../main/globus/scopes.ts';
import { DEMO_CLIENT_ID } from '../sandbox/index.ts';
import { approveInProcess } from '../sandbox/visitor.ts';
import { cliRig } from '../support/cli-rig.ts';
import { type PersonRig, personRig } from '../support/person-rig.ts';
import { until } from '../support/processes.ts';
import type { Typed } from '../support/pty.ts';

const LINK = /http:\/\/127\.0\.0\.1:\d+\/v2\/oauth2\/authorize\?\S+/g;

/** The person follows the newest link on the screen and brings back the code of its page. */
async function codeFrom(screen: string): Promise<string> {
  const link = screen.match(LINK)?.at(-1);
  if (link === undefined) throw new Error('no link was shown');
  return approveInProcess(link);
}
const types = (text: string) => `${text}\r`;
const pastes: Typed = { sees: 'Code: ', types: async (screen) => types(await codeFrom(screen)) };

describe('the first login on a new server', { timeout: 60_000 }, () => {
  let rig: PersonRig;
  beforeAll(async () => void (rig = await personRig({ isSetUp: false })), 60_000);
  afterAll(() => rig.end());

  it('without a terminal says what is missing, and asks nobody [C49]', async () => {
    const started = performance.now();
    const { code, stdout, stderr } = await rig.detached(['login', '--no-browser']);
    expect({ code, stdout }).toEqual({ code: 20, stdout: '' });
    expect(stderr).toMatch(/^globus-token: The app has no client ID yet.*\nhint: .*--client-id <uuid>\n$/);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('without a terminal names both ways to keep a sign-in where there is no keychain [C27, C49]', async () => {
    const { code, stderr } = await rig.detached(['login', '--client-id', DEMO_CLIENT_ID]);
    expect(code).toBe(10);
    expect(stderr).toContain('globus-token unlock --new; or in memory: globus-token unlock --memory');
  });

  it('leads from nothing to tokens and a policy file', async () => {
    await rig.end();
    rig = await personRig({ isSetUp: false });
    const { code, stdout, stderr, screen } = await rig.person(
      ['login', '--no-browser'],
      [
        { sees: 'or “try”: ', types: types('my app') },
        { sees: 'or “try”: ', types: types(DEMO_CLIENT_ID) },
        { sees: 'Where? [p/m] ', types: types('p') },
        { sees: 'New passphrase: ', types: types('correct horse') },
        { sees: 'The same again: ', types: types('correct horse') },
        pastes,
        { sees: 'Write it? [y/N] ', types: types('y') },
      ],
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'Signed in as ada@uni.example.\n' });
    expect(stdout).toMatch(/^SCOPE +STATE +TOKEN ENDS IN\n/);
    expect(stdout).toMatch(/^view_flows +ready +1 d 23 h$/m);
    expect(screen).toContain('A client ID is a UUID');
    expect(screen).toContain('There is no keychain here: no D-Bus session runs.');
    expect(screen).toContain(`Written: ${join(rig.dataFolder, 'policy.json')}`);
    expect(screen).not.toContain('correct horse');
    expect((await stat(join(rig.dataFolder, 'policy.json'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(rig.dataFolder, 'vault.bin'))).mode & 0o777).toBe(0o600);
    const starter = await readFile(join(rig.dataFolder, 'policy.json'), 'utf8');
    expect(screen.replaceAll('\r', '')).toContain(starter.trimEnd());
  });
});

describe('login on an agent without a window', { timeout: 60_000 }, () => {
  let rig: PersonRig;
  beforeAll(async () => {
    rig = await personRig();
    await rig.detached(['unlock', '--memory']);
  }, 60_000);
  afterAll(() => rig.end());

  async function loginPhase(): Promise<string> {
    const { phase } = await rig.answer('/v1/login');
    return String(phase);
  }

  it('without a terminal and without --code-fd needs a terminal [C48, C49]', async () => {
    const started = performance.now();
    for (const words of [['login'], ['login', 'view_flows', '--no-browser'], ['login', '--browser']]) {
      const { code, stdout, stderr } = await rig.detached(words);
      expect({ code, stdout }).toEqual({ code: 21, stdout: '' });
      expect(stderr).toMatch(/^globus-token: A person has to sign in.*\nhint: .*--code-fd <n>\n$/);
    }
    expect(performance.now() - started).toBeLessThan(6_000);
    const { stderr } = await rig.detached(['login', '--json']);
    expect(JSON.parse(stderr)).toMatchObject({ error: { exit: 'needs-terminal', code: 21 } });
    expect(await loginPhase()).toBe('idle');
  });

  it('says that Globus did not take a code, shows a new link, and takes the next one [C48]', async () => {
    const { code, stdout, stderr, screen } = await rig.person(
      ['login', '--no-browser', '--json'],
      [
        { sees: 'Code: ', types: types('no-such-code') },
        pastes,
        { sees: 'Write it? [y/N] ', types: types('') },
      ],
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [first, second, ...more] = screen.match(LINK) ?? [];
    expect(more).toEqual([]);
    expect(first).not.toBe(second);
    expect(screen).toContain('Globus did not accept the code. Here is a new link.');
    expect(screen).toContain('Not written.');
    expect(JSON.parse(stdout)).toMatchObject({ account: 'ada@uni.example', accounts: ['ada@uni.example'] });
    await expect(stat(join(rig.dataFolder, 'policy.json'))).rejects.toThrow('ENOENT');
  });

  it('gives up after three codes that were wrong [C48]', async () => {
    const wrong: Typed = { sees: 'Code: ', types: types('no-such-code') };
    const { code, stdout, stderr } = await rig.person(['login', '--no-browser'], [wrong, wrong, wrong]);
    expect({ code, stdout }).toEqual({ code: 6, stdout: '' });
    expect(stderr).toMatch(/^globus-token: Globus did not accept the code\. .*as they were\.\nhint: /);
  });

  it('gives the sign-in up when no code is typed, so that the next one can start', async () => {
    const { code, stderr } = await rig.person(
      ['login', '--no-browser'],
      [{ sees: 'Code: ', types: types('') }],
    );
    expect(code).toBe(6);
    expect(stderr).toContain('No code was given');
    expect(await loginPhase()).toBe('idle');
  });

  it('reads the code from a descriptor for a person who is elsewhere', async () => {
    const child = rig.spawned(['login', 'view_flows', '--code-fd', '3'], { fd3: null });
    const { said, ended } = watched(child);
    const link = await until('a link', () => Promise.resolve(said().match(LINK)?.[0]));
    const input = child.stdio[3];
    if (!(input instanceof Writable)) throw new Error('descriptor 3 is not open');
    input.end(`${await approveInProcess(link)}\n`);
    expect(await ended).toBe(0);
    expect(said()).toContain('Signed in as ada@uni.example.');
  });

  it('refuses a code from a descriptor that is not open or gives none, and leaves nothing under way [C48]', async () => {
    const { code, stderr } = await rig.detached(['login', '--code-fd', '9']);
    expect(code).toBe(2);
    expect(stderr).toContain('Descriptor 9 could not be read');
    const empty = await rig.detached(['login', '--code-fd', '3'], { fd3: '' });
    expect(empty.code).toBe(2);
    expect(empty.stderr).toContain('Descriptor 3 gave nothing');
    expect(await loginPhase()).toBe('idle');
  });

  it('opens the browser of a desktop with the address alone, and waits for it', async () => {
    const opened = await fakeOpener(rig.folder);
    const login = rig.person(['login', 'view_flows'], [], { DISPLAY: ':99' });
    const link = await until('an opened address', () => readFile(opened, 'utf8').catch(() => undefined));
    await fetch(await approveInProcess(link.trim()));
    const { code, stderr, screen } = await login;
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'Signed in as ada@uni.example.\n' });
    expect(screen).toContain('Your browser opens.');
    expect(link.trim()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v2\/oauth2\/authorize\?\S+$/);
  });

  it('over SSH pastes unless told otherwise; with --browser it says which port to forward', async () => {
    const ssh = { SSH_CONNECTION: '10.0.0.2 50022 10.0.0.1 22', DISPLAY: ':99' };
    const pasted = await rig.person(['login'], [{ sees: 'Code: ', types: types('') }], ssh);
    expect(pasted.code).toBe(6);
    const { code, screen } = await rig.person(
      ['login', '--browser'],
      [
        {
          sees: 'Ctrl-C gives up.',
          types: async (shown) => {
            await fetch(await approveInProcess(shown.match(LINK)?.at(-1) ?? ''));
            return '';
          },
        },
      ],
      ssh,
    );
    expect(code).toBe(0);
    const port = new URL(new URL(screen.match(LINK)?.[0] ?? '').searchParams.get('redirect_uri') ?? '').port;
    expect(screen).toContain(`ssh -L ${port}:127.0.0.1:${port} ${hostname()}`);
    expect(screen).not.toContain('Your browser opens.');
  });

  it('asks before it gives up another sign-in, and starts anew', async () => {
    const other = rig.spawned(['login', '--code-fd', '3'], { fd3: null });
    const { said, ended } = watched(other);
    await until('a link', () => Promise.resolve(said().match(LINK)?.[0]));
    const sees = 'Another sign-in is under way. Give that one up? [y/N] ';
    const kept = await rig.person(['login', '--no-browser'], [{ sees, types: types('n') }]);
    expect(kept).toMatchObject({ code: 22, stdout: '' });
    expect(await loginPhase()).toBe('waiting');
    const { code } = await rig.person(['login', '--no-browser'], [{ sees, types: types('y') }, pastes]);
    expect(code).toBe(0);
    other.kill();
    await ended;
  });

  it.each([
    ['waits for the browser', ['login', '--browser'], 'Ctrl-C gives up.'],
    ['asks for a code', ['login', '--no-browser'], 'Code: '],
  ])('gives the sign-in up at Ctrl-C while it %s', async (_, words, sees) => {
    const { code, stdout } = await rig.person(words, [{ sees, types: '\u0003' }], { SSH_CONNECTION: 'x' });
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(await loginPhase()).toBe('idle');
  });

  it('says when the person denied it [C48]', async () => {
    const denies: Typed = {
      sees: 'Ctrl-C gives up.',
      types: async (screen) => {
        await fetch(await approveInProcess(screen.match(LINK)?.at(-1) ?? '', { deny: true }));
        return '';
      },
    };
    const { code, stderr } = await rig.person(['login', '--browser'], [denies], { SSH_CONNECTION: 'x' });
    expect(code).toBe(6);
    expect(stderr).toMatch(/^globus-token: The consent page was answered with Deny\./);
  });

  it.each([
    [['login', 'no_such_scope', '--no-browser'], 19],
    [['login', '--account', 'nobody@nowhere.example', '--no-browser'], 19],
    [['login', '--browser', '--no-browser'], 2],
    [['login', '--browser', '--code-fd', '3'], 2],
    [['login', '--client-id', 'my app'], 2],
    [['login', '--code-fd', 'x'], 2],
  ])('%o ends with %i [C48]', async (words, wanted) => {
    const { code, stdout, stderr } = await rig.person(words);
    expect({ code, stdout }).toEqual({ code: wanted, stdout: '' });
    expect(stderr).toMatch(/^globus-token: /);
    expect(await loginPhase()).not.toBe('waiting');
  });
});

describe('another client ID', () => {
  it('is not taken while sign-ins of the one in use are there, and is once they are ended [C48, C59]', async () => {
    const rig = await cliRig();
    try {
      const words = ['login', '--client-id', TUTORIAL_CLIENT_ID];
      expect(await rig.run(words)).toMatchObject({
        code: 22,
        stdout: '',
        stderr:
          'globus-token: The client ID in use has sign-ins, and under another one they would not be found. ' +
          'Nothing was changed.\nhint: Sign out first (globus-token logout), then set it again.\n',
      });
      expect((await rig.run(['get', 'view_flows'])).code).toBe(0);
      expect((await rig.run(['logout'])).code).toBe(0);
      // It is taken, and then there is nobody to sign in.
      expect((await rig.run(words)).code).toBe(21);
      const { stdout } = await rig.run(['status', '--json']);
      expect(JSON.parse(stdout)).toMatchObject({ client_id: TUTORIAL_CLIENT_ID, account: null });
    } finally {
      await rig.end();
    }
  });
});

describe('the client ID that login offers for trying', () => {
  it('is the tutorial client of the app', () => {
    expect(TUTORIAL_CLIENT_ID).toBe(APP_TUTORIAL_CLIENT_ID);
  });
});

/** Stands in for the desktop's: writes down what it is given. @returns where */
async function fakeOpener(folder: string): Promise<string> {
  const [bin, opened] = [join(folder, 'bin'), join(folder, 'opened')];
  await mkdir(bin, { recursive: true });
  const script = `#!/bin/sh\nprintf '%s\\n' "$@" >'${opened}.new' && mv '${opened}.new' '${opened}'\n`;
  await writeFile(join(bin, 'xdg-open'), script, { mode: 0o755 });
  return opened;
}

function watched(child: ChildProcess): { said: () => string; ended: Promise<number | null> } {
  let text = '';
  child.stdout?.on('data', (chunk) => (text += String(chunk)));
  child.stderr?.on('data', (chunk) => (text += String(chunk)));
  return { said: () => text, ended: once(child, 'close').then(([code]) => code as number | null) };
}
