import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, lchown, link, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { exitCode, type ExitName } from '../../cli/exit-codes.ts';
import { COMMON_OPTIONS } from '../../cli/parse.ts';
import { exitOf } from '../../cli/reasons.ts';
import { TOKEN_OPTIONS } from '../../cli/token-query.ts';
import { asciiJson } from '../../main/broker/ascii-json.ts';
import {
  type Reason,
  REASONS,
  type TokenAnswer,
  VAULT_TROUBLES,
  type VaultTroubleCode,
} from '../../main/broker/contract.ts';
import { problemDocument } from '../../main/broker/problems.ts';
import { build } from '../../scripts/build.mjs';
import { LAUNCHER, NODE_CLI } from '../support/cli-rig.ts';
import {
  deadSocket,
  type Heard,
  jsonAnswer,
  refusal,
  type Scripted,
  type ScriptedBroker,
  scriptedBroker,
  textAnswer,
} from '../support/scripted-broker.ts';

/** What the launcher needs for `get` and `header`, and no Node. */
const BARE = join(tmpdir(), `bare-${randomUUID()}`);
const PROGRAMS = ['curl', 'id', 'ls', 'readlink'];
const WITHOUT_NODE = {
  code: 23,
  stdout: '',
  stderr:
    'globus-token: This needs Node.js 20.19 or newer, and none was found.\n' +
    'hint: Install nodejs, or set GLOBUS_TOKEN_NODE to its path\n',
};

/** Whoever runs it, it is one program (CHECKLIST 39, 48). */
const RUNNERS: readonly (readonly [name: string, command: readonly string[]])[] = [
  ['Node', [process.execPath, NODE_CLI]],
  ['the launcher', [LAUNCHER]],
  ['the launcher without Node', ['/usr/bin/env', `PATH=${BARE}`, LAUNCHER]],
  ...(
    [
      ['dash', ['/usr/bin/dash']],
      ['bash', ['/usr/bin/bash']],
      ['bash as sh', ['/usr/bin/bash', '--posix']],
      ['zsh', ['/usr/bin/zsh']],
      ['zsh as sh', ['/usr/bin/zsh', '--emulate', 'sh']],
      ['busybox', ['/usr/bin/busybox', 'sh']],
      ['ksh', ['/usr/bin/ksh']],
      ['mksh', ['/usr/bin/mksh']],
    ] as const
  )
    .filter(([, [shell]]) => existsSync(shell))
    .flatMap(([name, shell]) => [
      [`the launcher in ${name}`, [...shell, LAUNCHER]] as const,
      [`the launcher in ${name} without Node`, ['/usr/bin/env', `PATH=${BARE}`, ...shell, LAUNCHER]] as const,
    ]),
];

// Several shells one after another, on a machine that may be busy.
vi.setConfig({ testTimeout: 20_000 });

const TOKEN = 'Ag0token-_.~+/=';
/** With everything in it that JSON escapes, and that is not ASCII. */
const ANSWER: TokenAnswer = {
  access_token: TOKEN,
  token_type: 'Bearer',
  scope: 'a"b\\c',
  scopes: ['a"b\\c', `*[]{}$\`'!#~^|&;<>?%,x`],
  resource_server: 'flows.globus.org',
  origins: [],
  expires_at: 1_900_000_000,
  expires_in: 9,
  account: 'Łukasz \u202e\u009b“東京”@uni.example',
};
const HELP = { get: 'globus-token get --help', header: 'globus-token header --help' };
const DURATION = 'Write 90s, 30m, 72h or 7d';

type Mistake = readonly [words: readonly string[], detail: string, next: string];

/** Wrong words, what is wrong with them, and the next step. */
const MISTAKES: readonly Mistake[] = [
  [['get'], 'get needs <scope>', HELP.get],
  [['header', '--'], 'header needs <scope>', HELP.header],
  [['get', 'x', 'y', 'z'], 'get does not take "y"', HELP.get],
  [['get', 'x', ''], 'get does not take ""', HELP.get],
  [['get', 'x', '--', '--wait'], 'get does not take "--wait"', HELP.get],
  [['header', 'x', 'a"b\\c\'$`!*[]'], 'header does not take "a\\"b\\\\c\'$`!*[]"', HELP.header],
  [['header', 'x', '--frob'], 'unknown option "--frob" of header', HELP.header],
  [['header', 'x', '--frob=1'], 'unknown option "--frob" of header', HELP.header],
  [['get', '-x'], 'unknown option "-x" of get', HELP.get],
  [['get', '-xy', 'z'], 'unknown option "-x" of get', HELP.get],
  [['get', '--account=a', '-\\"'], 'unknown option "-\\\\" of get', HELP.get],
  [
    ['get', 'x', '--acount', 'y'],
    'unknown option "--acount" of get',
    `did you mean --account? See ${HELP.get}`,
  ],
  [['get', 'x', '--acc=y'], 'unknown option "--acc" of get', `did you mean --account? See ${HELP.get}`],
  [['header', '--jsno'], 'unknown option "--jsno" of header', `did you mean --json? See ${HELP.header}`],
  [['header', '--Wait', '1'], 'unknown option "--Wait" of header', `did you mean --wait? See ${HELP.header}`],
  [['get', 'x', '--json=yes'], '--json takes no value', HELP.get],
  [['get', 'x', '--name', '--wait'], '--name needs a value: --name <text>', HELP.get],
  [['get', 'x', '--account', '--'], '--account needs a value: --account <name>', HELP.get],
  [['get', 'x', '--wait', 'soon'], '--wait takes a duration, not "soon".', DURATION],
  [['get', 'x', '--wait='], '--wait takes a duration, not "".', DURATION],
  [['get', 'x', '--wait', '1158d'], '--wait takes a duration, not "1158d".', DURATION],
  [['get', 'x', '--wait', '99999999d'], '--wait takes a duration, not "99999999d".', DURATION],
  [['get', 'x', '--wait', '123456789'], '--wait takes a duration, not "123456789".', DURATION],
  [['get', 'x', '--wait', 'x', '--min-ttl', '1h30m'], '--min-ttl takes a duration, not "1h30m".', DURATION],
  // Whatever becomes an option of theirs, the shell knows it.
  ...Object.entries({ ...TOKEN_OPTIONS, ...COMMON_OPTIONS }).map(([name, { type, value = '' }]): Mistake =>
    type === 'string'
      ? [['get', 'x', `--${name}`], `--${name} needs a value: --${name} ${value}`, HELP.get]
      : [['header', 'x', `--${name}=1`], `--${name} takes no value`, HELP.header],
  ),
];
const ENV = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, HOME: '/nonexistent' };
let broker: ScriptedBroker;
let folder: string;

beforeAll(async () => {
  await build({ only: ['cli'] });
  broker = await scriptedBroker();
  folder = await mkdtemp(join(tmpdir(), 'one-'));
  await mkdir(BARE);
  await Promise.all(PROGRAMS.map((name) => symlink(join('/usr/bin', name), join(BARE, name))));
}, 60_000);
afterAll(async () => {
  await broker.end();
  for (const place of [folder, BARE]) await rm(place, { recursive: true, force: true });
});
afterEach(() => void broker.heard.splice(0));

interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
  milliseconds: number;
}

/** Without a terminal: in a session of its own. */
async function run(
  [program = '', ...args]: readonly string[],
  words: readonly string[],
  env: Record<string, string> = {},
): Promise<Ran> {
  const started = performance.now();
  const child = spawn(program, [...args, ...words], {
    env: { ...ENV, GLOBUS_TOKEN_SOCK: broker.socket, ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr, milliseconds: performance.now() - started };
}

describe.each(RUNNERS)('globus-token as %s', (name, command) => {
  const everything = !name.includes(' in ');
  const hasNode = !name.includes('without');

  it('[C48] prints the bare token, and asks for what was wanted', async () => {
    broker.say = textAnswer(TOKEN);
    const words = ['get', 'a b&c=@d', '--account', 'ada@uni.example', '--min-ttl=2h', '--name', 'the "job"'];
    expect(await run(command, words)).toMatchObject({ code: 0, stdout: `${TOKEN}\n`, stderr: '' });
    expect(broker.heard).toEqual([
      {
        method: 'GET',
        path: '/v1/token',
        query: {
          ...{ scope: 'a b&c=@d', account: 'ada@uni.example', min_ttl: '7200', name: 'the "job"', wait: '0' },
        },
        accept: 'text/plain',
        body: '',
      },
    ]);
  });

  it('[C48] prints the whole header', async () => {
    broker.say = textAnswer(`Authorization: Bearer ${TOKEN}`);
    const stdout = `Authorization: Bearer ${TOKEN}\n`;
    expect(await run(command, ['header', 'view_flows'])).toMatchObject({ code: 0, stdout, stderr: '' });
    expect(broker.heard[0]?.path).toBe('/v1/header');
  });

  it('[C49] gives a person the time that --wait or GLOBUS_TOKEN_WAIT says, and none without', async () => {
    broker.say = textAnswer(TOKEN);
    await run(command, ['get', 'x', '--wait', '2m']);
    await run(command, ['get', 'x'], { GLOBUS_TOKEN_WAIT: '45s' });
    await run(command, ['get', 'x', '--wait=7'], { GLOBUS_TOKEN_WAIT: '45s' });
    await run(command, ['get', 'x']);
    expect(broker.heard.map(({ query }) => query['wait'])).toEqual(['120', '45', '7', '0']);
  });

  it.each(refusals(everything))('[C48] ends with its own code for %s %s', async (reason, trouble, exit) => {
    broker.say = refusal(reason, trouble);
    const { detail, next } = problemDocument(reason, { trouble });
    const stderr = `globus-token: ${detail}\nhint: ${next}\n`;
    expect(await run(command, ['get', 'view_flows'])).toMatchObject({
      code: exitCode(exit),
      stdout: '',
      stderr,
    });
  });

  it('[C48] understands a refusal that comes as JSON, and one that it does not know', async () => {
    const document = { reason: 'brand-new', detail: 'Never heard of.', next: 'Update.' };
    broker.say = () => ({ status: 403, type: 'application/problem+json', body: JSON.stringify(document) });
    const stderr = 'globus-token: Never heard of.\nhint: Update.\n';
    // No shell reads JSON.
    const read = hasNode ? stderr : noAgent();
    expect(await run(command, ['get', 'x'])).toMatchObject({ code: 1, stdout: '', stderr: read });
    broker.say = () => ({ status: 403, type: 'text/plain', body: 'brand-new\nNever heard of.\nUpdate.\n' });
    expect(await run(command, ['get', 'x'])).toMatchObject({ code: 1, stdout: '', stderr });
    broker.say = () => ({ status: 403, type: 'text/html', body: '<h1>Forbidden</h1>\n<p>No.</p>\n' });
    expect(await run(command, ['get', 'x'])).toMatchObject({ code: 1, stdout: '', stderr: noAgent() });
  });

  it('lets nothing that moves a cursor onto the terminal', async () => {
    broker.say = () => ({ status: 403, type: 'text/plain', body: 'denied\nred \u001b[31malert\nno\u0007\n' });
    const stderr = 'globus-token: red  [31malert\nhint: no\n';
    expect(await run(command, ['get', 'x'])).toMatchObject({ code: 5, stdout: '', stderr });
  });

  it.each([
    ['a C1 control', 'red \u009b31malert', 'red  31malert'],
    ['a direction', 'pay \u202eeve', 'pay  eve'],
    ['an isolate', 'pay \u2066eve', 'pay  eve'],
    ['a mark without width', 'pay\u200beve', 'pay eve'],
    ['several, its ends too', '\u200b\u0007 pay\u200b\u001b\u2028\u0085eve\u202e', 'pay eve'],
  ])('nor %s, which bytes do not show', async (_what, detail, shown) => {
    broker.say = () => ({ status: 403, type: 'text/plain', body: `denied\n${detail}\nIt’s “no” – naïve…\n` });
    const stderr = `globus-token: ${shown}\nhint: It’s “no” – naïve…\n`;
    expect(await run(command, ['get', 'x'])).toMatchObject({ code: 5, stdout: '', stderr });
    // Asked twice, a person would be.
    expect(broker.heard).toHaveLength(1);
  });

  it('shows what is written in any language as it is, and asks once', async () => {
    broker.say = () => ({
      status: 403,
      type: 'text/plain',
      body: 'denied\nIt’s Łukasz Müller “no” – 東京…\nno\n',
    });
    const stderr = 'globus-token: It’s Łukasz Müller “no” – 東京…\nhint: no\n';
    expect(await run(command, ['get', 'x'])).toMatchObject({ code: 5, stdout: '', stderr });
    expect(broker.heard).toHaveLength(1);
  });

  it('does not print megabytes as a token', async () => {
    broker.say = textAnswer('A'.repeat(5_000_000));
    expect(await run(command, ['get', 'x'])).toMatchObject({ code: 1, stdout: '' });
  });

  it('[C30] sends nothing to the socket of another user, and nothing into a linked folder', async () => {
    broker.say = textAnswer(TOKEN);
    const theirs = await mkdtemp(join(tmpdir(), 'theirs-'));
    try {
      const place = join(theirs, 'globus-token');
      const socket = join(place, 'broker.sock');
      const stays = join(theirs, 'kept');
      await mkdir(stays);
      await link(broker.socket, join(stays, 'broker.sock'));
      const refused = { code: 3, stdout: '' };
      const hint = /nothing was sent\.\nhint: globus-token doctor\n$/;
      const asked = async (env: Record<string, string>) => {
        const { code, stdout, stderr } = await run(command, ['get', 'x'], env);
        expect(stderr).toMatch(hint);
        expect({ code, stdout }).toEqual(refused);
      };
      await symlink(stays, place);
      await asked({ GLOBUS_TOKEN_SOCK: '', XDG_RUNTIME_DIR: theirs });
      await asked({ GLOBUS_TOKEN_SOCK: socket });
      // Only root can give something away; for anybody else the links above are what there is.
      if (process.geteuid?.() === 0) {
        await chown(stays, 65_534, 65_534);
        await asked({ GLOBUS_TOKEN_SOCK: join(stays, 'broker.sock') });
        await asked({ GLOBUS_TOKEN_SOCK: join(stays, 'none.sock') });
        await asked({ GLOBUS_TOKEN_SOCK: join(stays, 'broker.sock'), GLOBUS_TOKEN_NODE: '/nonexistent' });
      }
      expect(broker.heard).toEqual([]);
    } finally {
      await rm(theirs, { recursive: true, force: true });
    }
  });

  it('[C30] follows one link of the user’s, as docs/ssh.md has it for tmux, and no second and nobody else’s', async () => {
    broker.say = textAnswer(TOKEN);
    const place = await mkdtemp(join(tmpdir(), 'linked-'));
    const shared = `/tmp/${randomUUID()}.sock`;
    const at = (...words: string[]) => join(place, ...words);
    const asked = (socket: string) => run(command, ['get', 'x'], { GLOBUS_TOKEN_SOCK: socket });
    const given = { code: 0, stdout: `${TOKEN}\n`, stderr: '' };
    const refused = {
      code: 3,
      stdout: '',
      stderr: expect.stringMatching(/nothing was sent\.\nhint: globus-token doctor\n$/) as string,
    };
    try {
      await mkdir(at('far'));
      await link(broker.socket, at('far', 'forward.sock'));
      await symlink('far/forward.sock', at('current.sock'));
      expect(await asked(at('current.sock'))).toMatchObject(given);
      await symlink(broker.socket, shared);
      expect(await asked(shared)).toMatchObject(given);
      broker.heard.splice(0);
      await symlink('current.sock', at('second.sock'));
      expect(await asked(at('second.sock'))).toMatchObject(refused);
      await symlink('far', at('near'));
      await symlink(at('near', 'forward.sock'), at('folder.sock'));
      expect(await asked(at('folder.sock'))).toMatchObject(refused);
      await symlink('gone.sock', at('gone-too.sock'));
      const stderr = `globus-token: No agent answers at ${at('gone-too.sock')}.\nhint: Start the app, or: globus-token agent\n`;
      expect(await asked(at('gone-too.sock'))).toMatchObject({ code: 3, stdout: '', stderr });
      if (process.geteuid?.() === 0) {
        await lchown(shared, 65_534, 65_534);
        expect(await asked(shared)).toMatchObject(refused);
        await chown(at('far'), 65_534, 65_534);
        expect(await asked(at('current.sock'))).toMatchObject(refused);
      }
      expect(broker.heard).toEqual([]);
    } finally {
      await rm(place, { recursive: true, force: true });
      await rm(shared, { force: true });
    }
  });

  it('takes a socket of the user in /tmp, as ssh -R makes it', async () => {
    broker.say = textAnswer(TOKEN);
    const socket = `/tmp/${randomUUID()}.sock`;
    const forwarded = forward(socket);
    try {
      await once(forwarded, 'listening');
      const given = await run(command, ['get', 'x'], { GLOBUS_TOKEN_SOCK: socket });
      expect(given).toMatchObject({ code: 0, stdout: `${TOKEN}\n`, stderr: '' });
    } finally {
      forwarded.close();
    }
  });

  it('[C48] says so when the agent ends while it answers', async () => {
    broker.say = () => 'gone';
    expect(await run(command, ['get', 'x'])).toMatchObject({ code: 1, stdout: '', stderr: noAgent() });
  });

  it('[C48] takes an agent that has no room for one more caller for busy, not for absent', async () => {
    const socket = join(folder, `full-${randomUUID()}.sock`);
    const full = spawn('/usr/bin/python3', ['-c', FULL, socket]);
    try {
      await once(full.stdout, 'data');
      const stderr = `globus-token: The agent at ${socket} is busy.\nhint: Ask again in a moment\n`;
      const ran = await run(command, ['get', 'x'], { GLOBUS_TOKEN_SOCK: socket });
      expect(ran).toMatchObject({ code: 22, stdout: '', stderr });
    } finally {
      full.kill('SIGKILL');
    }
  });

  it('[C48] says that its answer could not be written', async () => {
    broker.say = textAnswer(TOKEN);
    const onto = ['/usr/bin/dash', '-c', 'exec "$@" >/dev/full', 'sh', ...command];
    expect(await run(onto, ['get', 'x'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr:
        'globus-token: The answer could not be written.\n' +
        'hint: Send it to where there is room, and ask again\n',
    });
  });

  it.each([
    ['several lines', 'one\ntwo'],
    ['nothing', ''],
    ['HTML', '<p>\u001b[2J</p>'],
  ])('prints no token that is none: %s', async (_what, body) => {
    broker.say = () => ({ status: 200, type: 'text/plain', body });
    const stderr = 'globus-token: What answered is no token.\nhint: globus-token doctor\n';
    expect(await run(command, ['get', 'x'])).toMatchObject({ code: 1, stdout: '', stderr });
  });

  it('[C49] ends within 2 s when the agent takes the connection and is silent', async () => {
    broker.say = () => 'silent';
    const { code, stdout, stderr, milliseconds } = await run(command, ['get', 'x']);
    expect({ code, stdout, stderr }).toEqual({
      code: 22,
      stdout: '',
      stderr:
        `globus-token: The agent at ${broker.socket} takes connections but does not answer.\n` +
        'hint: globus-token doctor\n',
    });
    // Two of it are its own; the rest is what a busy machine takes to start it.
    expect(milliseconds).toBeLessThan(3_000);
  });

  if (everything) {
    it('waits on for an agent that is alive: a renewal may take its time', async () => {
      let asked = 0;
      broker.say = ({ path }) => {
        if (path === '/v1/status') return { status: 200, type: 'application/json', body: '{}' };
        asked += 1;
        return 'silent';
      };
      const running = run(command, ['get', 'x']);
      await expect
        .poll(() => broker.heard.some(({ path }) => path === '/v1/status'), { timeout: 8_000 })
        .toBe(true);
      broker.say = textAnswer(TOKEN);
      broker.release();
      expect(await running).toMatchObject({ code: 0, stdout: `${TOKEN}\n`, stderr: '' });
      expect(asked).toBeGreaterThan(0);
    });
  }

  it.each([
    ['nothing was ever there', () => Promise.resolve(join(folder, 'none.sock'))],
    ['a killed agent left its socket', () => deadSocket(folder)],
  ])('[C51] names the agent to start when %s', async (_what, socketOf) => {
    const socket = await socketOf();
    const stderr =
      `globus-token: No agent answers at ${socket}.\n` + 'hint: Start the app, or: globus-token agent\n';
    const ran = await run(command, ['get', 'x'], { GLOBUS_TOKEN_SOCK: socket });
    expect(ran).toMatchObject({ code: 3, stdout: '', stderr });
    await rm(socket, { force: true });
  });

  it.each([
    ['relative.sock', 'GLOBUS_TOKEN_SOCK must be an absolute path, not relative.sock.'],
    ['x\u001b]0;y\u0007z', 'GLOBUS_TOKEN_SOCK must be an absolute path, not x ]0;y z.', 'Node looks closer'],
    [
      '/home/ada/x.sock',
      '/home/ada/x.sock is under the home folder, which other machines may share; set GLOBUS_TOKEN_SOCK to a path elsewhere.',
    ],
    [
      '/tmp/../home//ada/x.sock',
      '/tmp/../home//ada/x.sock is under the home folder, which other machines may share; set GLOBUS_TOKEN_SOCK to a path elsewhere.',
      'Node looks closer',
    ],
    [
      `/tmp/${'x'.repeat(150)}`,
      `/tmp/${'x'.repeat(150)} has 155 bytes, a socket’s path at most 104; set GLOBUS_TOKEN_SOCK to a shorter one.`,
      'Node looks closer',
    ],
  ])('refuses the socket %s', async (socket, message, closer?: string) => {
    const ran = await run(command, ['get', 'x'], { GLOBUS_TOKEN_SOCK: socket, HOME: '/home/ada/' });
    if (closer !== undefined && !hasNode) return void expect(ran).toMatchObject(WITHOUT_NODE);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr.replace("'", '’')).toBe(`globus-token: ${message}\nhint: unset GLOBUS_TOKEN_SOCK\n`);
  });

  it('finds the socket as the agent does', async () => {
    const none = { GLOBUS_TOKEN_SOCK: '' };
    const where = async (env: Record<string, string>) =>
      /at (.*)\.\n/.exec((await run(command, ['get', 'x'], { ...none, ...env })).stderr)?.[1];
    const uid = process.getuid?.() ?? 0;
    expect(await where({ XDG_RUNTIME_DIR: `${folder}//` })).toBe(`${folder}/globus-token/broker.sock`);
    const logind = `/run/user/${uid}`;
    const usual = `/tmp/globus-token-${uid}/broker.sock`;
    if (existsSync(usual) || existsSync(`${logind}/globus-token/broker.sock`)) return;
    expect(await where({ XDG_RUNTIME_DIR: '' })).toBe(
      existsSync(logind) ? `${logind}/globus-token/broker.sock` : usual,
    );
    expect(await where({ XDG_RUNTIME_DIR: 'relative' })).toBe(usual);
    expect(await where({ XDG_RUNTIME_DIR: `${folder}/home/run`, HOME: `${folder}/home/` })).toBe(usual);
    expect(await where({ XDG_RUNTIME_DIR: `${folder}/home2`, HOME: `${folder}/home` })).toBe(
      `${folder}/home2/globus-token/broker.sock`,
    );
  });

  it.each(MISTAKES)('[C48] refuses %j with 2, a hint, and nothing on stdout', async (words, detail, next) => {
    const stderr = `globus-token: ${detail}\nhint: ${next}\n`;
    expect(await run(command, words)).toMatchObject({ code: 2, stdout: '', stderr });
    const ran = await run(command, [words[0] ?? '', '--json', ...words.slice(1)]);
    const error = { exit: 'usage', code: 2, reason: null, detail, next };
    expect(ran).toMatchObject({ code: 2, stdout: '', stderr: `${JSON.stringify({ error })}\n` });
    expect(broker.heard).toEqual([]);
  });

  it('[C48] refuses a time in GLOBUS_TOKEN_WAIT that is none, after one of an option', async () => {
    const env = { GLOBUS_TOKEN_WAIT: 'so"on' };
    const refused = (name: string, value: string) => ({
      code: 2,
      stdout: '',
      stderr: `globus-token: ${name} takes a duration, not ${JSON.stringify(value)}.\nhint: Write 90s, 30m, 72h or 7d\n`,
    });
    expect(await run(command, ['get', 'x'], env)).toMatchObject(refused('GLOBUS_TOKEN_WAIT', 'so"on'));
    const words = ['get', 'x', '--min-ttl', 'late'];
    expect(await run(command, words, env)).toMatchObject(refused('--min-ttl', 'late'));
    broker.say = textAnswer(TOKEN);
    expect(await run(command, ['get', 'x', '--wait', '1'], env)).toMatchObject({ code: 0 });
  });

  it.each([
    [['gte', 'x'], 'unknown command "gte"', 'did you mean globus-token get?'],
    [['get', 'x', '--=y'], 'unknown option "--=y" of get', 'globus-token get --help'],
    [['get', 'x', 'naïve'], 'get does not take "naïve"', 'globus-token get --help'],
    [['get', 'x', 'a\nb'], 'get does not take "a\\nb"', 'globus-token get --help'],
    [['get', 'x', '--\u202efrob'], 'unknown option "-- frob" of get', 'globus-token get --help'],
  ])('[C48] leaves to Node what it cannot repeat: %j', async (words, message, hint) => {
    const stderr = `globus-token: ${message}\nhint: ${hint}\n`;
    expect(await run(command, words)).toMatchObject(hasNode ? { code: 2, stdout: '', stderr } : WITHOUT_NODE);
    expect(broker.heard).toEqual([]);
  });

  it('[C48] takes every word that is right, and the last of two', async () => {
    broker.say = textAnswer(TOKEN);
    const words = ['--wait', '5', '--interactive', '--name', '-', '--min-ttl=05m', '--account=', '--wait=09'];
    expect(await run(command, ['get', ...words, '--', '-x'])).toMatchObject({ code: 0, stderr: '' });
    expect(await run(command, ['get', ''])).toMatchObject({ code: 0 });
    expect(await run(command, ['get', 'x', '--min-ttl', '1157d'])).toMatchObject({ code: 0 });
    expect(broker.heard.map(({ query }) => query)).toEqual([
      { scope: '-x', account: '', min_ttl: '300', wait: '9', name: '-', interactive: '1' },
      { scope: '', wait: '0' },
      { scope: 'x', min_ttl: '99964800', wait: '0' },
    ]);
  });

  it('[C48] prints the header as JSON under --json', async () => {
    broker.say = textAnswer(`Authorization: Bearer ${TOKEN}`);
    const stdout = `{\n  "header": "Authorization: Bearer ${TOKEN}"\n}\n`;
    for (const words of [
      ['--json', 'x'],
      ['x', '--json', '--json'],
    ]) {
      expect(await run(command, ['header', ...words])).toMatchObject({ code: 0, stdout, stderr: '' });
    }
    expect(broker.heard.map(({ accept }) => accept)).toEqual(['text/plain', 'text/plain']);
  });

  it('[C48] prints the token with all that is known of it as JSON under --json, asked for once', async () => {
    broker.say = tokenAnswer;
    const stdout = `${asciiJson(ANSWER)}\n`;
    expect(JSON.parse(stdout)).toEqual(ANSWER);
    expect(await run(command, ['get', 'x', '--json'])).toMatchObject({ code: 0, stdout, stderr: '' });
    expect(broker.heard).toMatchObject([{ path: '/v1/token', query: { scope: 'x', wait: '0' } }]);
  });

  it('[C48] reads the JSON of an agent that writes it in one line by Node alone', async () => {
    broker.say = jsonAnswer(ANSWER);
    const given = { code: 0, stdout: `${asciiJson(ANSWER)}\n`, stderr: '' };
    expect(await run(command, ['get', 'x', '--json'])).toMatchObject(hasNode ? given : inJson(23));
  });

  it.each([
    ['no JSON', TOKEN],
    ['another document', '{\n  "access_tokens": "x"\n}'],
    ['no token in it', '{\n  "access_token": "a b",\n  "scopes": []\n}'],
    ['nothing in its place', '{\n  "access_token": "",\n  "scopes": []\n}'],
  ])('[C48] passes on as JSON no token that is none: %s', async (_what, body) => {
    broker.say = () => ({ status: 200, type: body === TOKEN ? 'text/plain' : 'application/json', body });
    const ran = await run(command, ['get', 'x', '--json']);
    expect(ran).toMatchObject(inJson(1, 'What answered is no token.'));
  });

  it.each(['\u001b[2J', '\u009b2J', '\u202e', '\u0007'])(
    'lets nothing that moves a cursor onto the terminal in JSON either: %j',
    async (mark) => {
      const body = `{\n  "access_token": "${TOKEN}",\n  "account": "a${mark}b"\n}\n`;
      broker.say = () => ({ status: 200, type: 'application/json', body });
      const { stdout, stderr } = await run(command, ['get', 'x', '--json']);
      expect(stdout + stderr).not.toContain(mark);
    },
  );

  it.each(refusals(everything))(
    '[C48] has the same codes under --json, and the error as JSON on stderr: %s %s',
    async (reason, trouble, exit) => {
      broker.say = refusal(reason, trouble, { detail: 'A "b" \\c – “d”.' });
      const { detail, next } = problemDocument(reason, { trouble, detail: 'A "b" \\c – “d”.' });
      const error = { exit, code: exitCode(exit), reason, detail, next };
      const refused = { code: exitCode(exit), stdout: '', stderr: `${JSON.stringify({ error })}\n` };
      expect(await run(command, ['get', 'x', '--json'])).toMatchObject(refused);
      expect(broker.heard).toHaveLength(1);
      if (reason === 'locked') expect(await run(command, ['header', 'x', '--json'])).toMatchObject(refused);
    },
  );

  it('[C48] has those of its own under --json, too', async () => {
    const socket = join(folder, 'none.sock');
    const absent = { exit: 'no-agent', code: 3, reason: null, detail: `No agent answers at ${socket}.` };
    const next = 'Start the app, or: globus-token agent';
    const stderr = `${JSON.stringify({ error: { ...absent, next } })}\n`;
    for (const name of ['get', 'header']) {
      const ran = await run(command, [name, 'x', '--json'], { GLOBUS_TOKEN_SOCK: socket });
      expect(ran).toMatchObject({ code: 3, stdout: '', stderr });
      const relative = await run(command, [name, 'x', '--json'], { GLOBUS_TOKEN_SOCK: 'x.sock' });
      const detail = 'GLOBUS_TOKEN_SOCK must be an absolute path, not x.sock.';
      const wrong = { exit: 'usage', code: 2, reason: null, detail, next: 'unset GLOBUS_TOKEN_SOCK' };
      expect(relative.stderr).toBe(`${JSON.stringify({ error: wrong })}\n`);
      expect(relative.code).toBe(2);
    }
    broker.say = () => 'gone';
    const { code, stderr: said } = await run(command, ['get', 'x', '--json']);
    expect(code).toBe(1);
    const [, detail, hint] = /^globus-token: (.*)\nhint: (.*)\n$/.exec(noAgent()) ?? [];
    const error = { exit: 'failed', code: 1, reason: null, detail, next: hint };
    expect(said).toBe(`${JSON.stringify({ error })}\n`);
  });
});

/** A token as the real broker answers it: JSON for whom it is the first choice. */
function tokenAnswer({ accept }: Heard): Scripted {
  if (accept.startsWith('text/plain')) return textAnswer(TOKEN)();
  return { status: 200, type: 'application/json', body: `${asciiJson(ANSWER)}\n` };
}

/** What stands on stderr under --json. */
function inJson(code: number, detail?: string): Record<string, unknown> {
  const stderr = expect.stringMatching(
    new RegExp(`^\\{"error":\\{"exit":"[a-z-]+","code":${code},.*${detail ?? ''}.*\\}\n$`),
  ) as string;
  return { code, stdout: '', stderr };
}

function noAgent(): string {
  return (
    `globus-token: What answers at ${broker.socket} is no agent, or it ended while it answered.\n` +
    'hint: globus-token doctor\n'
  );
}

/** Listens at its argument, takes nobody, and has one waiting: the next is one too many. */
const FULL = `
import signal, socket, sys
server, first = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
server.bind(sys.argv[1])
server.listen(0)
first.connect(sys.argv[1])
print("full", flush=True)
signal.pause()
`;

/** Passes bytes on, as sshd does. */
function forward(socket: string): Server {
  return createServer((from) => {
    const to = connect(broker.socket);
    from.pipe(to).pipe(from);
    for (const end of [from, to]) end.on('error', () => undefined);
  }).listen(socket);
}

/** @param everything false: a few, for shells where the same lines run once more */
function refusals(everything: boolean): [Reason, VaultTroubleCode | undefined, ExitName][] {
  const reasons = Object.keys(REASONS) as Reason[];
  const all = allRefusals(reasons);
  return everything ? all : all.filter(([reason]) => ['locked', 'no-answer', 'unreachable'].includes(reason));
}

function allRefusals(reasons: readonly Reason[]): [Reason, VaultTroubleCode | undefined, ExitName][] {
  return [
    ...reasons.map((reason): [Reason, undefined, ExitName] => [reason, undefined, exitOf(reason, null)]),
    ...VAULT_TROUBLES.map((trouble): [Reason, VaultTroubleCode, ExitName] => [
      'vault-trouble',
      trouble,
      exitOf('vault-trouble', trouble),
    ]),
  ];
}
