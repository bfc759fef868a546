import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../scripts/build-targets.mjs';

const run = promisify(execFile);

/** Switched on again where the run of the tests has them off. */
export const SCRIPTS = { npm_config_ignore_scripts: 'false' };

export interface NpmRegistry {
  /** For `npm` and `npx`: this registry alone, and a cache of its own. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

interface Published {
  readonly manifest: Record<string, unknown> & { readonly name: string; readonly version: string };
  readonly tarball: Buffer;
}

/**
 * A registry on loopback with this package, as `npm pack` makes it, and what it depends on, as it was installed here.
 * What else npm asks for is not there: builds of koffi for other machines, which npm takes as optional.
 *
 * @param change of the keytar that is published: another processor has no build of it
 */
export async function startNpmRegistry(
  change: (folder: string) => Promise<void> = () => Promise.resolve(),
): Promise<NpmRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'registry-'));
  const modules = join(ROOT, 'node_modules');
  const keytar = join(folder, 'keytar');
  await cp(join(modules, 'keytar'), keytar, { recursive: true });
  await change(keytar);
  const builds = (await readdir(join(modules, '@koromix'))).map((name) => join(modules, '@koromix', name));
  const sources = [ROOT, keytar, join(modules, 'koffi'), join(modules, 'node-addon-api'), ...builds];
  const packages = new Map<string, Published>();
  for (const source of sources) {
    const one = await published(source, folder);
    packages.set(one.manifest.name, one);
  }
  const server = createServer(({ url = '' }, response) => {
    const [name = '', file] = decodeURIComponent(url.slice(1)).split('/-/');
    const found = packages.get(name);
    if (found === undefined) return void response.writeHead(404).end('{}');
    if (file !== undefined) return void response.end(found.tarball);
    tell(response, found, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    env: {
      npm_config_registry: `http://127.0.0.1:${port}/`,
      npm_config_cache: join(folder, 'cache'),
      npm_config_userconfig: join(folder, 'npmrc'),
      npm_config_update_notifier: 'false',
      npm_config_audit: 'false',
      npm_config_fund: 'false',
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The document of a package with its one version (npm's registry, docs/responses/package-metadata.md). */
function tell(response: ServerResponse, { manifest, tarball }: Published, origin: string): void {
  const { name, version } = manifest;
  const dist = {
    tarball: `${origin}/${name}/-/package.tgz`,
    integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
  };
  const versions = { [version]: { ...manifest, dist } };
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ name, 'dist-tags': { latest: version }, versions }));
}

async function published(source: string, folder: string): Promise<Published> {
  const words = ['pack', source, '--ignore-scripts', '--json', '--pack-destination', folder];
  const { stdout } = await run('npm', words, { cwd: folder, maxBuffer: 1 << 26 });
  const [{ filename } = { filename: '' }] = JSON.parse(stdout) as { filename: string }[];
  return {
    manifest: JSON.parse(await readFile(join(source, 'package.json'), 'utf8')) as Published['manifest'],
    tarball: await readFile(join(folder, filename)),
  };
}

/** As for a processor that has no build of it, on a machine without a compiler. */
export async function withoutBuild(keytar: string): Promise<void> {
  const path = join(keytar, 'package.json');
  const manifest = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  await writeFile(path, JSON.stringify({ ...manifest, scripts: { install: 'exit 1' } }));
  await rm(join(keytar, 'prebuilds'), { recursive: true });
}
