import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseFds, curlScript, scriptEnv } from '../../../cli/curl/script.ts';

const HEADER = String.raw`Authorization: Bearer Ag-\n.%s_~+/==`;
const HOSTILE = {
  'BASH_FUNC_printf%%': '() { echo stolen; }',
  'BASH_FUNC_read%%': '() { line=stolen; }',
  'BASH_FUNC_exec%%': '() { echo stolen; }',
  SHELLOPTS: 'xtrace:verbose',
  PS4: 'stolen ',
  IFS: 'A:',
};

let folder: string;
let program: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'script-'));
  program = join(folder, 'program');
  // In curl's place: reads the header, then stdin, and complains.
  await writeFile(program, '#!/bin/sh\ncat "$1" -\necho complaint >&2\n');
  await chmod(program, 0o755);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The shells that may be /bin/sh somewhere. */
const SHELLS: readonly (readonly [string, readonly string[]])[] = [
  ['dash', []],
  ['bash', ['--posix']],
  ['zsh', ['--emulate', 'sh']],
];

async function run([shell, options]: (typeof SHELLS)[number], env: Record<string, string>) {
  const fds = chooseFds([3, 5]);
  expect(fds.control).toBe(4);
  const words = [...options, '-c', curlScript(fds), 'sh', program, `/dev/fd/${fds.header}`];
  const child = spawn(shell, words, { env, stdio: ['pipe', 'pipe', 'pipe', 'ignore', 'pipe'] });
  const shown = { stdout: '', stderr: '', control: '' };
  const control = child.stdio[4] as Duplex;
  control.on('data', (chunk: Buffer) => (shown.control += chunk.toString()));
  control.write(`${HEADER}\n`);
  child.stdout?.on('data', (chunk: Buffer) => (shown.stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (shown.stderr += chunk.toString()));
  child.stdin?.end('from stdin\n');
  await once(child, 'close');
  return shown;
}

describe.each(SHELLS)('the script that runs curl, in %s', (...shell) => {
  it.each([
    ['plain', {}],
    ['hostile', HOSTILE],
  ])('hands over the header and stdin as they are, in a %s environment [C39]', async (_what, more) => {
    const env = scriptEnv({ PATH: process.env['PATH'], HOME: folder, ...more });
    const shown = await run(shell, env);
    expect(shown.stdout).toBe(`${HEADER}\nfrom stdin\n`);
    expect(shown.stderr).toBe('complaint\n');
    expect(shown.control).toMatch(/^\d+\n$/);
  });
});

it('gives up where the words name too many descriptors', () => {
  expect(() => chooseFds([3, 4, 5])).toThrow('descriptors 3 to 9');
});

it('[C18] lets no variable write the keys of the connection down, or choose whom curl trusts', () => {
  const taken = {
    SSLKEYLOGFILE: '/tmp/keys',
    CURL_CA_BUNDLE: '/tmp/ca',
    OPENSSL_CONF: '/tmp/c',
    Openssl_Modules: 'x',
  };
  const left = { PATH: '/bin', SSL_CERT_FILE: '/etc/ca', HTTPS_PROXY: 'http://proxy' };
  expect(scriptEnv({ ...taken, ...left })).toEqual(left);
});
