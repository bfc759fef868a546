#!/usr/bin/env node
/**
 * Stands for fpm, which electron-builder downloads and which has no package of Debian's: reads the options that
 * electron-builder and electron-builder.yml give it, lays the files out by fpm's rule and lets the real `dpkg-deb` or
 * `rpmbuild` make the package. An option that it does not know ends it, as it would fpm.
 */
import { execFile } from 'node:child_process';
import { chmod, cp, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { gzipSync } from 'node:zlib';

const run = promisify(execFile);
const text = /** @type {const} */ ({ type: 'string' });
const texts = /** @type {const} */ ({ type: 'string', multiple: true });

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'input-type': { ...text, short: 's' },
    'output-type': { ...text, short: 't' },
    force: { type: 'boolean' },
    depends: { ...texts, short: 'd' },
    'deb-recommends': texts,
    'deb-compression': text,
    'deb-priority': text,
    'rpm-compression': text,
    'rpm-os': text,
    'rpm-summary': text,
    'rpm-tag': texts,
    'rpm-rpmbuild-define': texts,
    architecture: text,
    'after-install': text,
    'before-remove': text,
    'after-remove': text,
    description: text,
    version: text,
    package: text,
    name: text,
    maintainer: text,
    vendor: text,
    url: text,
    license: text,
  },
});

/** @param {keyof typeof values} name @returns {string} */
function needed(name) {
  const value = values[name];
  if (typeof value !== 'string') throw new Error(`--${name} is missing`);
  return value;
}

/**
 * fpm's `source=destination`: a folder with a slash at its end gives what is in it, a file is put at the destination
 * itself.
 *
 * @param {string} mapping @param {string} root
 */
async function place(mapping, root) {
  const [, source = '', destination = ''] = /^(.+?)=(.+)$/.exec(mapping) ?? [];
  if (destination === '') throw new Error(`not a source and a destination: ${mapping}`);
  const to = join(root, destination);
  const isFolder = (await lstat(source)).isDirectory();
  if (isFolder !== source.endsWith('/'))
    throw new Error(`neither a file nor the inside of a folder: ${mapping}`);
  await mkdir(isFolder ? to : dirname(to), { recursive: true });
  await cp(source, to, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
}

/** @param {string} root @returns {Promise<void>} */
async function makeDeb(root) {
  const documents = join(root, 'usr/share/doc', needed('name'));
  await mkdir(documents, { recursive: true });
  await writeFile(join(documents, 'changelog.gz'), gzipSync('  * Package created with FPM.\n'));
  const control = join(root, 'DEBIAN');
  await mkdir(control);
  const { stdout: size } = await run('du', ['--summarize', '--block-size=1K', '--apparent-size', root]);
  const [first = '', ...others] = needed('description').split('\n');
  const fields = {
    Package: needed('name'),
    Version: needed('version'),
    License: needed('license'),
    Vendor: needed('vendor'),
    Architecture: needed('architecture'),
    Maintainer: needed('maintainer'),
    'Installed-Size': size.split('\t')[0],
    Depends: (values.depends ?? []).join(', '),
    Recommends: (values['deb-recommends'] ?? []).join(', '),
    Section: 'default',
    Priority: needed('deb-priority'),
    Homepage: needed('url'),
    Description: [first, ...others.map((line) => ` ${line.trim() === '' ? '.' : line}`)].join('\n'),
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\n`);
  await writeFile(join(control, 'control'), lines.join(''));
  const scripts = /** @type {const} */ ({
    postinst: 'after-install',
    prerm: 'before-remove',
    postrm: 'after-remove',
  });
  for (const [name, option] of Object.entries(scripts)) {
    await writeFile(join(control, name), await readFile(needed(option)));
    await chmod(join(control, name), 0o755);
  }
  const how = { gz: '-Zgzip', xz: '-Zxz' }[needed('deb-compression')];
  if (how === undefined) throw new Error('--deb-compression is neither gz nor xz');
  await run('dpkg-deb', ['--root-owner-group', how, '-z1', '--build', root, needed('package')]);
}

/** @param {string} root @param {string} work @returns {Promise<void>} */
async function makeRpm(root, work) {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => `"${join(entry.parentPath, entry.name).slice(root.length)}"`);
  const scripts = await Promise.all(
    Object.entries({ post: 'after-install', preun: 'before-remove', postun: 'after-remove' }).map(
      async ([section, option]) =>
        `%${section}\n${await readFile(needed(/** @type {keyof typeof values} */ (option)), 'utf8')}\n`,
    ),
  );
  const spec = [
    // As fpm's: the files are packed as they are.
    '%define __os_install_post %{nil}',
    '%define __spec_install_post %{nil}',
    '%define debug_package %{nil}',
    '%define _binary_payload w1.gzdio',
    `Name: ${needed('name')}`,
    `Version: ${needed('version').replaceAll('-', '_')}`,
    'Release: 1',
    `Summary: ${needed('rpm-summary')}`,
    'AutoReqProv: no',
    'Prefix: /',
    'Group: default',
    ...(values.depends ?? []).map((name) => `Requires: ${name}`),
    ...(values['rpm-tag'] ?? []),
    `License: ${needed('license')}`,
    `Vendor: ${needed('vendor')}`,
    `URL: ${needed('url')}`,
    `Packager: ${needed('maintainer')}`,
    `%description\n${needed('description')}`,
    ...scripts,
    `%files\n%defattr(-,root,root,-)\n${files.join('\n')}\n`,
  ].join('\n');
  await writeFile(join(work, 'package.spec'), spec);
  // The name that systems with rpm have for it: under Debian's, dnf finds no compatible one.
  const architecture = needed('architecture').replace(/^amd64$/, 'x86_64');
  await run('rpmbuild', [
    ...['-bb', '--quiet', '--nodeps', '--target', `${architecture}-unknown-${needed('rpm-os')}`],
    ...(values['rpm-rpmbuild-define'] ?? []).flatMap((definition) => ['--define', definition]),
    ...['--buildroot', root, '--define', `_topdir ${join(work, 'rpm')}`],
    ...['--define', `_rpmdir ${join(work, 'out')}`, '--define', '_rpmfilename made.rpm'],
    join(work, 'package.spec'),
  ]);
  await cp(join(work, 'out', 'made.rpm'), needed('package'));
}

const work = await mkdtemp(join(tmpdir(), 'fpm-'));
try {
  if (values['input-type'] !== 'dir') throw new Error('only folders are read');
  const root = join(work, 'root');
  await mkdir(root);
  for (const mapping of positionals) await place(mapping, root);
  if (values['output-type'] === 'deb') await makeDeb(root);
  else if (values['output-type'] === 'rpm') await makeRpm(root, work);
  else throw new Error(`no package of this kind is made: ${String(values['output-type'])}`);
  const { size } = await stat(needed('package'));
  process.stdout.write(`Created package ${basename(needed('package'))}, ${size} bytes\n`);
} catch (error) {
  process.stderr.write(`fpm: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await rm(work, { recursive: true, force: true });
}
