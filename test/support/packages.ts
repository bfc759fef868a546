import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { packageApp } from '../../scripts/package.mjs';
import { APP_FOLDER, packageUnderTest } from './app-command.ts';

export interface Packages {
  /** Folder of the unpacked app as it is shipped, but for the test runtime in it. */
  readonly shipped: string;
  /** Folder of its copy that a debugger can attach to. */
  readonly inspectable: string;
  remove(): Promise<void>;
}

/** Both packages: those that TRAY_SHIPPED and TRAY_UNDER_TEST name, which `npm test` has made, or new ones. */
export async function builtPackages(): Promise<Packages> {
  const shipped = process.env['TRAY_SHIPPED'] ?? '';
  const inspectable = packageUnderTest();
  if (shipped !== '' && inspectable !== null) {
    return { shipped: resolve(APP_FOLDER, shipped), inspectable, remove: () => Promise.resolve() };
  }
  const output = await mkdtemp(join(tmpdir(), 'packages-'));
  const made = { shipped: join(output, 'shipped'), inspectable: join(output, 'inspectable') };
  const { folder } = await packageApp({
    ...{ allowTestRuntime: true, output: made.shipped, inspectable: made.inspectable },
  });
  return {
    shipped: folder,
    inspectable: made.inspectable,
    remove: () => rm(output, { recursive: true, force: true }),
  };
}
