import { access, constants } from 'node:fs/promises';
import { Failure } from '../failure.ts';
import { unsetLine } from '../unset.ts';
import { type Check, fail, type Finding, ok, warn } from './types.ts';

/** Variables that change what happens, and that people forget. */
export const environmentCheck: Check = {
  name: 'environment',
  exit: 'usage',
  async run({ env, client, platform }) {
    const unset = (name: string) => unsetLine(name, platform);
    const findings: Finding[] = [];
    try {
      // Only to see whether a socket may be there.
      void client.path;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      findings.push(fail('usage', sentence(error.message), error.next));
    }
    if (isSet(env['NODE_OPTIONS'])) {
      findings.push(
        warn('NODE_OPTIONS is set, so other code may run inside this program', unset('NODE_OPTIONS')),
      );
    }
    const certificates = env['NODE_EXTRA_CA_CERTS'];
    if (isSet(certificates) && !(await isReadable(certificates))) {
      findings.push(
        warn(
          'NODE_EXTRA_CA_CERTS names a file that cannot be read, so it is ignored',
          `Correct it, or take it away. ${unset('NODE_EXTRA_CA_CERTS')}`,
        ),
      );
    }
    if (env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') {
      findings.push(
        fail(
          'failed',
          'NODE_TLS_REJECT_UNAUTHORIZED=0 switches off the check of who answers',
          unset('NODE_TLS_REJECT_UNAUTHORIZED'),
        ),
      );
    }
    if (isSet(env['GLOBUS_TOKEN_SOCK']) && findings.every(({ exit }) => exit !== 'usage')) {
      findings.push(ok(`GLOBUS_TOKEN_SOCK chooses the socket: ${env['GLOBUS_TOKEN_SOCK']}`));
    }
    return findings.length === 0 ? [ok('nothing odd')] : findings;
  },
};

async function isReadable(path: string): Promise<boolean> {
  return access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
}

export function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}

function sentence(text: string): string {
  return text.replace(/\.$/, '');
}
