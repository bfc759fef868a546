import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unreachable } from '../../cli/socket-owner.ts';

const UID = process.geteuid?.() ?? 0;
/** Root may give files away; anybody else plays the stranger to their own. */
const STRANGER = UID === 0 ? 65_534 : UID + 1;

let folder: string;
let path: string;
let server: Server;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'owner-'));
  path = join(folder, 'broker.sock');
  server = createServer().listen(path);
  await once(server, 'listening');
});
afterEach(async () => {
  server.close();
  await rm(folder, { recursive: true, force: true });
});

describe('[C30] a socket that requests may be sent to', () => {
  it('is the user’s, in a folder of the user’s', () => {
    expect(unreachable(path, UID)).toBeNull();
  });

  it('is not another user’s', async () => {
    if (UID === 0) await chown(path, STRANGER, STRANGER);
    const whose = UID === 0 ? STRANGER : UID;
    const who = UID === 0 ? UID : STRANGER;
    expect(unreachable(path, who)).toEqual({
      foreign: `${UID === 0 ? path : folder} belongs to another user (uid ${whose})`,
    });
  });

  it('is in no folder that another user made, also while there is no socket in it', async () => {
    if (UID === 0) await chown(folder, STRANGER, STRANGER);
    const who = UID === 0 ? UID : STRANGER;
    const foreign = `${folder} belongs to another user (uid ${UID === 0 ? STRANGER : UID})`;
    expect(unreachable(path, who)).toEqual({ foreign });
    expect(unreachable(join(folder, 'none.sock'), who)).toEqual({ foreign });
  });

  it('is no file; a link of the user’s counts as what it leads to', async () => {
    await symlink(path, join(folder, 'linked.sock'));
    expect(unreachable(join(folder, 'linked.sock'), UID)).toBeNull();
    await symlink('broker.sock', join(folder, 'beside.sock'));
    expect(unreachable(join(folder, 'beside.sock'), UID)).toBeNull();
    await symlink('beside.sock', join(folder, 'twice.sock'));
    expect(unreachable(join(folder, 'twice.sock'), UID)).toEqual({
      foreign: `${join(folder, 'beside.sock')} is a symlink that a symlink led to`,
    });
    await symlink('gone.sock', join(folder, 'gone-too.sock'));
    expect(unreachable(join(folder, 'gone-too.sock'), UID)).toEqual({ code: 'ENOENT' });
    await symlink('/etc/hosts', join(folder, 'file.sock'));
    expect(unreachable(join(folder, 'file.sock'), UID)).toHaveProperty('foreign');
    await writeFile(join(folder, 'file'), '');
    expect(unreachable(join(folder, 'file'), UID)).toEqual({
      foreign: `${join(folder, 'file')} is no socket`,
    });
    expect(unreachable(join(folder, 'file', 'broker.sock'), UID)).toMatchObject({
      foreign: expect.stringContaining('not a folder') as string,
    });
  });

  it('may be in /tmp, into which ssh -R forwards: only its owner can replace it there', async () => {
    const place = `/tmp/${folder.slice(-6)}-forwarded.sock`;
    const forwarded = createServer().listen(place);
    await once(forwarded, 'listening');
    try {
      expect(unreachable(place, UID)).toBeNull();
      expect(unreachable(place, STRANGER)).toMatchObject({
        foreign: expect.stringContaining('belongs to another user') as string,
      });
    } finally {
      forwarded.close();
    }
  });

  it.each([
    [0o755, null],
    [0o1777, null],
    [0o777, 'can be changed by other users'],
    [0o775, 'can be changed by other users'],
  ])('in root’s folder of mode %o: only where nobody else can replace it', async (mode, why) => {
    // Root's folder cannot be made by anybody else, who looks at the system's own.
    if (UID !== 0) return void expect(unreachable('/none.sock', UID)).toEqual({ code: 'ENOENT' });
    const shared = join(folder, 'shared');
    await mkdir(shared);
    await chmod(shared, mode);
    const socket = createServer().listen(join(shared, 'x.sock'));
    await once(socket, 'listening');
    await chown(join(shared, 'x.sock'), STRANGER, STRANGER);
    const found = unreachable(join(shared, 'x.sock'), STRANGER);
    expect(found).toEqual(why === null ? null : { foreign: `${shared} ${why}` });
    socket.close();
  });

  it('is not connected to when it is absent: it may be another user’s a moment later', () => {
    expect(unreachable(join(folder, 'none.sock'), UID)).toEqual({ code: 'ENOENT' });
    expect(unreachable(join(folder, 'none', 'broker.sock'), UID)).toEqual({ code: 'ENOENT' });
  });
});
