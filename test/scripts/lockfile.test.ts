import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../scripts/build-targets.mjs';

interface Locked {
  version?: string;
  resolved?: string;
  integrity?: string;
  hasInstallScript?: boolean;
  dev?: boolean;
}
type Dependencies = Record<string, string>;

const read = (name: string): unknown => JSON.parse(readFileSync(join(ROOT, name), 'utf8'));
const own = read('package.json') as Record<
  'dependencies' | 'devDependencies' | 'optionalDependencies',
  Dependencies
>;
const lock = read('package-lock.json') as {
  lockfileVersion: number;
  packages: Record<string, Locked & Partial<typeof own>>;
};
const packages = Object.entries(lock.packages).filter(([path]) => path !== '');

/** What brings a script that runs at its installation, and why the app does without: CI runs none. */
const WITH_SCRIPT: Readonly<Record<string, string>> = {
  'node_modules/koffi': 'builds from source where it brings no binary; the binaries of @koromix are there',
  'node_modules/keytar':
    'the same; its binaries are in the package itself (prebuilds), and npm may leave it out',
  'node_modules/electron-winstaller': 'fetches a tool for Squirrel installers, which are not made here',
};

describe('package-lock.json', () => {
  it('holds the hash of everything that gets installed', () => {
    expect(packages.length).toBeGreaterThan(300);
    const loose = packages.filter(([, { integrity }]) => !/^sha512-[\w+/]+=*$/.test(integrity ?? ''));
    expect(loose.map(([path]) => path)).toEqual([]);
  });

  it('names no server: whoever installs takes everything from the registry that they trust', () => {
    expect(packages.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([]);
    expect(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).not.toMatch(
      /https?:\/\/(?:registry|npm)\./,
    );
  });

  it('is of the package.json beside it', () => {
    expect(lock.lockfileVersion).toBe(3);
    expect(lock.packages['']).toMatchObject({
      dependencies: own.dependencies,
      devDependencies: own.devDependencies,
      optionalDependencies: own.optionalDependencies,
    });
  });

  it('has only those packages with an install script that work without it', () => {
    const found = packages.filter(([, one]) => one.hasInstallScript === true).map(([path]) => path);
    expect(found.sort()).toEqual(Object.keys(WITH_SCRIPT).sort());
  });

  it('ships native modules alone; all else is in the bundles', () => {
    const shipped = packages.filter(([, one]) => one.dev !== true).map(([path]) => path);
    const known = /^node_modules\/(?:keytar|koffi|node-addon-api|@koromix\/koffi-[a-z0-9-]+)$/;
    expect(shipped.filter((path) => !known.test(path))).toEqual([]);
  });
});

describe('package.json', () => {
  it.each(Object.entries({ ...own.dependencies, ...own.optionalDependencies, ...own.devDependencies }))(
    'pins %s to %s',
    (_, version) => {
      expect(version).toMatch(/^(?:npm:@?[\w./-]+@)?\d+\.\d+\.\d+(?:-[\w.]+)?$/);
    },
  );
});
