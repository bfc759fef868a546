import { join, resolve } from 'node:path';
import { resolveElectron } from '../../scripts/electron-runtime.mjs';
import { sandboxArguments } from '../../scripts/process-sandbox.mjs';

export const APP_FOLDER = join(import.meta.dirname, '..', '..');
/** Chromium's process sandbox is not for root, nor for everybody else; the pages' own sandbox stays on. */
export const SANDBOX_ARGUMENTS = await sandboxArguments();

export interface AppCommand {
  readonly executable: string;
  /** What comes before the app's own arguments. */
  readonly words: readonly string[];
  readonly packaged: boolean;
}

/**
 * How the app under test starts: the package in the folder TRAY_UNDER_TEST, else the built bundles under Electron.
 * The app knows nothing of that variable.
 */
export async function appCommand(): Promise<AppCommand> {
  const folder = packageUnderTest();
  return folder === null ? electronCommand(APP_FOLDER) : packagedCommand(folder);
}

/** Electron with an app folder. */
export async function electronCommand(folder: string): Promise<AppCommand> {
  const { executable } = await resolveElectron({ allowTestRuntime: true });
  return { executable, words: [...SANDBOX_ARGUMENTS, folder], packaged: false };
}

/** @param folder of an unpacked package; it holds its app and takes no folder. */
export function packagedCommand(folder: string): AppCommand {
  return { executable: join(folder, 'globus-token-tray'), words: SANDBOX_ARGUMENTS, packaged: true };
}

/** The folder of the package that the suite runs against, or null: against the built bundles. */
export function packageUnderTest(): string | null {
  const folder = process.env['TRAY_UNDER_TEST'] ?? '';
  return folder === '' ? null : resolve(APP_FOLDER, folder);
}
