import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { build } from '../../../scripts/build.mjs';
import { type HeadlessAgent, startHeadless } from '../../support/headless.ts';
import { type Installed, installForAll } from '../../support/installed.ts';
import { giveTo, ordinaryUser } from '../../support/ordinary-user.ts';

const run = promisify(execFile);
const user = ordinaryUser();
/** What an attacker who is the same user does: PTRACE_SEIZE (0x4206) of ptrace(2), and /proc. */
const LOOK = `
const koffi = require(process.argv[2]);
const { openSync, readlinkSync } = require('node:fs');
const ptrace = koffi.load(null).func('long ptrace(int, int, void *, void *)');
const tried = (look) => { try { look(); return 'done'; } catch (error) { return error.code; } };
const look = (pid) => ({
  seize: ptrace(0x4206, pid, null, null) === 0 ? 'done' : 'refused',
  mem: tried(() => openSync('/proc/' + pid + '/mem', 'r')),
  environ: tried(() => openSync('/proc/' + pid + '/environ', 'r')),
  exe: tried(() => readlinkSync('/proc/' + pid + '/exe')),
});
const child = require('node:child_process').spawn('sleep', ['60']);
child.once('spawn', () => {
  const found = { agent: look(Number(process.argv[1])), other: look(child.pid) };
  child.kill('SIGKILL');
  console.log(JSON.stringify(found));
  process.exit();
});
`;

let folder: string;
let installed: Installed;
let env: Record<string, string>;
let agent: HeadlessAgent;

beforeAll(() => build({ only: ['cli', 'headless'] }), 60_000);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'harden-'));
  await chmod(folder, 0o755);
  installed = await installForAll(join(folder, 'app'));
  for (const name of ['home', 'run', 'cwd']) await mkdir(join(folder, name), { mode: 0o700 });
  env = { PATH: '/usr/bin:/bin', HOME: join(folder, 'home'), XDG_RUNTIME_DIR: join(folder, 'run') };
  // Started as a developer's shell would: with cores wanted, and in a folder that takes them.
  const node = join(folder, 'node');
  const script = `#!/bin/sh\nulimit -S -c "$(ulimit -H -c)"\ncd '${join(folder, 'cwd')}'\nexec '${installed.node}' "$@"\n`;
  await writeFile(node, script);
  await chmod(node, 0o755);
  await giveTo(user, folder);
  agent = startHeadless(env, [], node, user, installed.agent);
  await agent.listens;
});
afterEach(async () => {
  await agent.end();
  await rm(folder, { recursive: true, force: true });
});

describe('the memory of an agent of an ordinary user', () => {
  it('[C25] goes into no file when it crashes, nor to a program that collects crashes', async () => {
    const limits = await readFile(`/proc/${agent.pid}/limits`, 'utf8');
    expect(limits).toMatch(/^Max core file size +(?:1 +1|0 +0) /m);
    agent.signal('SIGSEGV');
    expect(await agent.ended).toBe('SIGSEGV');
    expect(await readdir(join(folder, 'cwd'))).toEqual([]);
  });

  it('is closed to debuggers and in /proc, while another program’s of that user is open', async () => {
    const words = ['-e', LOOK, String(agent.pid), join(installed.modules, 'koffi')];
    // Newer Nodes look for a package.json above where they are.
    const { stdout } = await run(installed.node, words, { ...user, env, cwd: folder });
    expect(JSON.parse(stdout)).toEqual({
      agent: { seize: 'refused', mem: 'EACCES', environ: 'EACCES', exe: 'EACCES' },
      other: { seize: 'done', mem: 'done', environ: 'done', exe: 'done' },
    });
  });

  it('[C34] opens no inspector, with its TCP port, on the signal that asks Node for one', async () => {
    // On a port of its own: the usual one, if taken, would be refused to the agent, which looks as if it had not asked.
    const code = 'setInterval(() => {}, 1e6); console.log("up")';
    const bare = spawn(process.execPath, ['--inspect-port=0', '-e', code], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    try {
      await once(bare.stdout, 'data');
      bare.kill('SIGUSR1');
      agent.signal('SIGUSR1');
      // Node says so on stderr. By the time that a bare one has, ours would have, and it answers.
      await once(bare.stderr, 'data');
      const { stdout } = await run(installed.node, [installed.cli, 'status', '--json'], { ...user, env });
      expect(JSON.parse(stdout)).toMatchObject({ pid: agent.pid });
      expect(agent.said()).not.toMatch(/debugger|inspector/i);
    } finally {
      bare.kill('SIGKILL');
    }
  });

  it('is still theirs to end', async () => {
    const { stderr } = await run(installed.node, [installed.cli, 'agent', '--stop'], { ...user, env });
    expect(stderr).toContain(`(pid ${agent.pid}) has ended`);
    expect(await agent.ended).toBe(0);
  });
});
