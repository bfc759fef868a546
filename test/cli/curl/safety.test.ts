import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, open, readFile, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type CliRig, cliRig, NODE_CLI, type Running } from '../../support/cli-rig.ts';
import { until } from '../../support/processes.ts';
import { below, filesWith, holders, programOf } from '../leaks.ts';
import { type Recorder, recorder } from './servers.ts';

let rig: CliRig;
let flows: string;
let token: string;
let temporary: string;
const servers: Recorder[] = [];

beforeAll(async () => {
  rig = await cliRig();
  flows = `127.0.0.1:${rig.sandbox.flows.port}`;
  token = (await rig.run(['get', 'view_flows'])).stdout.trim();
  temporary = join(rig.folder, 'tmp');
  await mkdir(temporary);
});
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));
afterAll(() => rig.end());

async function server(...answer: Parameters<typeof recorder>): Promise<Recorder> {
  const made = await recorder(...answer);
  servers.push(made);
  return made;
}

const instead = ({ port }: Recorder) => ['--connect-to', `${flows}:127.0.0.1:${port}`];
const curl = (...words: string[]) => rig.run(['curl', 'view_flows', ...words]);

/** One that sends the token back in a header and in pieces of the body. */
const echoing = () =>
  server((got, response) => {
    const [, value = ''] = (got.headers.authorization ?? '').split(' ');
    response.setHeader('x-echo', value);
    response.write(`<${value}`);
    setTimeout(() => response.end(`${value}>`), 50);
  });

/** A server whose answer waits, and a CLI that waits for it. */
async function waiting(options: Parameters<CliRig['start']>[1] = {}): Promise<{
  running: Running;
  cli: number;
  curlPid: number;
  finish: () => void;
}> {
  const responses: ServerResponse[] = [];
  const slow = await server((_got, response) => void responses.push(response));
  const running = rig.start(['curl', 'view_flows', '/slow', '-sSv', ...instead(slow)], options);
  await until('a request', () => Promise.resolve(slow.got[0]));
  const family = await below(running.child.pid ?? 0);
  const programs = await Promise.all(family.map(programOf));
  const cli = family[0] ?? 0;
  const curlPid = family[programs.indexOf('curl')] ?? 0;
  return { running, cli, curlPid, finish: () => responses.forEach((response) => response.end('done')) };
}

describe('while globus-token curl runs', () => {
  it('no process has the token in its arguments or environment, and no file holds it [C39]', async () => {
    const { running, cli, finish } = await waiting({ env: { TMPDIR: temporary } });
    expect(await holders(token)).toEqual([]);
    const family = [cli, ...(await below(cli))];
    expect(await Promise.all(family.map(programOf))).toContain('curl');
    expect(await filesWith(token, [rig.folder], family)).toEqual([]);
    finish();
    expect(await running.done).toMatchObject({ code: 0, stdout: 'done' });
    expect(await filesWith(token, [rig.folder])).toEqual([]);
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGHUP', 129],
  ] as const)('%s to it ends curl, and is told by the exit code', async (signal, code) => {
    const { running, cli, curlPid } = await waiting();
    process.kill(cli, signal);
    expect((await running.done).code).toBe(code);
    await until('no curl', async () => ((await programOf(curlPid)) === 'curl' ? undefined : true));
  });

  it('the end of curl by a signal is told by the exit code, and by nothing else', async () => {
    const { running, curlPid } = await waiting();
    process.kill(curlPid, 'SIGKILL');
    const { code, stderr } = await running.done;
    expect(code).toBe(137);
    expect(stderr).not.toMatch(/killed/i);
  });
});

describe('what curl tells about its request', () => {
  it('shows no token with -v [C39]', async () => {
    const ran = await curl('/flows', '-sSv', ...instead(await echoing()));
    expect(ran.code).toBe(0);
    // The answer itself is the service's and passes as it came.
    expect(ran.stdout).toBe(`<${token}${token}>`);
    expect(ran.stderr).toMatch(/^> Authorization: Bearer \*{4}\r?$/m);
    expect(ran.stderr).toMatch(/^< x-echo: \*{4}\r?$/m);
    expect(ran.stderr).not.toContain(token.slice(4, 20));
  });

  it.each([
    ['--trace', '-'],
    ['--trace', '%'],
    ['--trace', 'FILE'],
    ['--trace-ascii', '-'],
    ['--trace-ascii', '%'],
    ['--trace-ascii', 'FILE'],
  ])('shows no token in %s %s', async (option, to) => {
    const file = join(rig.folder, `trace${option}`);
    const ran = await curl(
      ...['/flows', '-sS', option, to.replace('FILE', file), '--trace-time', '-o', '/dev/null'],
      ...instead(await echoing()),
    );
    expect(ran.code).toBe(0);
    const trace = to === '-' ? ran.stdout : to === '%' ? ran.stderr : await readFile(file, 'utf8');
    expect(trace).toContain('=> Send header');
    expect(trace).toMatch(/<= Recv data, \d+ bytes \(0x/);
    expect(trace).not.toContain('left out');
    expect(textOfDump(trace, option === '--trace')).toMatch(/Authorization: Bearer \*{10,}/);
    // No run of eight characters of it is to be seen, wherever a line breaks it.
    const shown = textOfDump(trace, option === '--trace').replaceAll(/\s/g, '');
    const bytes = bytesOfDump(trace);
    for (let at = 0; at + 8 <= token.length; at += 1) {
      expect(shown).not.toContain(token.slice(at, at + 8));
      expect(bytes).not.toContain(token.slice(at, at + 8));
    }
  });

  it('shows no token where --stderr says', async () => {
    const file = join(rig.folder, 'errors');
    const ran = await curl('/flows', '-sSv', '--stderr', file, ...instead(await echoing()));
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(await readFile(file, 'utf8')).toMatch(/^> Authorization: Bearer \*{4}\r?$/m);
    expect(await filesWith(token, [rig.folder])).toEqual([]);
  });

  it('may write its answer to /dev/stderr', async () => {
    const ran = await curl('/flows', '-sS', '-o', '/dev/stderr', ...instead(await echoing()));
    expect(ran).toEqual({ code: 0, stdout: '', stderr: '<****>', screen: '' });
  });
});

describe('what is around it', () => {
  it('changes nothing: ~/.curlrc, CURL_HOME, a bash that exports functions and traces [C39]', async () => {
    const trace = join(rig.folder, 'curlrc-trace');
    const rc = `trace-ascii = ${trace}\nheader = "X-Rc: 1"\nlocation-trusted\ninsecure\n`;
    const config = join(rig.folder, 'config');
    await mkdir(config);
    for (const folder of [rig.home, config]) await writeFile(join(folder, '.curlrc'), rc);
    const elsewhere = await server();
    const functions = { 'BASH_FUNC_printf%%': '() { :; }', 'BASH_FUNC_curl%%': '() { :; }' };
    for (const env of [
      {},
      { CURL_HOME: config },
      { XDG_CONFIG_HOME: config },
      { SHELLOPTS: 'xtrace', PS4: '+ ' },
      { ...functions, BASH_ENV: trace, ENV: trace },
    ]) {
      const ran = await rig.run(['curl', 'view_flows', '/x', '-sS', ...instead(elsewhere)], { env });
      expect(ran).toMatchObject({ code: 0, stdout: '', stderr: '' });
    }
    expect(elsewhere.got.map(({ headers }) => [headers.authorization, headers['x-rc']])).toEqual(
      Array.from({ length: 5 }, () => [`Bearer ${token}`, undefined]),
    );
    await expect(readFile(trace)).rejects.toThrow('ENOENT');
    await writeFile(join(rig.home, '.curlrc'), '');
  });

  it('is used: the proxy of the environment, for the request alone [C39]', async () => {
    const proxy = await server((_got, response) => response.end('by proxy'));
    const env = { http_proxy: `http://127.0.0.1:${proxy.port}`, NO_PROXY: '' };
    const ran = await rig.run(['curl', 'view_flows', '/flows', '-sS'], { env });
    expect(ran).toMatchObject({ code: 0, stdout: 'by proxy', stderr: '' });
    expect(proxy.got.map(({ url }) => url)).toEqual([`http://${flows}/flows`]);
    const past = await rig.run(['curl', 'view_flows', '/flows', '-sS', '--noproxy', '*'], { env });
    expect(JSON.parse(past.stdout)).toHaveProperty('flows');
    expect(proxy.got).toHaveLength(1);
  });

  it('does not get the token by a redirect, unless it is the same service [C17]', async () => {
    const stranger = await server();
    const redirect = (to: string) =>
      server((got, response) => {
        if (got.url === '/here') response.end('here');
        else response.writeHead(302, { location: to }).end();
      });
    for (const to of [`http://127.0.0.1:${stranger.port}/x`, `http://localhost:${stranger.port}/x`]) {
      await curl('/flows', '-sSL', ...instead(await redirect(to)));
    }
    expect(stranger.got.map(({ url }) => url)).toEqual(['/x', '/x']);
    expect(stranger.got.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
    const own = await redirect(`http://${flows}/here`);
    expect(await curl('/flows', '-sSL', ...instead(own))).toMatchObject({ code: 0, stdout: 'here' });
    expect(own.got.map(({ headers }) => headers.authorization)).toEqual(
      Array.from({ length: 2 }, () => `Bearer ${token}`),
    );
  });

  it('may have descriptors that the words name, as <(…) makes them', async () => {
    const elsewhere = await server();
    const file = join(rig.folder, 'on-3');
    await writeFile(file, 'from=descriptor');
    const handle = await open(file);
    const words = ['curl', 'view_flows', '/x', '-sS', '-d', '@/dev/fd/3', ...instead(elsewhere)];
    const child = spawn(rig.caller, [process.execPath, NODE_CLI, ...words], {
      env: rig.env,
      stdio: ['ignore', 'ignore', 'inherit', handle.fd],
    });
    expect(await once(child, 'close')).toEqual([0, null]);
    await handle.close();
    expect(elsewhere.got.map(({ body }) => body)).toEqual(['from=descriptor']);
  });

  it.each([
    ['none', null, 'curl is not on PATH', 'install curl and try again'],
    [
      'an old one',
      'echo curl 7.29.0 "(x86_64-redhat-linux-gnu) libcurl/7.29.0"',
      'curl 7.29.0 is too old',
      '7.58.0',
    ],
    ['one that does not say', 'exit 3', 'does not say which version', 'curl --version'],
  ])('has to be a curl that keeps tokens; there is %s [C39]', async (what, script, why, next) => {
    const folder = join(rig.folder, `curl-${what.replaceAll(' ', '-')}`);
    await mkdir(folder);
    const called = join(folder, 'called');
    if (script !== null) {
      await writeFile(join(folder, 'curl'), `#!/bin/sh\necho "$@" >>'${called}'\n${script}\n`);
      await chmod(join(folder, 'curl'), 0o755);
    }
    const ran = await rig.run(['curl', 'view_flows', '/flows'], { env: { PATH: folder } });
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(ran.stderr).toContain(why);
    expect(ran.stderr).toContain(next);
    if (script !== null) expect(await readFile(called, 'utf8')).toBe('-q --version\n');
  });
});

describe('without an answer of the agent', () => {
  it('fails within two seconds with its code, and asks nobody [C49]', async () => {
    const began = performance.now();
    const ran = await rig.run(['curl', 'view_flows', '/flows', '-sS'], { unknownCaller: true });
    expect(ran).toMatchObject({ code: 5, stdout: '' });
    expect(performance.now() - began).toBeLessThan(2_000);
    const none = await rig.run(['curl', 'nothing_such', '/flows', '-sS']);
    expect(none).toMatchObject({ code: 19, stdout: '' });
    const dead = { GLOBUS_TOKEN_SOCK: join(rig.folder, 'run', 'none.sock') };
    expect((await rig.run(['curl', 'view_flows', '/flows'], { env: dead })).code).toBe(3);
  });
});

/** What a dump shows of the bytes, its lines joined. */
function textOfDump(trace: string, hex: boolean): string {
  return trace
    .split('\n')
    .map((line) => (hex ? /^[0-9a-f]{4,}: .{48}(.*)$/ : /^[0-9a-f]{4,}: (.*)$/).exec(line)?.[1] ?? '')
    .join('');
}

/** The bytes that its digits stand for. */
function bytesOfDump(trace: string): string {
  return trace
    .split('\n')
    .map((line) => /^[0-9a-f]{4,}: ((?:[0-9a-f]{2} )+)/.exec(line)?.[1] ?? '')
    .map((digits) => Buffer.from(digits.replaceAll(' ', ''), 'hex').toString('latin1'))
    .join('');
}
