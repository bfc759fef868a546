import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installUnits } from '../../../cli/agent/install.ts';
import { type Manager, unitFiles } from '../../../cli/agent/unit-texts.ts';
import { autostartCheck } from '../../../cli/doctor/autostart.ts';
import type { DoctorParts } from '../../../cli/doctor/types.ts';
import { found, partsOf } from './parts.ts';

const SERVICE = 'globus-token-agent.service';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'doctor-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('what doctor says of autostart', () => {
  // No systemctl on PATH: what a real one makes of the units is in agent-systemd.test.ts.
  const look = (platform: NodeJS.Platform = 'linux', env: DoctorParts['env'] = { PATH: '/nowhere' }) =>
    found(autostartCheck, partsOf({ home: folder, platform, env }));
  const units = () => join(folder, '.config', 'systemd', 'user');
  const install = (agent: string, manager: Manager = 'systemd', place = units()) =>
    installUnits(
      manager,
      place,
      unitFiles(manager, { node: process.execPath, agent, args: ['--lock-after=8h'] }),
    );

  it('names what starts the agent, or that nothing does', async () => {
    expect(await look()).toMatchObject([{ state: 'ok', says: expect.stringContaining('none') as string }]);
    const { files } = install(import.meta.filename);
    const [one] = await look();
    expect(one).toMatchObject({ state: 'ok', next: null });
    expect(one?.says.split(', ').sort()).toEqual([...files].sort());
  });

  it('is content with a person’s own changes beside a unit', async () => {
    install(import.meta.filename);
    await mkdir(join(units(), `${SERVICE}.d`));
    await writeFile(join(units(), `${SERVICE}.d`, 'override.conf'), '[Service]\nEnvironment=A=b\n');
    expect(await look()).toMatchObject([{ state: 'ok' }]);
  });

  it.each(['gone.js', 'my "own" 100% $HOME/gone.js'])(
    'warns of a unit whose program was moved or removed: %s',
    async (name) => {
      const gone = join(folder, name);
      install(gone);
      expect(await look()).toMatchObject([
        { state: 'warn', says: `${join(units(), SERVICE)} starts ${gone}, which is not there` },
      ]);
      await mkdir(join(gone, '..'), { recursive: true });
      await writeFile(gone, '');
      expect(await look()).toMatchObject([{ state: 'ok' }]);
    },
  );

  it('warns of a property list whose program was moved or removed', async () => {
    const gone = join(folder, 'ada & <bob>.js');
    install(gone, 'launchd', join(folder, 'Library', 'LaunchAgents'));
    expect(await look('darwin')).toMatchObject([
      { state: 'warn', says: expect.stringContaining(` starts ${gone}, which is not there`) as string },
    ]);
    await writeFile(gone, '');
    expect(await look('darwin')).toMatchObject([{ state: 'ok' }]);
  });

  it('warns of a desktop entry whose program was moved or removed', async () => {
    const entries = join(folder, '.config', 'autostart');
    await mkdir(entries, { recursive: true });
    const entry = join(entries, 'globus-token-tray.desktop');
    await writeFile(entry, `[Desktop Entry]\nExec="${folder}/my apps/tray" --hidden\n`);
    expect(await look()).toMatchObject([
      { state: 'warn', says: `${entry} starts ${folder}/my apps/tray, which is not there` },
    ]);
  });
});
