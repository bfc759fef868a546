import { execFile } from 'node:child_process';
import { isAtLeast, OLDEST_CURL } from '../curl/program.ts';
import { type Check, fail, ok, warn } from './types.ts';

/** The first curl with --unix-socket is 7.40.0; the shell launcher answers `get` and `header` through it. */
const CURL = '7.40';
/** The oldest Node.js that everything else runs on. */
const NODE = '20.19';

export const nodeCheck: Check = {
  name: 'Node.js',
  exit: 'no-node',
  run({ node }) {
    return Promise.resolve([
      isAtLeast(node, NODE)
        ? ok(node)
        : fail('no-node', `${node} is too old`, `Install Node.js ${NODE} or newer`),
    ]);
  },
};

export const curlCheck: Check = {
  name: 'curl',
  exit: 'failed',
  async run({ env, platform }, signal) {
    if (platform === 'win32') return [ok('not needed on Windows')];
    const version = await curlVersion(env, signal);
    if (version === null) return [warn('there is none, so get and header are slower', 'Install curl')];
    const next = `Install curl ${OLDEST_CURL} or newer`;
    if (!isAtLeast(version, CURL))
      return [warn(`${version} is too old for sockets, so get and header are slower`, next)];
    // get and header do not give it one; `globus-token curl` does, and so do copied commands.
    if (!isAtLeast(version, OLDEST_CURL)) return [warn(`${version} is too old to be given a token`, next)];
    return [ok(version)];
  },
};

function curlVersion(
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<string | null> {
  return new Promise((resolve) => {
    // `-q`: a ~/.curlrc must not have a say in what is found.
    execFile('curl', ['-q', '--version'], { env, signal }, (error, stdout) => {
      const [, version = null] = /^curl (\d+\.\d+(?:\.\d+)?)/.exec(stdout) ?? [];
      resolve(error === null ? version : null);
    });
  });
}
