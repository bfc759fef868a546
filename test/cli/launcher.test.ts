import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { asciiJson } from '../../main/broker/ascii-json.ts';
import { build } from '../../scripts/build.mjs';
import { LAUNCHER, NODE_CLI } from '../support/cli-rig.ts';
import { connectProxy } from '../support/connect-proxy.ts';
import { onTerminal } from '../support/pty.ts';
import {
  jsonAnswer,
  refusal,
  type ScriptedBroker,
  scriptedBroker,
  textAnswer,
} from '../support/scripted-broker.ts';

vi.setConfig({ testTimeout: 30_000 });

const TOKEN = 'AgSecretOfTheLauncher0';
const SHELLS: readonly (readonly [string, readonly string[]])[] = [
  ['sh', []],
  ['bash', ['/usr/bin/bash']],
  ['bash as sh', ['/usr/bin/bash', '--posix']],
  ['zsh as sh', ['/usr/bin/zsh', '--emulate', 'sh']],
];
/** What the launcher may start. */
const PROGRAMS = {
  curl: '/usr/bin/curl',
  id: '/usr/bin/id',
  readlink: '/usr/bin/readlink',
  node: process.execPath,
};

let broker: ScriptedBroker;
let folder: string;
let home: string;
/** Every program here writes down its arguments and environment before it becomes the real one. */
let watched: string;

beforeAll(async () => {
  await build({ only: ['cli'] });
  broker = await scriptedBroker();
}, 60_000);
afterAll(() => broker.end());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'launch-'));
  home = join(folder, 'home');
  watched = join(folder, 'bin');
  await mkdir(home);
  await mkdir(watched);
  for (const [name, path] of Object.entries(PROGRAMS)) {
    await program(name, `{ echo "$0 $*"; env; } >>'${folder}/started'\nexec '${path}' "$@"`);
  }
  broker.say = textAnswer(TOKEN);
});
afterEach(async () => {
  broker.heard.splice(0);
  await rm(folder, { recursive: true, force: true });
});

async function program(name: string, body: string): Promise<void> {
  await writeFile(join(watched, name), `#!/bin/sh\nPATH=/usr/bin:/bin\n${body}\n`);
  await chmod(join(watched, name), 0o755);
}

interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

async function run(
  words: readonly string[],
  env: Record<string, string> = {},
  shell: readonly string[] = [],
  launcher = LAUNCHER,
): Promise<Ran> {
  const [file = '', ...args] = [...shell, launcher, ...words];
  const child = spawn(file, args, {
    env: { PATH: watched, HOME: home, GLOBUS_TOKEN_SOCK: broker.socket, ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

const GIVEN = { code: 0, stdout: `${TOKEN}\n`, stderr: '' };

describe.each(SHELLS)('the launcher in %s', (_name, shell) => {
  it('finds logind’s folder where nobody told of it, as below cron', async () => {
    const root = join(folder, 'logind');
    const place = join(root, String(process.getuid?.() ?? 0));
    const copy = join(folder, 'launcher.sh');
    await writeFile(copy, (await readFile(LAUNCHER, 'utf8')).replaceAll('/run/user/', `${root}/`));
    await rm(join(watched, 'node'));
    const untold = { GLOBUS_TOKEN_SOCK: '', XDG_RUNTIME_DIR: '' };
    const below = shell.length === 0 ? ['/bin/sh'] : shell;
    await mkdir(join(folder, 'theirs', 'globus-token'), { recursive: true, mode: 0o700 });
    await link(broker.socket, join(folder, 'theirs', 'globus-token', 'broker.sock'));
    await mkdir(root);
    await symlink(join(folder, 'theirs'), place);
    expect((await run(['get', 'x'], untold, below, copy)).stdout).not.toContain(TOKEN);
    await rm(place);
    await rename(join(folder, 'theirs'), place);
    expect(await run(['get', 'x'], untold, below, copy)).toEqual(GIVEN);
  });

  it('passes over logind’s folder when it is named and gone, as after the last session', async () => {
    const uid = String(process.getuid?.() ?? 0);
    const copy = join(folder, 'launcher.sh');
    const text = await readFile(LAUNCHER, 'utf8');
    await writeFile(copy, text.replaceAll('/tmp/', `${folder}/`).replaceAll('/run/user/', `${folder}/`));
    await rm(join(watched, 'node'));
    const place = join(folder, `globus-token-${uid}`);
    await mkdir(place, { mode: 0o700 });
    await link(broker.socket, join(place, 'broker.sock'));
    const below = shell.length === 0 ? ['/bin/sh'] : shell;
    const named = { GLOBUS_TOKEN_SOCK: '', XDG_RUNTIME_DIR: join(folder, uid) };
    expect(await run(['get', 'x'], named, below, copy)).toEqual(GIVEN);
    await mkdir(named.XDG_RUNTIME_DIR);
    expect(await run(['get', 'x'], named, below, copy)).toMatchObject({ code: 3 });
  });

  it('[C39] needs curl alone, and tells the token to no program', async () => {
    await rm(join(watched, 'node'));
    expect(await run(['get', 'x'], {}, shell)).toEqual(GIVEN);
    const started = await readFile(join(folder, 'started'), 'utf8');
    expect(started.match(/^\/\S+\/bin\/\w+ .*$/gm)).toHaveLength(1);
    expect(started).not.toContain(TOKEN);
  });

  it('[C39] does the same with JSON, with a trace in ~/.curlrc and a proxy for everything', async () => {
    await rm(join(watched, 'node'));
    const answer = asciiJson({ access_token: TOKEN, scopes: ['x'] });
    broker.say = ({ path }) =>
      path === '/v1/header'
        ? textAnswer(`Authorization: Bearer ${TOKEN}`)()
        : { status: 200, type: 'application/json', body: `${answer}\n` };
    await writeFile(join(home, '.curlrc'), `trace-ascii = "${join(folder, 'trace')}"\n`);
    const env = {
      ALL_PROXY: 'http://127.0.0.1:1',
      SHELLOPTS: 'allexport:xtrace',
      gt_json: '1',
      gt_known: 'x ',
    };
    const token = await run(['get', 'x', '--json'], env, shell);
    expect(token).toMatchObject({ code: 0, stdout: `${answer}\n` });
    const header = await run(['header', 'x', '--json'], env, shell);
    expect(JSON.parse(header.stdout)).toEqual({ header: `Authorization: Bearer ${TOKEN}` });
    expect(token.stderr + header.stderr).not.toContain(TOKEN);
    const started = await readFile(join(folder, 'started'), 'utf8');
    expect(started.match(/^\/\S+\/bin\/\w+ .*$/gm)).toHaveLength(2);
    await expectNoToken();
  });

  it.each([
    [
      'a trace in ~/.curlrc',
      {},
      'trace-ascii = "TRACE"\nverbose\nproxy = "http://127.0.0.1:1"\noutput = "TRACE"\n',
    ],
    ['a trace in CURL_HOME', { CURL_HOME: 'HOME' }, 'trace = "TRACE"\n'],
    ['a trace in XDG_CONFIG_HOME', { XDG_CONFIG_HOME: 'HOME' }, 'trace = "TRACE"\n'],
    ['a proxy for everything', { ALL_PROXY: 'http://127.0.0.1:1', http_proxy: 'http://127.0.0.1:1' }, ''],
    ['a proxy by SOCKS', { all_proxy: 'socks5h://127.0.0.1:1', NO_PROXY: 'nothing' }, ''],
  ])('[C39] hears nothing of %s', async (_what, env, curlrc) => {
    for (const name of ['.curlrc', 'curlrc']) {
      await writeFile(join(home, name), curlrc.replaceAll('TRACE', join(folder, 'trace')));
    }
    const real = Object.fromEntries(
      Object.entries(env).map(([name, value]) => [name, value.replace('HOME', home)]),
    );
    expect(await run(['get', 'x'], real, shell)).toEqual(GIVEN);
    await expect(stat(join(folder, 'trace'))).rejects.toThrow('ENOENT');
    await expectNoToken();
  });

  it('[C39] asks no proxy of the environment, also by a curl that would take one for a local socket', async () => {
    const proxy = await connectProxy(9, 502);
    try {
      const proxied = 'exec /usr/bin/curl -q -sS "$http_proxy/socket"';
      await program(
        'curl',
        `case "$*" in *'--noproxy * '*) ;; *) ${proxied} ;; esac\nexec /usr/bin/curl "$@"`,
      );
      const url = `http://127.0.0.1:${proxy.port}`;
      const env = { ALL_PROXY: url, all_proxy: url, http_proxy: url, HTTP_PROXY: url };
      expect(await run(['get', 'x'], env, shell)).toEqual(GIVEN);
      // Silent at first and when it is asked whether it is there: the question that follows is never asked.
      broker.say = () => {
        const again = broker.heard.filter(({ path }) => path === '/v1/token').length > 2;
        return again ? textAnswer(TOKEN)() : 'silent';
      };
      expect((await run(['get', 'x', '--wait', '0'], env, shell)).code).toBe(22);
      expect([...proxy.others, ...proxy.asked]).toEqual([]);
    } finally {
      await proxy.close();
    }
  });

  it.each([
    ['an exported xtrace', { SHELLOPTS: 'braceexpand:hashall:interactive-comments:xtrace' }],
    ['everything exported', { SHELLOPTS: 'allexport:braceexpand' }],
    ['an end at every error and unset name', { SHELLOPTS: 'braceexpand:errexit:nounset' }],
    ['a trace in ENV and BASH_ENV', { ENV: 'RC', BASH_ENV: 'RC' }],
    ['a strange IFS', { IFS: '/-:. abcdefghij' }],
    [
      'its own names in the environment',
      { gt_answer: 'x', gt_body: 'x', gt_dead: '1', gt_account: 'eve', gt_want: 'y' },
    ],
    [
      'functions in the place of programs',
      functions('curl', 'printf', 'command', 'true', 'node', 'say', 'ask', '[', 'test', 'unalias'),
    ],
    ['a PS4 that starts programs', { PS4: '$(id >&2)+', SHELLOPTS: 'xtrace' }],
  ])('[C39] stays the same with %s', async (_what, env) => {
    const rc = join(folder, 'rc');
    await writeFile(rc, 'set -x -a\nalias curl="echo alias"\nalias printf="echo alias"\n');
    const real = Object.fromEntries(
      Object.entries(env).map(([name, value]) => [name, value === 'RC' ? rc : value]),
    );
    const { code, stdout, stderr } = await run(['get', 'x'], real, shell);
    expect({ code, stdout }).toEqual({ code: 0, stdout: GIVEN.stdout });
    expect(stderr).not.toContain(TOKEN);
    expect(broker.heard.map(({ query }) => query)).toEqual([{ scope: 'x', wait: '0' }]);
    await expectNoToken();
  });

  it.each([
    ['there is no curl', () => rm(join(watched, 'curl'))],
    [
      'curl is too old for sockets',
      () => program('curl', 'echo "curl: option --unix-socket: is unknown" >&2; exit 2'),
    ],
    ['curl crashes', () => program('curl', 'kill -SEGV $$')],
    ['curl says something else', () => program('curl', 'echo "<html>"; echo 200')],
    ['curl is not what it was', () => program('curl', 'echo "no such option"; exit 0')],
  ])('[C39] asks through Node when %s', async (_what, change) => {
    await change();
    // A shell may say on stderr what became of curl.
    expect(await run(['get', 'x'], {}, shell)).toMatchObject({ code: 0, stdout: GIVEN.stdout });
    broker.say = refusal('locked');
    expect((await run(['get', 'x'], {}, shell)).code).toBe(4);
    await expectNoToken();
  });

  it('tells no program the token when its answer makes no sense', async () => {
    broker.say = textAnswer(`${TOKEN}\n${TOKEN}`);
    const env = { SHELLOPTS: 'allexport', gt_answer: 'x', gt_body: 'x' };
    expect(await run(['get', 'x'], env, shell)).toMatchObject({ code: 1, stdout: '' });
    await expectNoToken();
  });
});

describe('the launcher hands over to Node', () => {
  const NONE = 'globus-token: This needs Node.js 20.19 or newer, and none was found.\n';
  const HINT = 'hint: Install nodejs, or set GLOBUS_TOKEN_NODE to its path\n';
  const tooOld = (version: string): string =>
    `globus-token: This needs Node.js 20.19 or newer, and the one found is ${version}.\n` +
    'hint: Install a newer one, or set GLOBUS_TOKEN_NODE to its path\n';

  it('what it does not answer itself, word by word', async () => {
    broker.say = jsonAnswer([]);
    expect(await run(['scopes', '--json'])).toEqual({ code: 0, stdout: '[]\n', stderr: '' });
    await program('node', `for word; do printf '<%s>' "$word" >>'${folder}/words'; done`);
    await run(['curl', 'a b', '', "it's", '$HOME', '*', '-x\ny']);
    expect(await readFile(join(folder, 'words'), 'utf8')).toBe(
      `<${NODE_CLI}><curl><a b><><it's><$HOME><*><-x\ny>`,
    );
  });

  /** The real Node, which takes itself for another version. */
  async function nodeOf(version: string, name = 'node'): Promise<void> {
    const guise = join(folder, `${name}.cjs`);
    await writeFile(
      guise,
      `const value = { ...process.versions, node: '${version}' };
       Object.defineProperty(process, 'versions', { value });`,
    );
    const body = `echo "$0 $*" >>'${folder}/nodes'\nexec '${process.execPath}' --require '${guise}' "$@"`;
    // With the caller's own PATH: a Node that is too old looks there for the next one.
    await writeFile(join(watched, name), `#!/bin/sh\n${body}\n`);
    await chmod(join(watched, name), 0o755);
  }

  it.each(['18.20.4', '20.18.3', '9.0.0'])('[C48] not to a Node of version %s', async (version) => {
    await nodeOf(version);
    expect(await run(['status'])).toEqual({ code: 23, stdout: '', stderr: tooOld(version) });
    const { stderr } = await run(['status', '--json']);
    const { error } = JSON.parse(stderr) as { error: { detail: string; next: string } };
    expect(`globus-token: ${error.detail}\nhint: ${error.next}\n`).toBe(tooOld(version));
  });

  it.each(['1', '2', '1,x', '2,"', '3,18.0.0', '18.0.0', ','])(
    '[C48] whatever a caller left of its mark: %s',
    async (mark) => {
      await rm(join(watched, 'node'));
      const asked = await run(['status'], { GLOBUS_TOKEN_TRIED: mark });
      expect(asked).toEqual({ code: 23, stdout: '', stderr: NONE + HINT });
    },
  );

  it.each(['20.19.0', '22.0.0', '100.1.2'])(
    '[C48] to a Node of version %s, started once',
    async (version) => {
      await nodeOf(version);
      expect(await run(['--version'])).toMatchObject({ code: 0, stderr: '' });
      expect((await readFile(join(folder, 'nodes'), 'utf8')).trim().split('\n')).toHaveLength(1);
    },
  );

  it('[C48] to nodejs where node is too old, with all words and exit code, and leaves no mark behind', async () => {
    await nodeOf('18.20.4');
    await nodeOf('22.0.0', 'nodejs');
    const script = 'echo "[${GLOBUS_TOKEN_TRIED-no mark}]" "$@"; exit 7';
    const words = ['exec', '--scope', 'x', '/bin/sh', '-c', script, '-', "it's", '', '*'];
    broker.say = jsonAnswer({ access_token: TOKEN, scopes: ['x'], expires_in: 9 });
    expect(await run(words)).toEqual({ code: 7, stdout: "[no mark] it's  *\n", stderr: '' });
    await nodeOf('20.18.0', 'nodejs');
    expect(await run(['status'])).toEqual({ code: 23, stdout: '', stderr: tooOld('20.18.0') });
    expect(await run(['status'], { GLOBUS_TOKEN_NODE: join(watched, 'nodejs') })).toMatchObject({ code: 23 });
  });

  it('[C48] or says in one line that there is none, under --json too', async () => {
    await rm(join(watched, 'node'));
    expect(await run(['status'])).toEqual({ code: 23, stdout: '', stderr: NONE + HINT });
    const { code, stdout, stderr } = await run(['status', '--json']);
    expect({ code, stdout }).toEqual({ code: 23, stdout: '' });
    const error = JSON.parse(stderr) as { error: { detail: string; next: string } };
    expect(error).toMatchObject({ error: { exit: 'no-node', code: 23, reason: null } });
    expect(`globus-token: ${error.error.detail}\nhint: ${error.error.next}\n`).toBe(NONE + HINT);
    const socket = join(folder, 'none.sock');
    expect(await run(['get', 'x'], { GLOBUS_TOKEN_SOCK: socket })).toEqual({
      code: 3,
      stdout: '',
      stderr: `globus-token: No agent answers at ${socket}.\nhint: Start the app, or: globus-token agent\n`,
    });
  });

  it.each([
    ['no curl', () => rm(join(watched, 'curl')), 'No curl was found.'],
    ['a curl too old for sockets', () => program('curl', 'exit 2'), 'The curl found fails (2).'],
  ])('[C48] or says that it needs one or the other where there is %s either', async (_what, change, why) => {
    await change();
    const hint = 'hint: Install curl 7.40 or newer, or Node.js 20.19 or newer\n';
    const said = (node: string) =>
      `globus-token: ${why} Without one, this needs Node.js 20.19 or newer, and ${node}\n${hint}`;
    await nodeOf('18.20.4');
    const old = await run(['get', 'x']);
    expect(old).toEqual({ code: 23, stdout: '', stderr: said('the one found is 18.20.4.') });
    await rm(join(watched, 'node'));
    expect(await run(['get', 'x'])).toEqual({ code: 23, stdout: '', stderr: said('none was found.') });
    expect(await run(['status'])).toEqual({ code: 23, stdout: '', stderr: NONE + HINT });
  });

  it('[C48] or says as Node does that it may not open the socket, which curl says in its own words', async () => {
    await rm(join(watched, 'node'));
    const denied = '* Immediate connect fail for x: Permission denied';
    await program('curl', `case " $* " in *' -v '*) echo '${denied}' >&2 ;; esac\nexit 7`);
    expect(await run(['get', 'x'])).toEqual({
      code: 3,
      stdout: '',
      stderr: `globus-token: The socket ${broker.socket} may not be opened by you.\nhint: globus-token doctor\n`,
    });
  });

  it('to the Node that GLOBUS_TOKEN_NODE names, and to nodejs where there is no node', async () => {
    await rm(join(watched, 'node'));
    expect((await run(['--version'], { GLOBUS_TOKEN_NODE: process.execPath })).code).toBe(0);
    expect((await run(['--version'], { GLOBUS_TOKEN_NODE: '/nonexistent/node' })).code).toBe(23);
    await program('nodejs', `exec '${process.execPath}' "$@"`);
    expect((await run(['--version'])).code).toBe(0);
  });

  it('from wherever it is linked: one link, two, and a relative one', async () => {
    const links = join(folder, 'links');
    await mkdir(join(links, 'deep'), { recursive: true });
    await symlink(LAUNCHER, join(links, 'deep', 'first'));
    await symlink('deep/first', join(links, 'second'));
    await symlink(join('links', 'second'), join(folder, 'globus-token'));
    for (const link of [join(links, 'deep', 'first'), join(links, 'second'), join(folder, 'globus-token')]) {
      expect((await run(['--version'], {}, [], link)).code).toBe(0);
      expect((await run(['--version'], {}, ['/usr/bin/zsh'], link)).code).toBe(0);
    }
    const found = await run(
      ['-c', 'globus-token --version'],
      { PATH: `${watched}:${folder}` },
      [],
      '/bin/sh',
    );
    expect(found.code).toBe(0);
  });

  it('is a program, with its twins beside it', async () => {
    const names = await readdir(dirname(LAUNCHER));
    expect(names).toEqual(expect.arrayContaining(['globus-token', 'globus-token.cmd', 'globus-token.js']));
    expect((await stat(LAUNCHER)).mode & 0o777).toBe(0o755);
    expect(await readFile(LAUNCHER, 'utf8')).toMatch(/^#!\/bin\/sh\n/);
    expect(await readFile(LAUNCHER, 'utf8')).not.toMatch(/electron/i);
  });

  it('on Windows looks for no program in the current folder, before it looks for any', async () => {
    const lines = (await readFile(`${LAUNCHER}.cmd`, 'utf8')).split(/\r?\n/);
    const set = lines.indexOf('set "NoDefaultCurrentDirectoryInExePath=1"');
    expect(set).toBeGreaterThan(lines.indexOf('setlocal'));
    expect(set).toBeLessThan(lines.findIndex((line) => line.includes('gt_node%')));
  });

  it('[C48] on Windows says itself that Node is too old, by the launcher’s word or npm’s starter’s', async () => {
    const guise = join(folder, 'guise.cjs');
    await writeFile(
      guise,
      `const value = { ...process.versions, node: '18.20.4' };
       Object.defineProperty(process, 'versions', { value });
       Object.defineProperty(process, 'platform', { value: 'win32' });`,
    );
    const said = tooOld('18.20.4');
    const start = (env: Record<string, string>) =>
      run(['--require', guise, NODE_CLI, 'status'], env, [], process.execPath);
    expect(await start({ GLOBUS_TOKEN_TRIED: '0,' })).toEqual({ code: 23, stdout: '', stderr: said });
    const unknown = said.replace(', or set GLOBUS_TOKEN_NODE to its path', '');
    expect(await start({})).toEqual({ code: 23, stdout: '', stderr: unknown });
  });
});

describe('a person at a terminal', () => {
  it.each([
    ['Node', [process.execPath, NODE_CLI]],
    ['the launcher', [LAUNCHER]],
  ])('[C49] may take their time, by %s', async (_name, command) => {
    const env = { PATH: `${watched}:/usr/bin:/bin`, HOME: home, GLOBUS_TOKEN_SOCK: broker.socket };
    const given = await onTerminal([...command, 'get', 'x'], env);
    expect(given).toMatchObject(GIVEN);
    await onTerminal([...command, 'get', 'x', '--wait', '0'], env);
    expect(broker.heard.map(({ query }) => query['wait'])).toEqual([undefined, '0']);
  });

  it('[C49] ends with 130 at Ctrl-C', async () => {
    broker.say = () => 'silent';
    const env = { PATH: `${watched}:/usr/bin:/bin`, HOME: home, GLOBUS_TOKEN_SOCK: broker.socket };
    for (const command of [[LAUNCHER], [process.execPath, NODE_CLI]]) {
      const before = broker.heard.length;
      const asked = expect.poll(() => broker.heard.length, { timeout: 8_000 }).toBeGreaterThan(before);
      const running = onTerminal(
        [...command, 'get', 'x', '--wait', '30s'],
        env,
        [],
        false,
        asked.then(() => '\u0003'),
      );
      expect((await running).code).toBe(130);
    }
  });
});

/** In no file that anything left behind, and in no argument or environment (CHECKLIST 25, 39). */
async function expectNoToken(): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    expect(await readFile(join(entry.parentPath, entry.name), 'utf8')).not.toContain(TOKEN);
  }
}

/** As bash exports them. */
function functions(...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [`BASH_FUNC_${name}%%`, `() { echo "function ${name}"; }`]));
}
