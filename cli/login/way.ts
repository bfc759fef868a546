import { Failure } from '../failure.ts';
import type { Context, Input } from '../types.ts';

export type Way = 'paste' | 'browser';

/**
 * How the answer of Globus comes back. A browser that would be on another machine cannot call this one, so then
 * the page shows a code to paste (GLOBUS.md §1.4), unless the person forwards the port and says so.
 *
 * @throws Failure `usage`
 */
export function wayOf(
  { env, platform }: Pick<Context, 'env' | 'platform'>,
  { browser, 'no-browser': noBrowser, 'code-fd': codeFd }: Input['options'],
): Way {
  if (browser === true && (noBrowser === true || codeFd !== undefined)) {
    const other = noBrowser === true ? '--no-browser' : '--code-fd';
    throw new Failure('usage', `--browser and ${other} exclude each other`, 'globus-token login --help');
  }
  if (browser === true) return 'browser';
  if (noBrowser === true || codeFd !== undefined) return 'paste';
  return overSsh(env) || !hasScreen(env, platform) ? 'paste' : 'browser';
}

export function overSsh(env: Context['env']): boolean {
  return set(env['SSH_CONNECTION']);
}

function hasScreen(env: Context['env'], platform: NodeJS.Platform): boolean {
  if (platform === 'darwin' || platform === 'win32') return true;
  return set(env['DISPLAY']) || set(env['WAYLAND_DISPLAY']);
}

function set(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
