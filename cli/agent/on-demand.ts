import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataFolder } from '../../main/headless/paths.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Whether a command that finds no agent may start one: GLOBUS_TOKEN_AUTOSTART (1 or 0) says so for this command,
 * `cli.json` of the data folder for all. Not unless somebody allowed it: a job that a cluster kills for leaving
 * processes behind must not start one by surprise.
 *
 * @param home of the user
 */
export function startAllowed(env: Environment, platform: NodeJS.Platform, home: string): boolean {
  const said = env['GLOBUS_TOKEN_AUTOSTART'] ?? '';
  if (said !== '') return said === '1';
  try {
    const kept: unknown = JSON.parse(readFileSync(fileOf(env, platform, home), 'utf8'));
    return typeof kept === 'object' && kept !== null && 'startAgent' in kept && kept.startAgent === true;
  } catch {
    return false;
  }
}

/** @returns the file that says so @throws what the system says of a file that cannot be written */
export function allowStart(
  allowed: boolean,
  { env, platform, home }: { env: Environment; platform: NodeJS.Platform; home: string },
): string {
  const path = fileOf(env, platform, home);
  const folder = dataFolder(platform, env, home, false);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const fresh = join(folder, `.cli-${process.pid}.json`);
  try {
    writeFileSync(fresh, `${JSON.stringify({ startAgent: allowed })}\n`, { mode: 0o600, flag: 'wx' });
    chmodSync(fresh, 0o600);
    renameSync(fresh, path);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
  return path;
}

function fileOf(env: Environment, platform: NodeJS.Platform, home: string): string {
  return join(dataFolder(platform, env, home, false), 'cli.json');
}
