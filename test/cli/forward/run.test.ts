import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeControlFolder } from '../../../cli/forward/control-folder.ts';
import { watchSocket } from '../../../cli/forward/lost.ts';
import { pathFrom, remoteCommand } from '../../../cli/forward/remote.ts';
import { type Forward, type ForwardParts, runForward } from '../../../cli/forward/run.ts';
import type { Request } from '../../../cli/types.ts';
import { until } from '../../support/processes.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'forward-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

/** In the place of ssh: the other machine is this one; it says what it was told to do. */
const SSH = `
printf '%s\\n' "$*" >>"$TOLD"
export XDG_RUNTIME_DIR="$FAR"
for word do
  last=$word
  case $word in *.sock:*) : >"\${word%%:*}" ;; esac
done
case " $* " in *' -O forward '*) exit "\${REFUSES:-0}" ;; esac
exec sh -c "$last"
`;

/** A program before all others on PATH. */
async function program(name: string, script: string): Promise<void> {
  await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, name), 0o755);
}

interface Told {
  requests: Request[];
  ready: Forward[];
  lost: Forward[];
  run(
    over?: Partial<ForwardParts['env']>,
    command?: readonly string[] | null,
    path?: string,
  ): Promise<number>;
  ssh(): Promise<string[]>;
}

async function rig(lasts = 3_600_000): Promise<Told> {
  await program('ssh', SSH);
  const far = join(folder, 'far');
  const told = join(folder, 'told');
  await writeFile(told, '');
  await mkdir(far, { mode: 0o700 });
  const requests: Request[] = [];
  const ready: Forward[] = [];
  const lost: Forward[] = [];
  await writeFile(join(folder, 'forward-0a1b2c3d.sock'), '');
  const end = Date.now() + lasts;
  return {
    ...{ requests, ready, lost },
    ssh: async () => (await readFile(told, 'utf8')).trim().split('\n'),
    run: (over = {}, command = null, path = join(folder, 'forward-0a1b2c3d.sock')) =>
      runForward(
        {
          client: {
            path: '',
            ask(request) {
              requests.push(request);
              const made = { id: 'f-0a1b2c3d', path, host: 'far', scopes: ['s'], until: end / 1_000 };
              return Promise.resolve(request.method === 'POST' ? made : []);
            },
          },
          env: {
            PATH: `${folder}:/usr/bin:/bin`,
            SHELL: '/bin/sh',
            HOME: '/nonexistent',
            FAR: far,
            TOLD: told,
            ...over,
          },
          batch: true,
          now: () => Date.now(),
          ready: (forward) => void ready.push(forward),
          lost: (forward) => void lost.push(forward),
        },
        {
          host: 'me@far',
          scopes: ['view_flows', 'run_status'],
          seconds: 600,
          sshOptions: ['Port=2222'],
          command,
        },
      ),
  };
}

describe('a forward', () => {
  it('asks the agent first, and closes its socket at the end', async () => {
    const { run, requests, ready } = await rig();
    expect(await run({}, ['exit 5'])).toBe(5);
    expect(requests).toEqual([
      {
        method: 'POST',
        path: '/v1/forwards',
        body: { host: 'me@far', scopes: 'view_flows run_status', seconds: 600 },
      },
      { method: 'DELETE', path: '/v1/forwards', query: { id: 'f-0a1b2c3d' } },
    ]);
    expect(ready).toEqual([
      expect.objectContaining({
        id: 'f-0a1b2c3d',
        remote: join(folder, 'far', 'globus-token', 'forward-0a1b2c3d.sock'),
      }),
    ]);
  });

  it('uses one connection, asks nobody, and gives ssh the user’s options', async () => {
    const { run, ssh, ready } = await rig();
    await run({}, ['true']);
    const lines = await ssh();
    expect(lines).toHaveLength(3);
    for (const line of lines) {
      expect(line).toContain('-o Port=2222 -o BatchMode=yes');
      expect(line).toContain(' -- me@far');
    }
    const controls = lines.map((line) => /-S (\S+)/.exec(line)?.[1]);
    expect(new Set(controls).size).toBe(1);
    expect(existsSync(join(controls[0] ?? '', '..'))).toBe(false);
    expect(lines[1]).toContain(`-o ExitOnForwardFailure=yes`);
    expect(lines[1]).toContain(`-R ${ready[0]?.remote}:${ready[0]?.path}`);
  });

  it('without anything to run ends when its time is over', async () => {
    const { run, requests } = await rig(300);
    expect(await run()).toBe(0);
    expect(requests.at(-1)?.method).toBe('DELETE');
  });

  it('without anything to run ends when the agent’s socket is gone, and asks no agent to close it', async () => {
    const { run, requests, ready } = await rig();
    const running = run();
    running.catch(() => undefined);
    await until('the forward', () => Promise.resolve(ready[0]));
    await rm(join(folder, 'forward-0a1b2c3d.sock'));
    await expect(running).rejects.toMatchObject({
      exit: 'failed',
      message: expect.stringContaining('The socket for me@far is gone') as string,
      next: 'Start the forward again',
    });
    expect(requests.map(({ method }) => method)).toEqual(['POST']);
    expect(existsSync(ready[0]?.remote ?? '')).toBe(false);
  });

  it('lets a program there go on when the agent’s socket is gone, and says so', async () => {
    const { run, requests, ready, lost } = await rig();
    const running = run({}, [`until [ -e ${folder}/go ]; do sleep 0.05; done; exit 5`]);
    await until('the forward', () => Promise.resolve(ready[0]));
    await rm(join(folder, 'forward-0a1b2c3d.sock'));
    await until('the word of it', () => Promise.resolve(lost[0]));
    await writeFile(join(folder, 'go'), '');
    expect(await running).toBe(5);
    expect(lost).toEqual(ready);
    expect(requests.map(({ method }) => method)).toEqual(['POST']);
  });

  it('says nothing of a socket that the agent closed at the end of its time', async () => {
    const { run, ready, lost } = await rig(0);
    const running = run({}, [`until [ -e ${folder}/go ]; do sleep 0.05; done`]);
    await until('the forward', () => Promise.resolve(ready[0]));
    await rm(join(folder, 'forward-0a1b2c3d.sock'));
    await watchSocket(join(folder, 'forward-0a1b2c3d.sock')).gone;
    await writeFile(join(folder, 'go'), '');
    expect(await running).toBe(0);
    expect(lost).toEqual([]);
  });

  it('is closed again when ssh does not forward', async () => {
    const { run, requests, ready } = await rig();
    await expect(run({ REFUSES: '255' }, ['true'])).rejects.toMatchObject({
      exit: 'failed',
      next: expect.stringContaining('AllowStreamLocalForwarding') as string,
    });
    expect(ready).toEqual([]);
    expect(requests.at(-1)?.method).toBe('DELETE');
  });

  it('passes over a runtime folder there that is in the home folder, which machines may share', async () => {
    const { run, ready } = await rig();
    // Another user by name alone, so that the folder in /tmp is nobody's.
    const uid = 4_000_000_000 + process.pid;
    const elsewhere = `/tmp/globus-token-${uid}`;
    await program('id', `echo ${uid}`);
    await program('ls', `/bin/ls "$@" | awk '{ $3 = "${uid}"; print }'`);
    try {
      await run({ HOME: '/home/else' }, ['true']);
      await run({ HOME: folder }, ['true']);
      expect(ready.map(({ remote }) => remote)).toEqual([
        join(folder, 'far', 'globus-token', 'forward-0a1b2c3d.sock'),
        join(elsewhere, 'forward-0a1b2c3d.sock'),
      ]);
    } finally {
      await rm(elsewhere, { recursive: true, force: true });
    }
  });

  it('refuses a path of ours that ssh would read as something else', async () => {
    const { run, requests, ssh } = await rig();
    await expect(run({}, ['true'], '/run/a:b%h/s.sock')).rejects.toMatchObject({ exit: 'usage' });
    expect(requests.at(-1)?.method).toBe('DELETE');
    expect(await ssh()).toEqual(['']);
  });
});

describe('what is read from the other machine', () => {
  it.each([
    [
      'Welcome!\n\nglobus-token-forward /run/user/7/globus-token/forward-1.sock\n',
      '/run/user/7/globus-token/forward-1.sock',
    ],
    ['globus-token-forward /run/user/7/forw', null],
    ['globus-token-forward /tmp/$(touch x)\n', null],
    ["globus-token-forward /tmp/'\n", null],
    ['globus-token-forward relative\n', null],
    ['', null],
  ])('%j', (output, path) => expect(pathFrom(output)).toBe(path));

  it('a command stays one text in quotes, as ssh would give it to the shell', () => {
    expect(remoteCommand('/tmp/s', ["echo 'a", "b' |", 'wc'])).toBe(
      `chmod 600 /tmp/s; exec env GLOBUS_TOKEN_SOCK=/tmp/s "$SHELL" -c 'echo '\\''a b'\\'' | wc'`,
    );
  });
});

describe('the folder of ssh’s control socket', () => {
  it('is private, and elsewhere when the usual place makes the path too long', () => {
    const long = mkdtempSync(join(tmpdir(), 'x'.repeat(60)));
    for (const [usual, within] of [
      [folder, folder],
      [long, '/tmp/'],
      ['/tmp/a b', '/tmp/'],
    ] as const) {
      const { path, remove } = makeControlFolder(usual);
      expect(path.startsWith(within)).toBe(true);
      expect(path.length + 18).toBeLessThanOrEqual(104);
      remove();
      expect(existsSync(join(path, '..'))).toBe(false);
    }
    rmSync(long, { recursive: true });
  });
});
