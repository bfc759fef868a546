import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { chmod, copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SERVICE_CLIENT } from '../../sandbox/auth/client-credentials.ts';
import { type CliRig, cliRig, LAUNCHER } from '../../support/cli-rig.ts';
import { writePolicy } from '../../support/headless.ts';
import { scopeOf } from '../../support/sandbox-agent.ts';

const SOURCE = join(import.meta.dirname, '../../../cli/adapters');
const SHELLS = ['/usr/bin/dash', '/usr/bin/bash'];
const PYTHON = '/usr/bin/python3';
const VIEW_FLOWS = scopeOf('view_flows');

/** Says what its own command line and environment are, then does as the real one. */
const CURL = `#!/bin/sh
{ tr '\\0' '\\n' </proc/$$/cmdline; tr '\\0' '\\n' </proc/$$/environ; } >>"$SEEN"
exec /usr/bin/curl "$@"
`;

let rig: CliRig;
/** Copies of the adapters, as people copy them. */
let adapters: string;
let bin: string;
let token: string;
let seen: string;

beforeAll(async () => {
  rig = await cliRig();
  adapters = join(rig.folder, 'adapters');
  bin = join(rig.folder, 'bin');
  seen = join(rig.folder, 'seen');
  for (const folder of [adapters, bin]) await mkdir(folder);
  const names = ['curlrc.sh', 'git-credential-globus-token', 'ci-env.sh', 'client-credentials.sh'];
  for (const name of [...names, 'globus_sdk_authorizer.py']) {
    await copyFile(join(SOURCE, name), join(adapters, name));
  }
  await symlink(LAUNCHER, join(bin, 'globus-token'));
  await writeFile(join(bin, 'curl'), CURL);
  await chmod(join(bin, 'curl'), 0o755);
  await writeFile(seen, '');
  token = (await rig.run(['get', 'view_flows'])).stdout.trim();
  await writeFile(join(adapters, 'ask.py'), ASK);
  const callers = [
    ...names.flatMap((name) => SHELLS.map((program) => ({ program, script: join(adapters, name) }))),
    { program: PYTHON, script: join(adapters, 'ask.py') },
    { program: '/bin/sh', script: rig.caller },
  ];
  await writePolicy(
    join(rig.dataFolder, 'policy.json'),
    callers.map((caller) => ({ ...caller, scope: VIEW_FLOWS, account: 'ada@uni.example' })),
  );
}, 60_000);
afterAll(() => rig.end());

interface Done {
  code: number | null;
  stdout: string;
  stderr: string;
}

async function sh(
  words: readonly [string, ...string[]],
  { env = {}, input = '' }: { env?: Record<string, string>; input?: string } = {},
): Promise<Done> {
  const [program, ...args] = words;
  const child = spawn(program, args, {
    env: { ...rig.env, PATH: `${bin}:${dirname(process.execPath)}:/usr/bin:/bin`, SEEN: seen, ...env },
    cwd: rig.folder,
    detached: true,
    stdio: 'pipe',
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  child.stdin.on('error', () => undefined).end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

const script = (name: string) => join(adapters, name);
const flows = () => `${rig.sandbox.flows.origin}/flows`;

describe.each(SHELLS)('in %s', (shell) => {
  it('curlrc.sh has curl send the token, which is in no command line', async () => {
    await writeFile(seen, '');
    const line = `"${shell}" curlrc.sh view_flows | curl -q -sS -K - ${flows()}`;
    const ran = await sh([shell, '-c', `cd adapters && ${line}`]);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(ran.stdout)).toHaveProperty('flows');
    const commands = readFileSync(seen, 'latin1');
    expect(commands).toContain(flows());
    expect(commands).not.toContain(token);
  });

  it('curlrc.sh passes a refusal on, and prints nothing', async () => {
    const ran = await sh([shell, script('curlrc.sh'), 'nothing_such']);
    expect(ran).toMatchObject({ code: 19, stdout: '' });
    expect(ran.stderr).toContain('hint:');
  });

  it('ci-env.sh writes a file that only the user can read, and only a new one', async () => {
    const file = join(rig.folder, `${shell.replaceAll('/', '-')}.env`);
    expect(await sh([shell, script('ci-env.sh'), 'view_flows', file])).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
    expect(await readFile(file, 'utf8')).toBe(`GLOBUS_TOKEN=${token}\n`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const loaded = await sh([shell, '-c', `set -a; . ${file}; sh -c 'echo "$GLOBUS_TOKEN"'`]);
    expect(loaded.stdout.trim()).toBe(token);
    expect((await sh([shell, script('ci-env.sh'), 'view_flows', file])).code).not.toBe(0);
    const link = `${file}.link`;
    await symlink(join(rig.folder, 'elsewhere'), link);
    expect((await sh([shell, script('ci-env.sh'), 'view_flows', link])).code).not.toBe(0);
  });

  it('ci-env.sh masks the token for GitHub Actions before it is in GITHUB_ENV', async () => {
    const file = join(rig.folder, `${shell.replaceAll('/', '-')}.github`);
    await writeFile(file, 'OTHER=kept\n');
    const ran = await sh([shell, script('ci-env.sh'), 'view_flows'], { env: { GITHUB_ENV: file } });
    expect(ran).toEqual({ code: 0, stdout: `::add-mask::${token}\n`, stderr: '' });
    expect(await readFile(file, 'utf8')).toBe(`OTHER=kept\nGLOBUS_TOKEN=${token}\n`);
  });

  it('ci-env.sh needs a file, and writes none without a token', async () => {
    expect(await sh([shell, script('ci-env.sh'), 'view_flows'])).toMatchObject({
      code: expect.any(Number) as number,
      stdout: '',
    });
    const file = join(rig.folder, 'none.env');
    const ran = await sh([shell, script('ci-env.sh'), 'nothing_such', file]);
    expect(ran.code).toBe(19);
    await expect(readFile(file)).rejects.toThrow(/ENOENT/);
  });

  describe('client-credentials.sh', () => {
    const run = (words: string[], over: Record<string, string> = {}) =>
      sh([shell, script('client-credentials.sh'), ...words], {
        env: {
          GLOBUS_CLIENT_ID: SERVICE_CLIENT.id,
          GLOBUS_CLIENT_SECRET: SERVICE_CLIENT.secret,
          GLOBUS_AUTH_URL: rig.sandbox.auth.origin,
          ...over,
        },
      });

    it('prints a token of the service account that Flows takes', async () => {
      const ran = await run([VIEW_FLOWS]);
      expect(ran).toMatchObject({ code: 0, stderr: '' });
      const headers = { authorization: `Bearer ${ran.stdout.trim()}` };
      expect((await fetch(flows(), { headers })).status).toBe(200);
      const header = await run([VIEW_FLOWS, '--header']);
      expect(header.stdout).toMatch(/^Authorization: Bearer \S+\n$/);
    });

    it('keeps the secret out of curl’s command line and environment', async () => {
      await writeFile(seen, '');
      await run([VIEW_FLOWS]);
      const shown = readFileSync(seen, 'latin1');
      expect(shown).toContain('grant_type=client_credentials');
      expect(shown).not.toContain(SERVICE_CLIENT.secret);
      expect(shown).not.toContain(Buffer.from(SERVICE_CLIENT.secret).toString('base64').slice(0, 16));
    });

    it.each([
      ['a wrong secret', [VIEW_FLOWS], { GLOBUS_CLIENT_SECRET: 'wrong' }, '401'],
      ['an unknown scope', ['no_such_scope'], {}, '400'],
      ['no secret', [VIEW_FLOWS], { GLOBUS_CLIENT_SECRET: '' }, 'is not set'],
      ['no scope', [], {}, 'full scope string'],
      [
        'a secret that would change curl’s configuration',
        [VIEW_FLOWS],
        { GLOBUS_CLIENT_SECRET: 'a"\nurl = "x' },
        'is not one',
      ],
      [
        'a server that is not https',
        [VIEW_FLOWS],
        { GLOBUS_AUTH_URL: 'http://auth.example' },
        'neither Globus nor a demo',
      ],
      [
        'any server but Globus’s',
        [VIEW_FLOWS],
        { GLOBUS_AUTH_URL: 'https://auth.example' },
        'neither Globus nor a demo',
      ],
      [
        'a server whose name only begins like Globus’s',
        [VIEW_FLOWS],
        { GLOBUS_AUTH_URL: 'https://auth.globus.org.evil.example' },
        'neither Globus nor a demo',
      ],
      [
        'a server that only begins like this machine',
        [VIEW_FLOWS],
        { GLOBUS_AUTH_URL: 'http://127.0.0.1:80@auth.example' },
        'neither Globus nor a demo',
      ],
    ])('refuses %s', async (_, words, over, says) => {
      const ran = await run(words, over);
      expect(ran.code).not.toBe(0);
      expect(ran.stdout).toBe('');
      expect(ran.stderr).toContain(says);
    });

    it('feeds ci-env.sh instead of an agent', async () => {
      const file = join(rig.folder, `${shell.replaceAll('/', '-')}.service`);
      const ran = await sh([shell, script('ci-env.sh'), VIEW_FLOWS, file], {
        env: {
          GLOBUS_TOKEN_COMMAND: `${shell} ${script('client-credentials.sh')}`,
          GLOBUS_CLIENT_ID: SERVICE_CLIENT.id,
          GLOBUS_CLIENT_SECRET: SERVICE_CLIENT.secret,
          GLOBUS_AUTH_URL: rig.sandbox.auth.origin,
        },
      });
      expect(ran).toEqual({ code: 0, stdout: '', stderr: '' });
      expect(await readFile(file, 'utf8')).toMatch(/^GLOBUS_TOKEN=Ag\S+SANDBOX\S+\n$/);
    });
  });
});

it('curlrc.sh leaves curl’s stdin free where the shell has <(…)', async () => {
  const line = `echo '{}' | curl -q -sS -K <(/usr/bin/bash adapters/curlrc.sh view_flows) -o /dev/null -w '%{http_code}' ${flows()}`;
  expect(await sh(['/usr/bin/bash', '-c', line])).toEqual({ code: 0, stdout: '200', stderr: '' });
});

describe('git-credential-globus-token', () => {
  const fill = (input: string) =>
    sh(
      [
        'git',
        '-c',
        'credential.helper=',
        '-c',
        `credential.https://git.example.helper=${HELPER()}`,
        'credential',
        'fill',
      ],
      {
        input,
        env: { GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: '/bin/false' },
      },
    );
  const HELPER = () => `${script('git-credential-globus-token')} git.example view_flows`;
  const direct = (input: string, action = 'get') =>
    sh(['/bin/sh', script('git-credential-globus-token'), 'git.example', 'view_flows', action], { input });

  it('gives git the token as the password of its host', async () => {
    const ran = await fill('protocol=https\nhost=git.example\n\n');
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout.split('\n')).toEqual(
      expect.arrayContaining(['username=globus-token', `password=${token}`]),
    );
  });

  it.each(['protocol=https\nhost=evil.example\n\n', 'protocol=http\nhost=git.example\n\n'])(
    'gives nothing to %j',
    async (input) => {
      const ran = await fill(input);
      expect(ran.code).not.toBe(0);
      expect(ran.stdout + ran.stderr).not.toContain(token);
      expect(await direct(input)).toEqual({ code: 0, stdout: '', stderr: '' });
    },
  );

  it('gives a Bearer token to a git that knows how to send one', async () => {
    const ran = await direct('capability[]=authtype\nprotocol=https\nhost=git.example\n\n');
    expect(ran.stdout).toBe(`capability[]=authtype\nauthtype=Bearer\nephemeral=true\ncredential=${token}\n`);
  });

  it('has nothing to store or to erase', async () => {
    const input = 'protocol=https\nhost=git.example\nusername=globus-token\npassword=x\n\n';
    for (const action of ['store', 'erase']) {
      expect(await direct(input, action)).toEqual({ code: 0, stdout: '', stderr: '' });
    }
  });

  it('has git stop instead of asking for a password when there is no token', async () => {
    const ran = await sh(
      ['/bin/sh', script('git-credential-globus-token'), 'git.example', 'nothing_such', 'get'],
      { input: 'protocol=https\nhost=git.example\n\n' },
    );
    expect(ran).toMatchObject({ code: 1, stdout: 'quit=true\n' });
  });
});

/** The SDK is not among the test packages, so its base class is a stand-in with the same two methods. */
const BASE = `
import abc
class GlobusAuthorizer(abc.ABC):
    @abc.abstractmethod
    def get_authorization_header(self): ...
    def handle_missing_authorization(self):
        return False
`;
const ASK = `
import sys
from globus_sdk_authorizer import GlobusTokenAuthorizer
authorizer = GlobusTokenAuthorizer(*sys.argv[1:])
try:
    print(authorizer.get_authorization_header(), authorizer.handle_missing_authorization())
except RuntimeError as error:
    print(error)
    sys.exit(4)
`;

describe('globus_sdk_authorizer.py on a stand-in of the SDK’s base class', () => {
  beforeAll(async () => {
    await mkdir(join(adapters, 'globus_sdk'));
    await writeFile(join(adapters, 'globus_sdk', '__init__.py'), '');
    await writeFile(join(adapters, 'globus_sdk', 'authorizers.py'), BASE);
  });
  const ask = (words: string[], env: Record<string, string> = {}) =>
    sh([PYTHON, script('ask.py'), ...words], { env: { PYTHONDONTWRITEBYTECODE: '1', ...env } });

  it('gives the header’s value for each request', async () => {
    expect(await ask(['view_flows'])).toEqual({ code: 0, stdout: `Bearer ${token} False\n`, stderr: '' });
    expect((await ask(['view_flows', '--min-ttl', '10m'])).stdout).toMatch(/^Bearer /);
  });

  it('says what went wrong: a refusal, and no globus-token', async () => {
    const refused = await ask(['nothing_such']);
    expect(refused).toMatchObject({ code: 4, stdout: 'globus-token gave no token (exit code 19)\n' });
    expect(refused.stderr).toContain('hint:');
    const missing = await ask(['view_flows'], { PATH: '/nonexistent' });
    expect(missing).toMatchObject({
      code: 4,
      stdout: expect.stringContaining('no globus-token on PATH') as string,
    });
  });
});

describe('the adapters', () => {
  it('are short: about ten lines each', async () => {
    for (const name of [
      'curlrc.sh',
      'git-credential-globus-token',
      'ci-env.sh',
      'client-credentials.sh',
      'globus_sdk_authorizer.py',
    ]) {
      const text = await readFile(join(SOURCE, name), 'utf8');
      const lines = text
        .replace(/^"""[\s\S]*?"""/, '')
        .split('\n')
        .filter((line) => line.trim() !== '' && !line.startsWith('#'));
      expect([name, lines.length <= 18]).toEqual([name, true]);
    }
  });

  it('are run as they are found in the repository', () => {
    expect(statSync(join(SOURCE, 'git-credential-globus-token')).mode & 0o111).toBe(0o111);
    expect(realpathSync(SOURCE)).toBe(SOURCE);
  });
});
