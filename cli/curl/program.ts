import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Failure } from '../failure.ts';
import { findProgram } from '../child/programs.ts';
import { scriptEnv } from './script.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The oldest curl that is given a token. Before 7.58.0 it sends the header on to any host that a redirect names
 * (CVE-2018-1000007), before 7.55.0 it reads no header from a file, before 7.42.1 proxies get the header, too
 * (CVE-2015-3153).
 */
export const OLDEST_CURL = '7.58.0';
const PATIENCE_MS = 5_000;
const run = promisify(execFile);

/** @returns the path of a curl that may be given a token @throws Failure `failed` */
export async function findCurl(env: Env): Promise<string> {
  const found = findProgram('curl', env);
  if (found.kind !== 'found') {
    throw new Failure(
      'failed',
      'curl is not on PATH, so nothing was asked for.',
      'install curl and try again',
    );
  }
  const version = await versionOf(found.path, env);
  if (version === null) {
    throw new Failure('failed', `${found.path} does not say which version of curl it is.`, 'curl --version');
  }
  if (!isAtLeast(version, OLDEST_CURL)) {
    throw new Failure(
      'failed',
      `curl ${version} is too old to be given a token: redirects and proxies can make it give it away.`,
      `install curl ${OLDEST_CURL} or newer`,
    );
  }
  return found.path;
}

export function isAtLeast(version: string, oldest: string): boolean {
  const [have, need] = [version, oldest].map((text) => text.split('.').map(Number));
  for (const [index, wanted] of (need ?? []).entries()) {
    const part = have?.[index] ?? 0;
    if (part !== wanted) return part > wanted;
  }
  return true;
}

/** From its first line: `curl 7.88.1 (x86_64-pc-linux-gnu) …`. */
async function versionOf(path: string, env: Env): Promise<string | null> {
  const answer = await run(path, ['-q', '--version'], { env: scriptEnv(env), timeout: PATIENCE_MS }).catch(
    () => null,
  );
  return /^curl (\d+\.\d+\.\d+)/.exec(answer?.stdout ?? '')?.[1] ?? null;
}
