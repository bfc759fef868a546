import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
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
    expect(JSON.parse(stdout)).toEqual({ removed: [entry, rig.dataFolder], left: [], command: null });
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
