import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { filesCheck } from '../../../cli/doctor/files.ts';
import { socketCheck } from '../../../cli/doctor/socket.ts';
import { clientOf, found, healthy, partsOf } from './parts.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'doctor-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('what doctor says of the data folder', () => {
  let data: string;
  const look = () => found(filesCheck, partsOf({ client: clientOf(healthy({ data_folder: data })) }));
  beforeEach(async () => {
    data = join(folder, 'data');
    await mkdir(join(data, 'audit'), { recursive: true, mode: 0o700 });
    for (const name of ['settings.json', 'vault.bin', 'policy.json', 'audit/audit.jsonl']) {
      await writeFile(join(data, name), '', { mode: 0o600 });
    }
  });

  it('is content with folders of 0700 and files of 0600', async () => {
    expect(await look()).toEqual([{ state: 'ok', says: data, next: null, exit: null }]);
  });

  it.each([
    ['settings.json', 0o644, '600'],
    ['vault.bin', 0o640, '600'],
    ['policy.json', 0o606, '600'],
    ['audit/audit.jsonl', 0o604, '600'],
    ['audit', 0o755, '700'],
    ['.', 0o750, '700'],
  ])('says which is open to others, and the command that closes it: %s [C28]', async (name, mode, wanted) => {
    const path = join(data, name);
    await chmod(path, mode);
    const [finding, ...more] = await look();
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ state: 'fail', exit: 'failed', next: `chmod ${wanted} ${path}` });
    expect(finding?.says).toContain(mode.toString(8));
  });

  it('refuses a link in a file’s place [C28]', async () => {
    await rm(join(data, 'vault.bin'));
    await symlink('/dev/null', join(data, 'vault.bin'));
    expect(await look()).toMatchObject([
      { state: 'fail', says: `${join(data, 'vault.bin')} is a symbolic link` },
    ]);
  });

  it('leaves alone what is not the agent’s, and a folder that is not there yet', async () => {
    await writeFile(join(data, 'Preferences'), '', { mode: 0o644 });
    expect(await look()).toMatchObject([{ state: 'ok' }]);
    await rm(data, { recursive: true });
    expect(await look()).toMatchObject([{ state: 'ok', says: `${data} (not there yet)` }]);
  });
});

describe('what doctor says of the socket', () => {
  let server: Server;
  let path: string;
  const look = (env: Record<string, string> = {}) =>
    found(socketCheck, partsOf({ client: clientOf(healthy(), path), env }));
  beforeEach(async () => {
    await mkdir(join(folder, 'run'), { mode: 0o700 });
    path = join(folder, 'run', 'broker.sock');
    server = createServer().listen(path);
    await once(server, 'listening');
    await chmod(path, 0o600);
  });
  afterEach(() => new Promise((done) => server.close(done)));

  it('is content with a socket of one’s own', async () => {
    expect(await look()).toEqual([{ state: 'ok', says: path, next: null, exit: null }]);
  });

  it('says when others may reach it [C30]', async () => {
    for (const mode of [0o666, 0o660, 0o602]) {
      await chmod(path, mode);
      expect(await look()).toMatchObject([{ state: 'fail', exit: 'failed', next: `chmod 600 ${path}` }]);
    }
  });

  it('says when others may enter its folder; where the person chose the place it only warns [C30]', async () => {
    await chmod(join(folder, 'run'), 0o755);
    const next = `chmod 700 ${join(folder, 'run')}`;
    expect(await look()).toMatchObject([{ state: 'fail', next }]);
    expect(await look({ GLOBUS_TOKEN_SOCK: path })).toMatchObject([{ state: 'warn', next }]);
  });

  it('says when the folder is a link, and when a file is in the socket’s place [C30]', async () => {
    const link = join(folder, 'link');
    await symlink(join(folder, 'run'), link);
    const client = clientOf(healthy(), join(link, 'broker.sock'));
    expect(await found(socketCheck, partsOf({ client }))).toMatchObject([
      { state: 'fail', says: `${link} is a symbolic link` },
    ]);
    path = join(folder, 'run', 'file');
    await writeFile(path, '', { mode: 0o600 });
    expect(await look()).toMatchObject([{ state: 'fail', says: `${path} is no socket` }]);
  });

  it('says when it all belongs to another user [C30]', async () => {
    const parts = partsOf({ client: clientOf(healthy(), path), uid: 4_242 });
    const findings = await found(socketCheck, parts);
    expect(findings.map(({ state }) => state)).toEqual(['fail', 'fail']);
    expect(findings[1]?.says).toContain('belongs to another user');
  });
});
