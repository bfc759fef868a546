import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type CliRig, cliRig, LAUNCHER } from '../../support/cli-rig.ts';
import { writePolicy } from '../../support/headless.ts';
import { scopeOf } from '../../support/sandbox-agent.ts';

const DOCS = join(import.meta.dirname, '../../../docs/adapters.md');
const SHELLS = ['/usr/bin/bash', '/usr/bin/zsh'].filter((shell) => existsSync(shell));

let rig: CliRig;
let server: Server;
let bin: string;
/** The Authorization header of each request; undefined: it had none. */
const sent: (string | undefined)[] = [];

beforeAll(async () => {
  rig = await cliRig();
  server = createServer((request, response) => {
    sent.push(request.headers.authorization);
    response.end('the file\n');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  bin = join(rig.folder, 'bin');
  await mkdir(bin);
  await symlink(LAUNCHER, join(bin, 'globus-token'));
}, 60_000);
afterAll(async () => {
  server.close();
  await rig.end();
});
beforeEach(() => void sent.splice(0));

/** What docs/adapters.md has people copy, about this server. */
async function documented(scope: string): Promise<string> {
  const [, code = ''] = /## netrc\n[\s\S]*?```sh\n([\s\S]*?)```/.exec(await readFile(DOCS, 'utf8')) ?? [];
  const { port } = server.address() as AddressInfo;
  const here = code
    .replace('https://data.example', `http://127.0.0.1:${port}`)
    .replace('data.example view_flows', `127.0.0.1 ${scope}`);
  expect(here).toContain(`(netrc 127.0.0.1 ${scope}) http://127.0.0.1:`);
  return here;
}

/** As a script that the policy has a rule for. */
async function run(shell: string, text: string) {
  const script = join(rig.folder, 'netrc.sh');
  await writeFile(script, text);
  const rule = { scope: scopeOf('view_flows'), account: 'ada@uni.example' };
  await writePolicy(join(rig.dataFolder, 'policy.json'), [
    { program: shell, script, ...rule },
    { program: '/bin/sh', script: rig.caller, ...rule },
  ]);
  const child = spawn(shell, [script], {
    env: { ...rig.env, PATH: `${bin}:${dirname(process.execPath)}:/usr/bin:/bin` },
    cwd: rig.folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  await once(child, 'close');
  return { stdout, stderr };
}

it.each(SHELLS)('the documented netrc gives curl the token as its password, in %s', async (shell) => {
  const token = (await rig.run(['get', 'view_flows'])).stdout.trim();
  expect(await run(shell, await documented('view_flows'))).toMatchObject({ stdout: 'the file\n' });
  expect(sent).toEqual([`Basic ${Buffer.from(`globus-token:${token}`).toString('base64')}`]);
});

it.each(SHELLS)('and no empty password where there is no token, in %s', async (shell) => {
  const { stderr } = await run(shell, await documented('nothing_such'));
  expect(stderr).toContain('hint:');
  expect(sent).toEqual([undefined]);
});

it.each(SHELLS)('which its caller can see, and no variable is left behind, in %s', async (shell) => {
  const [definition = ''] = (await documented('nothing_such')).split('\ncurl ');
  const refused = await run(shell, `${definition}\nnetrc 127.0.0.1 nothing_such\necho "$?"\n`);
  expect(refused.stdout).toBe('19\n');
  const before = 'token=mine\n';
  const after = 'netrc 127.0.0.1 view_flows >/dev/null\necho "$token"\n';
  expect((await run(shell, `${before}${definition}\n${after}`)).stdout).toBe('mine\n');
});
