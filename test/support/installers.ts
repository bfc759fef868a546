import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { LINUX_PRODUCT_NAME } from '../../scripts/check-package.mjs';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..', '..');

export interface Installers {
  readonly deb: string;
  readonly rpm: string;
  /** The app's folder that went into them. */
  readonly unpacked: string;
  remove(): Promise<void>;
}

/**
 * The deb and the rpm of an unpacked app, made by electron-builder from electron-builder.yml; its fpm is fpm.mjs beside
 * this file. The deb is packed for speed and not for size.
 */
export async function makeInstallers(shipped: string): Promise<Installers> {
  const work = await mkdtemp(join(tmpdir(), 'installers-'));
  const remove = (): Promise<void> => rm(work, { recursive: true, force: true });
  try {
    // A copy, because electron-builder writes a file into it.
    const unpacked = join(work, 'unpacked');
    const [bin, out] = [join(work, 'bin'), join(work, 'out')];
    await run('cp', ['-a', shipped, unpacked]);
    await mkdir(bin);
    await symlink(join(import.meta.dirname, 'fpm.mjs'), join(bin, 'fpm'));
    const electron = await readFile(join(unpacked, 'version'), 'utf8');
    await run(
      process.execPath,
      [
        join(ROOT, 'node_modules/electron-builder/cli.js'),
        ...['--linux', 'deb', 'rpm', '--prepackaged', unpacked, '--publish', 'never'],
        ...[`-c.productName=${LINUX_PRODUCT_NAME}`, `-c.electronVersion=${electron.trim()}`],
        `-c.directories.output=${out}`,
        ...['-c.extraMetadata.homepage=https://example.org/', '-c.deb.compression=gz'],
      ],
      {
        cwd: ROOT,
        env: {
          ...process.env,
          USE_SYSTEM_FPM: 'true',
          PATH: [bin, process.env['PATH'] ?? ''].join(delimiter),
        },
      },
    );
    const made = await readdir(out);
    const only = (end: string): string => {
      const [name, ...more] = made.filter((file) => file.endsWith(end));
      if (name === undefined || more.length > 0) throw new Error(`not one ${end}: ${made.join(', ')}`);
      return join(out, name);
    };
    return { deb: only('.deb'), rpm: only('.rpm'), unpacked, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
