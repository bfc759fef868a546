import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EXIT_CODES, type ExitName } from '../../cli/exit-codes.ts';
import { Failure } from '../../cli/failure.ts';
import { canGoWithout, confirmGivingUp, type GivenUp } from '../../cli/forget/unconfirmed.ts';
import { forgetPlaces, holdsNoSignIn } from '../../cli/forget/places.ts';
import { entryText } from '../../main/desktop/autostart-entry.ts';
import { cliRig, type CliRig } from '../support/cli-rig.ts';

vi.setConfig({ testTimeout: 30_000 });

async function put(path: string, text: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  return path;
}

const AUTOSTART = ['.config', 'autostart', 'globus-token-tray.desktop'];

describe('globus-token logout --forget', () => {
  let rig: CliRig;
  beforeEach(async () => void (rig = await cliRig()), 60_000);
  afterEach(() => rig.end());

  it('[C23] revokes, ends the agent, and removes its folder and what starts the app', async () => {
    const entry = await put(join(rig.home, ...AUTOSTART), entryText('/opt/app --hidden', true));
    const { code, stdout, stderr } = await rig.run(['logout', '--forget', '--json'], { unknownCaller: true });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      ...{ removed: [entry, rig.dataFolder], left: [], command: null },
      unconfirmed: [],
    });
    expect([existsSync(entry), existsSync(rig.dataFolder)]).toEqual([false, false]);
    const revoked = rig.sandbox.log.filter(({ path }) => path === '/v2/oauth2/token/revoke');
    expect(revoked.length).toBeGreaterThan(0);
    expect((await rig.run(['status'])).code).toBe(3);
  });

  it('[C23] removes nothing, and ends nothing, when Globus does not confirm', async () => {
    rig.sandbox.addFault({ host: 'auth', path: '/v2/oauth2/token/revoke', kind: 'status', status: 503 });
    const entry = await put(join(rig.home, ...AUTOSTART), entryText('/opt/app --hidden', true));
    const { code, stderr } = await rig.run(['logout', '--forget']);
    expect(code).toBe(8);
    expect(stderr).not.toMatch(/Signed out|Removed/);
    expect([existsSync(entry), existsSync(join(rig.dataFolder, 'settings.json'))]).toEqual([true, true]);
    expect((await rig.run(['get', 'view_flows'])).code).toBe(0);
  });

  describe('--unconfirmed', () => {
    const REVOKE = '/v2/oauth2/token/revoke';
    const REFUSED = 'globus-token: You are not signed out yet.';
    const FORGET = ['logout', '--forget', '--unconfirmed'] as const;
    const WARNING = [
      'So Globus has not confirmed that all tokens of ada@uni.example are revoked. Until it has:',
      '- access tokens that were handed out may work until they end, two days at most;',
      '- refresh tokens may work wherever a copy of them is, up to six months after their last use.',
      'End these consents yourself, and all of that with them: https://auth.globus.org/v2/web/consents',
      '',
    ].join('\n');
    const offline = () => rig.sandbox.addFault({ host: 'auth', path: REVOKE, kind: 'status', status: 503 });
    const isKept = () => existsSync(join(rig.dataFolder, 'settings.json'));
    const works = async () => (await rig.run(['get', 'view_flows'])).code === 0;

    it('[C23] revokes as ever where Globus confirms, and asks nothing', async () => {
      const { code, stderr } = await rig.run([...FORGET]);
      expect(code).toBe(0);
      expect(stderr).toContain('Signed out: refresh and access tokens are revoked');
      expect(stderr).not.toContain('consents');
      expect(isKept()).toBe(false);
    });

    it('[C23] [C49] without a terminal and without --yes removes nothing, and says how to say it', async () => {
      offline();
      const { code, stdout, stderr } = await rig.run([...FORGET]);
      expect({ code, stdout }).toEqual({ code: 21, stdout: '' });
      expect(stderr).toContain(REFUSED);
      expect(stderr).toMatch(/Nothing was removed\.\nhint: .*--forget --unconfirmed --yes\n$/);
      expect([isKept(), await works()]).toEqual([true, true]);
    });

    it('[C23] a no at the terminal removes nothing, and ends as without the option', async () => {
      offline();
      for (const types of ['n\n', '\n', 'yo\n']) {
        const ran = await rig.run([...FORGET], { tty: [{ sees: '[y/N]', types }] });
        expect(ran.code).toBe(8);
        expect(ran.stderr).toContain('Nothing was removed.');
      }
      expect([isKept(), await works()]).toEqual([true, true]);
    });

    it('[C23] [C59] a yes at the terminal gives them up, after what may stay good was said', async () => {
      offline();
      const { code, stdout, stderr, screen } = await rig.run([...FORGET], {
        tty: [{ sees: '[y/N]', types: 'y\n' }],
      });
      expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
      expect(screen.replaceAll('\r', '')).toContain(WARNING);
      expect(stderr).not.toContain('Signed out');
      expect(stderr).toContain(`Removed ${rig.dataFolder}`);
      expect(isKept()).toBe(false);
      expect((await rig.run(['status'])).code).toBe(3);
    });

    it('[C23] with --yes it asks nobody, tries once more to revoke, and names whom it gave up', async () => {
      offline();
      const before = rig.sandbox.log.length;
      const { code, stdout, stderr } = await rig.run([...FORGET, '--yes', '--json']);
      expect({ code, stderr: stderr.endsWith(WARNING) }).toEqual({ code: 0, stderr: true });
      expect(JSON.parse(stdout)).toMatchObject({
        removed: [rig.dataFolder],
        unconfirmed: ['ada@uni.example'],
      });
      const tried = rig.sandbox.log.slice(before).filter(({ path }) => path === REVOKE);
      expect(tried.length).toBeGreaterThan(1);
      expect(isKept()).toBe(false);
    });

    it('[C23] reaches an agent whose Globus is gone altogether', async () => {
      await rig.sandbox.close();
      const { code } = await rig.run([...FORGET, '--yes']);
      expect([code, isKept()]).toEqual([0, false]);
    });

    it('goes with --forget alone, and --yes with it alone', async () => {
      for (const words of [['--unconfirmed'], ['--yes'], ['--forget', '--yes']])
        expect((await rig.run(['logout', ...words])).code, words.join(' ')).toBe(2);
      expect([isKept(), await works()]).toEqual([true, true]);
    });
  });

  describe('--unconfirmed, where a passphrase is forgotten', () => {
    it('[C23] gives up what is in the file; a lock of the app alone is no reason to', async () => {
      await rig.end();
      rig = await cliRig({ signedIn: false });
      await rig.run(['unlock', '--new', '--passphrase-command', 'echo correct horse']);
      await rig.agent.signIn();
      const file = join(rig.dataFolder, 'vault.bin');
      await rig.run(['lock']);
      expect((await rig.run(['logout', '--forget'])).code).toBe(4);
      expect(existsSync(file)).toBe(true);
      const { code, stderr } = await rig.run(['logout', '--forget', '--unconfirmed', '--yes']);
      expect(code, stderr).toBe(0);
      expect(stderr).toContain('The passphrase file is locked.');
      expect(stderr).toContain('https://auth.globus.org/v2/web/consents');
      expect(existsSync(rig.dataFolder)).toBe(false);
    });
  });

  describe('what can be gone without', () => {
    const given = { accounts: ['ada@uni.example'], backend: 'keychain', vaultState: 'ready' };
    const goes = (exit: ExitName, more: Partial<GivenUp> = {}) =>
      canGoWithout(new Failure(exit, 'x'), { ...given, ...more });

    it('[C23] [C27] is what does not come back by itself: no keychain that is only locked, slow or refusing', () => {
      const all = Object.keys(EXIT_CODES) as ExitName[];
      expect(all.filter((exit) => goes(exit))).toEqual([
        ...['network', 'no-keychain', 'no-keyring', 'vault-truncated', 'vault-damaged', 'vault-swapped'],
      ]);
      expect(goes('locked', { backend: 'passphrase', vaultState: 'locked' })).toBe(true);
      expect(goes('locked', { backend: 'passphrase', vaultState: 'ready' })).toBe(false);
    });

    it('[C59] says that a keychain which cannot be reached keeps what is in it', async () => {
      const said: string[] = [];
      const context = { err: (text: string) => void said.push(text), person: () => null };
      await confirmGivingUp(context, new Failure('no-keychain', 'There is none.'), given, true);
      expect(said.join('')).toContain('what is in the keychain stays there');
    });
  });

  it('needs no agent where nobody is signed in, and one where somebody is', async () => {
    const env = { GLOBUS_TOKEN_SOCK: join(rig.folder, 'none.sock') };
    const folder = join(rig.home, '.config', 'globus-token-tray');
    await put(join(folder, 'settings.json'), JSON.stringify({ grants: [{ name: 'x' }] }));
    const held = await rig.run(['logout', '--forget'], { env });
    expect([held.code, existsSync(folder)]).toEqual([3, true]);
    await put(join(folder, 'settings.json'), JSON.stringify({ grants: [] }));
    const { code, stderr } = await rig.run(['logout', '--forget'], { env });
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: `Nobody is signed in, so nothing was revoked.\nRemoved ${folder}\n`,
    });
  });

  it('goes with no narrower wish', async () => {
    expect((await rig.run(['logout', '--forget', '--scope', 'view_flows'])).code).toBe(2);
    expect(existsSync(rig.dataFolder)).toBe(true);
  });
});

describe('what is forgotten', () => {
  let home: string;
  beforeEach(async () => void (home = await mkdtemp(join(tmpdir(), 'forget-'))));
  afterEach(() => rm(home, { recursive: true, force: true }));
  const linux = () => ({ env: {}, platform: 'linux' as const, home });

  it('is not a folder of another name, nor an entry of somebody else', async () => {
    const mine = await put(join(home, 'mine', 'thesis.tex'), 'words');
    const entry = await put(join(home, ...AUTOSTART), '[Desktop Entry]\nType=Application\nExec=other\n');
    const { removed, left } = forgetPlaces(dirname(mine), linux());
    expect(removed).toEqual([]);
    expect(left.map(({ path }) => path)).toEqual([entry, dirname(mine)]);
    expect([await readFile(mine, 'utf8'), existsSync(entry)]).toEqual(['words', true]);
  });

  it('is the unit of the agent, with the command that ends what runs', async () => {
    const unit = await put(
      join(home, '.config', 'systemd', 'user', 'globus-token-agent.service'),
      '# Made by: globus-token agent --install\n',
    );
    const { removed, command } = forgetPlaces(join(home, 'none'), linux());
    expect(removed).toEqual([unit]);
    expect(command).toContain('systemctl --user');
  });

  it.each([
    ['no folder', null, true],
    ['no grant', '{"grants":[]}', true],
    ['a grant', '{"grants":[{}]}', false],
    ['settings that cannot be read', '{', false],
    ['settings without grants', '{}', false],
  ])('needs nobody to be signed in: %s', async (_what, text, none) => {
    const folder = join(home, 'globus-token-tray');
    if (text !== null) await put(join(folder, 'settings.json'), text);
    expect(holdsNoSignIn(folder)).toBe(none);
  });
});
