import { execFile, spawnSync } from 'node:child_process';
import { chmod, mkdir, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Backend, House } from './agent-house.ts';

const run = promisify(execFile);

/** Where the data folder's disk can be filled and made read-only, before the agent starts and while it runs. */
export interface Place {
  /** From now on nothing more can be written. */
  fill(): Promise<void>;
  empty(): Promise<void>;
  readOnly(): Promise<void>;
  writable(): Promise<void>;
}

/**
 * - `disk`: the data folder is a file system of its own, which root can mount
 * - `limits`: no file of the agent can grow, and it cannot write the folder; works for everybody
 */
export type PlaceKind = 'disk' | 'limits';

/** `limits` is always there, so that a machine where nothing can be mounted proves the same; it says so. */
export const PLACES: readonly PlaceKind[] = canMount() ? ['disk', 'limits'] : ['limits'];
if (PLACES.length === 1)
  process.stderr.write('nothing can be mounted here: full disks are limits of the process\n');

/** An agent with its data folder, and the passphrase file if it has one, in such a place. */
export async function houseAt(
  kind: PlaceKind,
  backend: Backend = 'passphrase',
): Promise<{ house: House; place: Place; close(): Promise<void> }> {
  if (kind === 'limits') {
    const house = await House.open(backend);
    const place = await limited(house);
    return { house, place, close: () => place.writable().then(() => house.close()) };
  }
  const mounts: string[] = [];
  const house = await House.open(backend, async (data) => {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=2m,mode=0700', 'tmpfs', data]);
    mounts.push(data);
  });
  const place = mounted(house.data, mounts);
  return {
    house,
    place,
    async close() {
      await house.kill();
      for (const path of mounts) await run('umount', ['--lazy', path]);
      await house.close();
    },
  };
}

function mounted(folder: string, mounts: string[]): Place {
  const filler = join(folder, 'filler');
  return {
    async fill() {
      const file = await open(filler, 'a');
      const bytes = Buffer.alloc(4_096, 1);
      try {
        for (;;) await file.write(bytes);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      } finally {
        await file.close();
      }
    },
    empty: () => rm(filler, { force: true }),
    // Over the one that is in use, which is busy: paths lead to this one from now on.
    async readOnly() {
      await run('mount', ['--bind', folder, folder]);
      mounts.push(folder);
      await run('mount', ['-o', 'remount,bind,ro', folder]);
    },
    async writable() {
      mounts.pop();
      await run('umount', ['--lazy', folder]);
    },
  };
}

/** RLIMIT_FSIZE fails every write that makes a file grow, with EFBIG instead of ENOSPC. */
async function limited(house: House): Promise<Place> {
  const full = join(house.folder, 'full');
  const script = join(house.folder, 'node.sh');
  // Without this capability root is bound by modes as everybody is.
  const bound =
    process.getuid?.() === 0 ? "setpriv '--bounding-set=-dac_override' '--inh-caps=-dac_override'" : '';
  await writeFile(
    script,
    `#!/bin/sh\n[ -e '${full}' ] && ulimit -S -f 0\nexec ${bound} '${process.execPath}' "$@"\n`,
  );
  await chmod(script, 0o755);
  house.node = script;
  const limit = async (bytes: string) => {
    if (house.running) await run('prlimit', [`--pid=${house.pid}`, `--fsize=${bytes}:`]);
  };
  const folders = ['', 'logs', 'audit', 'locks'].map((name) => join(house.data, name));
  const mode = async (bits: number) => {
    for (const folder of folders) await mkdir(folder, { mode: 0o700 }).catch(() => undefined);
    for (const folder of folders.toReversed()) await chmod(folder, bits);
  };
  return {
    fill: () => writeFile(full, '').then(() => limit('0')),
    empty: () => rm(full, { force: true }).then(() => limit('unlimited')),
    readOnly: () => mode(0o500),
    writable: () => mode(0o700),
  };
}

function canMount(): boolean {
  if (process.getuid?.() !== 0) return false;
  const trial = ['--mount', '--propagation', 'private', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'];
  return spawnSync('unshare', trial, { stdio: 'ignore' }).status === 0;
}
