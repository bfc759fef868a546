import { execFile } from 'node:child_process';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { readFileSync, readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { APP_FOLDER } from '../support/app-command.ts';
import { ask } from '../support/broker-rig.ts';
import { startDesktopSession } from '../support/desktop-session.ts';
import { spawnApp } from '../support/electron-app.ts';
import { builtPackages, type Packages } from '../support/packages.ts';
import { until } from '../support/processes.ts';

const run = promisify(execFile);

/** How a fuse is written into the executable. */
const OFF = '0'.charCodeAt(0);
const ON = '1'.charCodeAt(0);

interface Asar {
  listPackage(archive: string, options: { isPack: boolean }): string[];
  extractFile(archive: string, name: string): Buffer;
}
const asar = createRequire(createRequire(import.meta.url).resolve('app-builder-lib'))(
  '@electron/asar',
) as Asar;

let packages: Packages;
let shipped = '';
beforeAll(async () => {
  packages = await builtPackages();
  shipped = packages.shipped;
});
afterAll(() => packages.remove());

const executable = (folder: string): string => join(folder, 'globus-token-tray');

function filesUnder(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/** How many bytes differ; -1 where the lengths do. */
function differences(one: Buffer, other: Buffer): number {
  if (one.length !== other.length) return -1;
  const step = 1 << 16;
  let found = 0;
  for (let at = 0; at < one.length; at += step) {
    const end = Math.min(at + step, one.length);
    if (one.compare(other, at, end, at, end) === 0) continue;
    for (let byte = at; byte < end; byte += 1) if (one[byte] !== other[byte]) found += 1;
  }
  return found;
}

describe('the package', () => {
  it('[C45] has its fuses set', async () => {
    const wire = await getCurrentFuseWire(executable(shipped));
    expect({
      runAsNode: wire[FuseV1Options.RunAsNode],
      nodeOptions: wire[FuseV1Options.EnableNodeOptionsEnvironmentVariable],
      inspect: wire[FuseV1Options.EnableNodeCliInspectArguments],
      filePrivileges: wire[FuseV1Options.GrantFileProtocolExtraPrivileges],
      onlyFromAsar: wire[FuseV1Options.OnlyLoadAppFromAsar],
      asarIntegrity: wire[FuseV1Options.EnableEmbeddedAsarIntegrityValidation],
      cookieEncryption: wire[FuseV1Options.EnableCookieEncryption],
    }).toEqual({
      runAsNode: OFF,
      nodeOptions: OFF,
      inspect: OFF,
      filePrivileges: OFF,
      onlyFromAsar: ON,
      asarIntegrity: ON,
      cookieEncryption: ON,
    });
  });

  it('[C45] passes the check that a release runs on each system, and the package for tests does not', async () => {
    const check = (...folders: string[]) =>
      run(process.execPath, [join(APP_FOLDER, 'scripts', 'check-fuses.mjs'), ...folders]);
    expect((await check(shipped)).stdout).toBe(`${shipped}: every fuse is as it has to be\n`);
    await expect(check(shipped, packages.inspectable)).rejects.toMatchObject({
      code: 1,
      stderr: `check-fuses: ${packages.inspectable}: EnableNodeCliInspectArguments is on and has to be off\n`,
    });
    await expect(check()).rejects.toMatchObject({ code: 1 });
    await expect(check(join(shipped, 'resources'))).rejects.toMatchObject({ code: 1 });
  });

  it('[C45] differs from the package for tests in the inspect fuse alone', async () => {
    const wire = await getCurrentFuseWire(executable(shipped));
    const testWire = await getCurrentFuseWire(executable(packages.inspectable));
    expect(testWire).toEqual({ ...wire, [FuseV1Options.EnableNodeCliInspectArguments]: ON });
    // That one byte, in all of both.
    const files = filesUnder(shipped);
    expect(filesUnder(packages.inspectable)).toEqual(files);
    for (const file of files) {
      const [one, other] = [shipped, packages.inspectable].map((folder) => readFileSync(join(folder, file)));
      if (one === undefined || other === undefined) throw new Error('unreachable');
      const same = file === 'globus-token-tray' ? differences(one, other) === 1 : one.equals(other);
      expect(same, file).toBe(true);
    }
  });

  it("holds the bundles, the native modules and nothing of other systems or of the demo's", () => {
    const files = asar.listPackage(join(shipped, 'resources/app.asar'), { isPack: false });
    expect(files).toEqual(
      expect.arrayContaining(['/dist/main/index.js', '/dist/preload/index.cjs', '/dist/renderer/index.html']),
    );
    const native = files.filter((file) => file.endsWith('.node'));
    expect(native).toContain(
      `/node_modules/keytar/prebuilds/${process.platform}-${process.arch}/keytar.node`,
    );
    const ours = new RegExp(
      `^/node_modules/(?:keytar/prebuilds/${process.platform}-${process.arch}/|@koromix/koffi-${process.platform}-${process.arch}/)`,
    );
    expect(native.filter((file) => !ours.test(file))).toEqual([]);
    expect(native.some((file) => file.endsWith('koffi.node'))).toBe(true);
    expect(files.filter((file) => /\/(?:dist\/demo|test|scripts|\.stamp|default_app)/.test(file))).toEqual(
      [],
    );
    expect(files.filter((file) => /^\/node_modules\/[^/]+$/.test(file)).sort()).toEqual([
      '/node_modules/@koromix',
      '/node_modules/keytar',
      '/node_modules/koffi',
    ]);
    expect(readdirSync(join(shipped, 'resources')).sort()).toEqual([
      ...['LICENSES.md', 'app.asar', 'app.asar.unpacked', 'cli', 'headless', 'node_modules'],
    ]);
  });

  it('[C14] holds nothing of the form of a Globus client secret', async () => {
    const packed = asar
      .listPackage(join(shipped, 'resources/app.asar'), { isPack: false })
      .filter((file) => /^\/(?:dist\/.*\.(?:c?js|html|json)|package\.json)$/.test(file))
      .map((file) => asar.extractFile(join(shipped, 'resources/app.asar'), file.slice(1)).toString());
    const beside = await Promise.all(
      ['cli', 'headless'].flatMap((name) => {
        const folder = join(shipped, 'resources', name);
        return readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => readFile(join(entry.parentPath, entry.name), 'utf8'));
      }),
    );
    // 32 bytes in base64, as the secrets are that Globus gives to confidential clients.
    const secrets = /["'`][A-Za-z0-9+/]{43}=["'`]/g;
    expect(packed.length).toBeGreaterThan(3);
    expect([...packed, ...beside].flatMap((text) => text.match(secrets) ?? [])).toEqual([]);
  });

  it('has a command line that works without Electron, and an agent that finds its native modules', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'packaged-'));
    const cli = join(shipped, 'resources', 'cli', 'globus-token');
    const env = {
      PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
      HOME: join(folder, 'home'),
      XDG_RUNTIME_DIR: folder,
      GLOBUS_TOKEN_SOCK: join(folder, 'globus-token-demo', 'broker.sock'),
    };
    try {
      // Nobody is asked, and nothing is fetched: its ports are nobody's.
      await run(cli, ['agent', '--detach', '--demo', '1,2'], { env });
      const { stdout } = await run(cli, ['status', '--json'], { env });
      // Whoever asks has to be identified, so an answer says that the native modules are there and load.
      expect(JSON.parse(stdout)).toMatchObject({ kind: 'headless', environment: 'demo' });
      await run(cli, ['agent', '--stop'], { env });
      const { stdout: page } = await run('/bin/sh', [
        '-c',
        'head -n 1 "$1"',
        'sh',
        join(dirname(cli), 'globus-token.1'),
      ]);
      expect(page).toContain('.TH GLOBUS-TOKEN 1');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('[C46] starts, and its tray item registers under a name that GNOME resolves', async () => {
    const session = await startDesktopSession();
    try {
      const app = await spawnApp(session, { packaged: shipped, args: ['--hidden'] });
      const item = await session.tray?.waitForItem().catch((error: unknown) => {
        throw new Error(app.output(), { cause: error });
      });
      expect(item).toMatchObject({ path: expect.stringMatching(/^\//) as unknown });
      expect(session.tray?.refused()).toEqual([]);
      // Whoever asks has to be identified, so a 200 says that the native modules are there and load.
      const socket = join(session.env['XDG_RUNTIME_DIR'] ?? '', 'globus-token', 'broker.sock');
      const status = await until('the broker’s answer', () =>
        ask(socket, '/v1/status').catch(() => undefined),
      );
      expect(status).toMatchObject({ status: 200 });
      await app.close();
    } finally {
      await session.close();
    }
  });
});
