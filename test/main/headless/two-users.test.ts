import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { brokerSocketPath } from '../../../main/broker/socket-path.ts';
import { build } from '../../../scripts/build.mjs';
import { type HeadlessAgent, startHeadless } from '../../support/headless.ts';
import { type Installed, installForAll } from '../../support/installed.ts';
import { type Credentials, giveTo, ordinaryUser } from '../../support/ordinary-user.ts';
import { until } from '../../support/processes.ts';

/** Root may enter every folder, so only the broker itself can turn it away; with one uid alone nobody is foreign. */
const other = ordinaryUser();
const apart = other.uid !== undefined;

interface Side {
  readonly user: Credentials;
  readonly env: Record<string, string>;
  readonly socket: string;
  readonly agent: HeadlessAgent;
}

interface Ran {
  code: number | string;
  stdout: string;
  stderr: string;
}

let folder: string;
let installed: Installed;
let sides: Side[];

beforeAll(() => build({ only: ['cli', 'headless'] }), 60_000);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'two-'));
  await chmod(folder, 0o755);
  installed = await installForAll(join(folder, 'app'));
  sides = [];
  for (const [name, user] of [
    ['ada', {}],
    ['bob', other],
  ] as const) {
    const place = join(folder, name);
    for (const part of ['', 'home', 'run']) await mkdir(join(place, part), { mode: 0o700 });
    await giveTo(user, place);
    const env = {
      PATH: `${dirname(installed.node)}:/usr/bin:/bin`,
      HOME: join(place, 'home'),
      XDG_RUNTIME_DIR: join(place, 'run'),
    };
    const agent = startHeadless(env, [], installed.node, user, installed.agent);
    sides.push({ user, env, agent, socket: join(place, 'run', 'globus-token', 'broker.sock') });
  }
  await Promise.all(sides.map(({ agent }) => agent.listens));
}, 60_000);
afterEach(async () => {
  for (const { agent } of sides) await agent.end();
  await rm(folder, { recursive: true, force: true });
});

/** As that user, without a terminal. */
function run({ user, env }: Side, words: readonly string[], more: Record<string, string> = {}): Promise<Ran> {
  const [program = '', ...args] = words;
  return new Promise((resolve) => {
    execFile(program, args, { ...user, env: { ...env, ...more } }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : (error.code ?? 'a signal'), stdout, stderr }),
    );
  });
}

it('[C56] two users of one machine each have an agent, and each asks their own', async () => {
  for (const side of sides) {
    const { code, stdout } = await run(side, [installed.node, installed.cli, 'status', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ pid: side.agent.pid, socket: side.socket });
    const owner = side.user.uid ?? process.getuid?.();
    for (const path of [side.socket, dirname(side.socket), join(side.env['HOME'] ?? '', '.config')])
      expect((await stat(path)).uid).toBe(owner);
  }
}, 60_000);

it('[C56] neither gets anything from the agent of the other', async () => {
  const [ada, bob] = sides;
  if (ada === undefined || bob === undefined) throw new Error('unreachable');
  // By the command line, which looks whose socket it is, and past it.
  for (const [asker, owner] of [
    [ada, bob],
    [bob, ada],
  ] as const) {
    const asked = await run(asker, [installed.node, installed.cli, 'status', '--json'], {
      GLOBUS_TOKEN_SOCK: owner.socket,
    });
    const curl = ['curl', '-q', '-sS', '--unix-socket', owner.socket, 'http://localhost/v1/status'];
    const raw = await run(asker, curl);
    if (apart) {
      expect(asked).toMatchObject({ code: 3, stdout: '' });
      expect(raw.code).not.toBe(0);
      expect(raw.stdout).toBe('');
    } else expect([asked.code, raw.code]).toEqual([0, 0]);
  }
  if (!apart) return;
  const audit = await until('a line about the one whom no folder stops', () =>
    readFile(
      join(bob.env['HOME'] ?? '', '.config', 'globus-token-tray', 'audit', 'audit.jsonl'),
      'utf8',
    ).then(
      (text) => (text.includes('caller-unknown') ? text : undefined),
      () => undefined,
    ),
  );
  expect(audit).not.toContain('/v1/status');
}, 60_000);

it('doctor says whose folder it is that may not be entered, and does not send people to itself', async () => {
  const [ada, bob] = sides;
  if (ada === undefined || bob === undefined || !apart) return;
  const doctor = [installed.node, installed.cli, 'doctor', '--offline'];
  const env = { GLOBUS_TOKEN_SOCK: ada.socket, HOME: '/nonexistent' };
  const closed = await run(bob, doctor, env);
  const folder = dirname(ada.socket);
  const says = `FAIL  socket       ${folder} may not be entered by you (uid ${other.uid})`;
  expect(closed.stdout).toContain(`${says}\n`);
  for (const above of [dirname(folder), dirname(dirname(folder))]) await chmod(above, 0o711);
  const { stdout } = await run(bob, doctor, env);
  // Root’s folder may be what a container was given, another user’s is none to use.
  expect(stdout).toContain(process.getuid?.() === 0 ? `${says}; it is uid 0’s\n` : 'belongs to another user');
  expect(stdout).toMatch(/FAIL {2}agent .* may not be opened by you\n +→ See what is said of the socket/);
  expect(stdout).not.toContain('→ globus-token doctor');
  const inside = await run(bob, doctor, { ...env, container: 'oci' });
  const user = 'this is a container (oci), and its user is not the one whose agent it is outside';
  expect(inside.stdout).toContain(user);
}, 60_000);

it('[C56] without a runtime directory each has a folder of their own', () => {
  const at = (uid: number): string => brokerSocketPath({ HOME: '/home/x' }, uid, 'linux');
  expect([at(1_000), at(1_001)]).toEqual([
    '/tmp/globus-token-1000/broker.sock',
    '/tmp/globus-token-1001/broker.sock',
  ]);
  const pipe = (USERNAME: string): string => brokerSocketPath({ USERNAME }, null, 'win32');
  expect(pipe('ada')).not.toBe(pipe('bob'));
});
