import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { allCommands } from '../../cli/reference/all-commands.ts';
import { COMMANDS } from '../../cli/commands.ts';
import { EXIT_CODES } from '../../cli/exit-codes.ts';
import { helpOf } from '../../cli/help.ts';
import { build } from '../../scripts/build.mjs';
import { LAUNCHER, NODE_CLI } from '../support/cli-rig.ts';

vi.setConfig({ testTimeout: 20_000 });

const root = join(import.meta.dirname, '..', '..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
const env = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, HOME: '/nonexistent' };

/** Runs a program with a pipe of one page for its stdout, in which a write fails where it would wait; reads when it is full. */
const WAITS_FOR_NOBODY = `
import fcntl, os, subprocess, sys
F_SETPIPE_SZ = 1031
read, write = os.pipe()
fcntl.fcntl(write, F_SETPIPE_SZ, 4096)
os.set_blocking(write, False)
program = subprocess.Popen(sys.argv[1:], stdout=write)
os.close(write)
first = os.read(read, 1)
while True:
    piece = os.read(read, 65536)
    if not piece:
        break
    first += piece
sys.stdout.buffer.write(first)
sys.exit(program.wait())
`;

beforeAll(() => build({ only: ['cli'] }), 60_000);

describe.each([
  ['Node', NODE_CLI],
  ['the launcher', LAUNCHER],
])('globus-token by %s', (_name, program) => {
  function globusToken(...words: string[]): { code: number | null; out: string; err: string } {
    // Run by its own name, so that the shebang and the executable bit are proven too; no TTY on stdin.
    const { status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8', input: '', env });
    return { code: status, out: stdout, err: stderr };
  }

  it.each(['--version', '-V'])('[C48] prints the version alone on stdout for %s', (word) => {
    expect(globusToken(word)).toEqual({ code: 0, out: `${version}\n`, err: '' });
  });

  it.each([['--help'], ['-h'], ['help'], ['help', '--help']])(
    '[C48] lists every command on stdout for %s',
    (...words) => {
      const { code, out, err } = globusToken(...words);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      for (const [name, { summary }] of Object.entries(COMMANDS)) {
        expect(out.replace(/\s+/g, ' ')).toContain(` ${name} ${summary}`);
      }
    },
  );

  it.each([
    [['gte', 'view_flows'], 'unknown command "gte"', 'did you mean globus-token get?'],
    [['stat'], 'unknown command "stat"', 'did you mean globus-token status?'],
    [['xyzzy'], 'unknown command "xyzzy"', 'globus-token --help'],
    [['constructor'], 'unknown command "constructor"', 'globus-token --help'],
    [['--frob'], 'unknown option "--frob"', 'globus-token --help'],
    [['--version', 'now'], '--version does not take "now"', 'globus-token --help'],
    [['--help', '--frob'], '--help does not take "--frob"', 'globus-token --help'],
    [['help', 'gte'], 'unknown command "gte"', 'did you mean globus-token get?'],
    [['help', 'get', 'x'], 'help does not take "x"', 'globus-token --help'],
    [['\u001b[31mred'], 'unknown command "\\u001b[31mred"', 'globus-token --help'],
    [[''], 'unknown command ""', 'globus-token --help'],
  ])('[C48] refuses %j with exit code 2, a hint, and nothing on stdout', (words, message, hint) => {
    const err = `globus-token: ${message}\nhint: ${hint}\n`;
    expect(globusToken(...words)).toEqual({ code: 2, out: '', err });
  });

  it('[C48] refuses in JSON under --json', () => {
    const { code, out, err } = globusToken('gte', '--json');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(JSON.parse(err)).toEqual({
      error: {
        ...{ exit: 'usage', code: 2, reason: null },
        ...{ detail: 'unknown command "gte"', next: 'did you mean globus-token get?' },
      },
    });
  });

  it('[C49] without words prints its help on stderr and does not wait for anyone', () => {
    const { code, out, err } = globusToken();
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('usage: globus-token');
  });

  it('says that it could not write its answer', async () => {
    const full = openSync('/dev/full', 'w');
    const child = spawn(program, ['help'], { env, stdio: ['ignore', full, 'pipe'] });
    closeSync(full);
    let err = '';
    child.stderr?.on('data', (chunk) => (err += String(chunk)));
    const [code] = (await once(child, 'close')) as [number | null];
    expect({ code, err }).toEqual({
      code: 1,
      err:
        'globus-token: The answer could not be written.\n' +
        'hint: Send it to where there is room, and ask again\n',
    });
  });

  it('says nothing when whoever read it has had enough', async () => {
    const child = spawn(program, ['help'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    let err = '';
    child.stderr.on('data', (chunk) => (err += String(chunk)));
    const [code] = (await once(child, 'close')) as [number | null];
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });
});

describe('the help of a command', async () => {
  const commands = await allCommands();

  it.each(commands.map((command) => [command.name, command] as const))(
    '%s has details, two examples or more, and its exit codes',
    (name, command) => {
      expect(command.summary).toBe(COMMANDS[name]?.summary);
      expect(command.details?.join(' ').length ?? 0).toBeGreaterThan(60);
      expect(command.examples.length).toBeGreaterThanOrEqual(2);
      const help = helpOf(command);
      expect(help).toMatch(/^usage: globus-token /);
      expect(help).toContain('--json');
      for (const exit of command.exits) expect(help).toContain(EXIT_CODES[exit].means);
      // An address or an example may be longer than a line.
      const long = help.split('\n').filter((line) => line.length > 79 && !/^ {2}\S/.test(line));
      expect(long).toEqual([]);
    },
  );

  it.each(commands.map(({ name }) => name))('%s --help, -h and help print it on stdout', (name) => {
    const expected = helpOf(commands.find((command) => command.name === name) ?? missing(name));
    for (const words of [
      [name, '--help'],
      [name, '-h'],
      ['help', name],
    ]) {
      const { status, stdout, stderr } = spawnSync(NODE_CLI, words, { encoding: 'utf8', input: '', env });
      expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: expected, stderr: '' });
    }
  });
});

describe('the bundle', () => {
  it('is executable by all and imports no Electron and no conf', () => {
    expect(statSync(NODE_CLI).mode & 0o111).toBe(0o111);
    const folder = dirname(NODE_CLI);
    for (const name of readdirSync(folder).filter((one) => one.endsWith('.js'))) {
      const text = readFileSync(join(folder, name), 'utf8');
      expect(text).not.toMatch(/from ?"(?:electron|conf|electron-store)"|import\("electron"\)/);
    }
  });

  it('does without node:http, which costs every start its time', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'loaded-'));
    const look = join(folder, 'look.cjs');
    await writeFile(
      look,
      `process.on('exit', () => process._rawDebug(process.moduleLoadList.filter((one) => /_http_|undici/.test(one)).join()))`,
    );
    const words = ['--require', look, NODE_CLI, 'status'];
    const socket = join(folder, 'none.sock');
    const { status, stderr } = spawnSync(process.execPath, words, {
      encoding: 'utf8',
      env: { ...env, GLOBUS_TOKEN_SOCK: socket },
    });
    await rm(folder, { recursive: true });
    expect({ status, last: stderr.split('\n').at(-2) }).toEqual({ status: 3, last: '' });
  });

  it('says all of it into a pipe that waits for nobody', () => {
    const words = [NODE_CLI, '__manual'];
    const whole = execFileSync(process.execPath, words, { env, encoding: 'utf8' });
    expect(whole.length).toBeGreaterThan(8_192);
    const read = execFileSync('python3', ['-c', WAITS_FOR_NOBODY, process.execPath, ...words], {
      env,
      encoding: 'utf8',
    });
    expect(read).toBe(whole);
  });

  it('ends with its answer, also when the other side keeps the connection', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kept-'));
    const socket = join(folder, 'broker.sock');
    const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n';
    const kept: Socket[] = [];
    const server = createServer({ allowHalfOpen: true }, (one) => {
      kept.push(one.on('error', () => undefined));
      one.once('data', () => one.write(`${head}{}`));
    }).listen(socket);
    await once(server, 'listening');
    const child = spawn(process.execPath, [NODE_CLI, 'status', '--json'], {
      env: { ...env, GLOBUS_TOKEN_SOCK: socket },
    });
    const [code] = (await once(child, 'close')) as [number | null];
    expect({ code, asked: kept.length }).toEqual({ code: 0, asked: 1 });
    for (const one of kept) one.destroy();
    server.close();
    await rm(folder, { recursive: true });
  });
});

function missing(name: string): never {
  throw new Error(`there is no command ${name}`);
}
