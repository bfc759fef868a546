import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, readFileSync, realpathSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createConnection, Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createCallerIdentifier } from '../../../../main/broker/caller/identifier.ts';
import { createPeerCredentials } from '../../../../main/broker/caller/peer-credentials.ts';
import { FabricatedTable, OURSELVES } from './fabricated.ts';
import { liveBroker, type LiveBroker } from './live.ts';

const SOCKET = new Socket();
const PYTHON = realpathSync('/usr/bin/python3');

describe.skipIf(process.platform !== 'linux')('real processes', () => {
  let broker: LiveBroker;
  beforeEach(async () => {
    broker = await liveBroker();
  });
  afterEach(() => broker.close());

  test('[C31] names a script above curl, with what is in it', async () => {
    const script = broker.file('backup.sh', `#!/bin/bash\n${broker.ask}\ntrue\n`);
    broker.run(script);
    const caller = await broker.caller();
    const { dev, ino } = statSync(script);
    const sha256 = createHash('sha256').update(readFileSync(script)).digest('hex');
    expect(caller.peer.executable).toBe(realpathSync('/usr/bin/curl'));
    expect(caller.subject).toMatchObject({
      kind: 'program',
      program: realpathSync('/bin/bash'),
      inline: false,
      script: { path: script, binding: { inode: `${dev}:${ino}`, sha256 } },
    });
    expect(caller.chain.map(({ pid }) => pid).at(-1)).toBe(process.pid);
    expect(broker.identifier.stillSame(caller)).toBe(true);
  });

  test.each([
    ['through env', (ask: string) => `env A=b ${ask}\ntrue`],
    ['through timeout', (ask: string) => `timeout 60 ${ask}\ntrue`],
    ['in a subshell', (ask: string) => `x=$(true; ${ask}; true)\ntrue`],
    ['in a new session', (ask: string) => `setsid -w ${ask}\ntrue`],
    ['from another folder, by a relative name', (ask: string) => `cd /\n${ask}\ntrue`],
  ])('[C31] names a script above curl %s', async (_name, body) => {
    broker.file('backup.sh', `#!/bin/bash\n${body(broker.ask)}\n`);
    broker.run('./backup.sh');
    const { subject } = await broker.caller();
    expect(subject).toMatchObject({ kind: 'program', script: { path: join(broker.folder, 'backup.sh') } });
  });

  test('[C31] takes bash -c for code without a file', async () => {
    broker.run('bash', '-c', `${broker.ask}; true`);
    expect((await broker.caller()).subject).toMatchObject({ kind: 'program', script: null, inline: true });
  });

  test('[C31] names a Python script above its subprocess', async () => {
    const script = broker.file('ask.py', `import subprocess\nsubprocess.run("""${broker.ask}""".split())\n`);
    broker.run(PYTHON, 'ask.py');
    expect((await broker.caller()).subject).toMatchObject({
      program: PYTHON,
      script: { path: script },
      inline: false,
    });
  });

  const connects = (path: string) => `require('node:net').connect(${JSON.stringify(path)});`;

  test('[C31] names a node script', async () => {
    const script = broker.file('ask.cjs', connects(broker.path));
    broker.run(process.execPath, 'ask.cjs');
    expect((await broker.caller()).subject).toMatchObject({ kind: 'program', script: { path: script } });
  });

  test('[C31] looks through our own launcher, and only by its real path', async () => {
    const launchers: string[] = [];
    const own = await liveBroker(launchers);
    try {
      const launcher = own.file('globus-token.js', connects(own.path));
      const outer = own.file('outer.sh', `#!/bin/bash\n${process.execPath} ${launcher}\ntrue\n`);
      own.run(outer);
      expect((await own.caller()).subject).toMatchObject({ script: { path: launcher } });
      launchers.push(launcher);
      own.run(outer);
      expect((await own.caller()).subject).toMatchObject({ script: { path: outer } });
    } finally {
      await own.close();
    }
  });

  test.each(['', '/bin/sh', 'dash', 'bash', 'bash --posix', 'zsh'])(
    '[C31] looks through our shell launcher, its subshell and curl, run by %j, and only by its real path',
    async (shell) => {
      const launchers: string[] = [];
      const own = await liveBroker(launchers);
      try {
        const launcher = own.file('globus-token', `#!/bin/sh\nx=$(true; ${own.ask}; true)\ntrue\n`);
        symlinkSync(launcher, join(own.folder, 'gt'));
        const copy = own.file('copy/globus-token', readFileSync(launcher, 'utf8'));
        const outer = (file: string) => own.file('outer.sh', `#!/bin/bash\n${shell} ${file} get run\ntrue\n`);
        own.run(outer(launcher));
        expect((await own.caller()).subject).toMatchObject({ script: { path: launcher } });
        launchers.push(launcher);
        own.run(outer('./gt'));
        const caller = await own.caller();
        expect(caller.subject).toMatchObject({ script: { path: join(own.folder, 'outer.sh') } });
        expect(own.identifier.stillSame(caller)).toBe(true);
        own.run(outer(copy));
        expect((await own.caller()).subject).toMatchObject({ script: { path: copy } });
      } finally {
        await own.close();
      }
    },
  );

  test('[C31] takes the launcher at a prompt for the terminal session that it was typed in', async () => {
    const launchers: string[] = [];
    const own = await liveBroker(launchers);
    try {
      launchers.push(own.file('globus-token', `#!/bin/sh\nx=$(true; ${own.ask}; true)\ntrue\n`));
      const child = own.run('script', '-q', '-c', 'exec bash --norc', '/dev/null');
      child.stdin?.write('./globus-token get run\n');
      expect((await own.caller()).subject).toMatchObject({ kind: 'terminal' });
    } finally {
      await own.close();
    }
  });

  test('[C31] takes an interactive shell for its terminal session', async () => {
    const child = broker.run('script', '-q', '-c', 'exec bash --norc', '/dev/null');
    child.stdin?.write(`${broker.ask}\n`);
    const { subject } = await broker.caller();
    if (subject.kind !== 'terminal') throw new Error(JSON.stringify(subject));
    expect(subject.terminal.tty).toMatch(/^pts\/\d+$/);
    expect(subject.terminal.leader).toEqual({
      pid: subject.process.pid,
      startTime: subject.process.startTime,
    });
  });

  test('[C31] leaves curl unidentified when its parent is gone', async () => {
    const orphan = broker.file(
      'orphan.py',
      'import os\nr,w=os.pipe()\nparent=os.getpid()\nif os.fork(): os._exit(0)\nos.close(w)\nos.read(r,1)\n' +
        'while os.getppid()==parent: os.sched_yield()\n' +
        `os.execvp("curl", """${broker.ask}""".split())\n`,
    );
    broker.run(PYTHON, orphan);
    expect((await broker.caller()).subject).toMatchObject({ kind: 'unidentified' });
  });

  test('[C31] names a daemon that forked twice by itself', async () => {
    const daemon = broker.file(
      'daemon.py',
      'import os,socket,time\nif os.fork(): os._exit(0)\nos.setsid()\nif os.fork(): os._exit(0)\n' +
        `s=socket.socket(socket.AF_UNIX)\ns.connect("${broker.path}")\ns.recv(1)\n`,
    );
    broker.run(PYTHON, daemon);
    const { subject, arrival } = await broker.caller();
    expect(subject).toMatchObject({ kind: 'program', script: { path: daemon }, terminal: null });
    broker.answer(arrival);
  });

  test.each([
    ['another program', '"/bin/cat", ["cat"]'],
    ['the same interpreter with another script', 'sys.executable, [sys.executable, "-c", "input()"]'],
  ])('[C31] is not the same after an exec of %s', async (_name, target) => {
    const script = broker.file(
      'turncoat.py',
      `import os,socket,sys\ns=socket.socket(socket.AF_UNIX)\ns.connect("${broker.path}")\n` +
        's.set_inheritable(True)\ns.recv(1)\n' +
        `os.execv(${target})\n`,
    );
    broker.run(PYTHON, script);
    const caller = await broker.caller();
    expect(broker.identifier.stillSame(caller)).toBe(true);
    const before = readFileSync(`/proc/${caller.peer.pid}/cmdline`, 'utf8');
    caller.arrival.socket.write('x');
    await expect
      .poll(() => readFileSync(`/proc/${caller.peer.pid}/cmdline`, 'utf8'), { interval: 5 })
      .not.toBe(before);
    expect(broker.identifier.stillSame(caller)).toBe(false);
  });

  test('[C31] is not the same once the script above has ended', async () => {
    const script = broker.file('brief.sh', `#!/bin/bash\n${broker.ask} &\nread line\n`);
    const child = broker.run(script);
    const caller = await broker.caller();
    expect(broker.identifier.stillSame(caller)).toBe(true);
    child.stdin?.end('\n');
    await once(child, 'exit');
    expect(broker.identifier.stillSame(caller)).toBe(false);
    broker.answer(caller.arrival);
  });

  test('[C31] sees that the program was replaced while it ran', async () => {
    const program = join(broker.folder, 'own-bash');
    copyFileSync(realpathSync('/bin/bash'), program);
    const child = broker.run(program, '-c', `read line; ${broker.ask}; true`);
    await once(child, 'spawn');
    copyFileSync(program, `${program}.new`);
    renameSync(`${program}.new`, program);
    child.stdin?.write('\n');
    expect((await broker.caller()).subject).toMatchObject({ kind: 'unidentified' });
  });

  test('[C31] reads a changed script again', async () => {
    const script = broker.file('backup.sh', `#!/bin/bash\n${broker.ask}\ntrue\n`);
    const ask = async () => {
      broker.run(script);
      const { subject, arrival } = await broker.caller();
      broker.answer(arrival);
      return subject.kind === 'program' ? subject.script?.binding?.sha256 : undefined;
    };
    const first = await ask();
    rmSync(script);
    broker.file('backup.sh', `#!/bin/bash\n${broker.ask}\n true\n`);
    expect(await ask()).not.toBe(first);
  });
});

describe('edges', () => {
  const rows = [
    { pid: 200, parent: 100, argv: ['bash', '/home/ada/backup.sh'] },
    { pid: 900, parent: 200, argv: ['curl'] },
  ];
  const peer =
    (pid: number, uid = 1000) =>
    () => ({ kind: 'peer' as const, pid, uid });
  const identifierOf = (table: FabricatedTable | null, credentials = peer(900)) =>
    createCallerIdentifier({ table, credentials, ourselves: OURSELVES, platform: 'linux' });

  test.each([
    ['the peer', { pid: 900, parent: 200, argv: ['curl'], startTime: '9001' }],
    ['the subject', { pid: 200, parent: 100, argv: ['bash', '/home/ada/backup.sh'], startTime: '2001' }],
    ['the peer, but for its program', { pid: 900, parent: 200, argv: ['curl'], executable: '/usr/bin/cat' }],
  ])('[C31] is not the same when the pid of %s was used again', (_name, row) => {
    const table = new FabricatedTable(rows);
    const identifier = identifierOf(table);
    const identified = identifier.identify(SOCKET, null);
    if (identified.kind !== 'caller') throw new Error(identified.kind);
    expect(identifier.stillSame(identified.caller)).toBe(true);
    expect(identifier.stillSame({ ...identified.caller })).toBe(false);
    table.set(row);
    expect(identifier.stillSame(identified.caller)).toBe(false);
  });

  test('has a crowded table tidied once nobody waits for an answer any more', async () => {
    const table = new FabricatedTable(rows);
    const served = async () => {
      const socket = new Socket();
      identifierOf(table).identify(socket, null);
      const before = table.tidied;
      socket.destroy();
      await once(socket, 'close');
      return [before, table.tidied];
    };
    expect(await served()).toEqual([0, 0]);
    table.crowded = true;
    expect(await served()).toEqual([0, 1]);
  });

  test('[C30] names another user and looks no further', () => {
    const identified = identifierOf(new FabricatedTable(rows), peer(900, 0)).identify(SOCKET, null);
    expect(identified).toEqual({ kind: 'foreign-uid', uid: 0 });
  });

  test('[C31] does not guess about a peer that is gone', () => {
    expect(identifierOf(new FabricatedTable([])).identify(SOCKET, null)).toMatchObject({ kind: 'unknown' });
  });

  test("[C35] takes whoever comes by a forward socket for its host's", () => {
    expect(identifierOf(new FabricatedTable(rows)).identify(SOCKET, 'cluster')).toMatchObject({
      caller: { subject: { kind: 'forwarded', relay: 'curl', host: 'cluster' } },
    });
  });

  test('[C31] leaves everybody on a Windows pipe unidentified', () => {
    const credentials = createPeerCredentials('win32');
    const options = { table: null, credentials, ourselves: OURSELVES, platform: 'win32' as const };
    expect(createCallerIdentifier(options).identify(SOCKET, null)).toMatchObject({
      kind: 'caller',
      caller: { subject: { kind: 'unidentified' } },
    });
  });

  test('[C31] knows nothing about a closed connection', () => {
    const socket = createConnection('/nowhere/at/all').on('error', () => undefined);
    socket.destroy();
    expect(createPeerCredentials('linux')(socket)).toMatchObject({ kind: 'unknown' });
  });
});
