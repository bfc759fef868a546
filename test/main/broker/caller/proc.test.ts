import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { LinuxProcessTable } from '../../../../main/broker/caller/proc.ts';
import type { ProcInfo } from '../../../../main/broker/caller/process-table.ts';

let table = new LinuxProcessTable(Date.now);
const children: ChildProcess[] = [];
afterEach(async () => {
  table.close();
  table = new LinuxProcessTable(Date.now);
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});

/** A shell that says "ready" and waits for a line; then it does the rest. */
async function shell(rest: string, env: NodeJS.ProcessEnv = { PATH: process.env['PATH'] }) {
  const child = spawn('/bin/sh', ['-c', `echo ready; read line; ${rest}`], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  await once(child.stdout, 'data');
  const info = table.read(child.pid ?? 0);
  if (info === null) throw new Error('the shell is gone');
  return { child, info, go: () => child.stdin.write('\n') };
}

function descriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

describe('a process that was read', () => {
  it('[C31] is untouched while it runs, also when it forks', async () => {
    const { child, info, go } = await shell('(echo again); read line');
    expect(table.isUntouched(info)).toBe(true);
    go();
    await once(child.stdout, 'data');
    expect(table.isUntouched(info)).toBe(true);
  });

  it('[C31] is not untouched after an exec, even of the same program with the same arguments', async () => {
    const again = `echo ready; read line; exec "$0" -c "$1"`;
    const child = spawn('/bin/sh', ['-c', again, '/bin/sh', again], { stdio: ['pipe', 'pipe', 'inherit'] });
    children.push(child);
    await once(child.stdout, 'data');
    const before = table.read(child.pid ?? 0) as ProcInfo;
    expect(table.isUntouched(before)).toBe(true);
    child.stdin.write('\n');
    await once(child.stdout, 'data');
    expect(table.isUntouched(before)).toBe(false);
    const after = table.read(child.pid ?? 0) as ProcInfo;
    expect(after).not.toBe(before);
    expect(table.isUntouched(after)).toBe(true);
  });

  it('[C31] is not untouched once it is gone, reaped or not', async () => {
    const { child, info } = await shell('true');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(table.isUntouched(info)).toBe(false);
    expect(table.read(info.pid)).toBeNull();
  });

  it('has to be compared when its environment is empty', async () => {
    const child = spawn('/usr/bin/env', ['-i', '/bin/sleep', '60'], { stdio: 'ignore' });
    children.push(child);
    await once(child, 'spawn');
    const pid = child.pid ?? 0;
    let info = table.read(pid);
    // In the middle of the exec the new program is there, with the old one's arguments or with none.
    while (info?.executable?.endsWith('sleep') !== true || info.argv[0] !== '/bin/sleep') {
      await new Promise((resolve) => setImmediate(resolve));
      info = table.read(pid);
    }
    expect(table.isUntouched(info)).toBe(false);
    expect(table.read(pid)).toMatchObject({ startTime: info.startTime, argv: ['/bin/sleep', '60'] });
  });

  it('[C31] is recalled as it was read while it runs, and read anew after an exec and after its end', async () => {
    const { child, info, go } = await shell('exec cat');
    expect(table.recall(info.pid)).toBe(info);
    const replaced = new Promise<ProcInfo | null>((resolve) => {
      const look = () => {
        const now = table.recall(info.pid);
        if (now === info) setImmediate(look);
        else resolve(now);
      };
      look();
    });
    go();
    expect((await replaced)?.startTime).toBe(info.startTime);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(table.recall(info.pid)).toBeNull();
  });

  it('keeps descriptors of 64 processes at most, and of 60 once it is tidied', async () => {
    const before = descriptors();
    const shells = await Promise.all(Array.from({ length: 66 }, () => shell('true')));
    const own = shells.length * 2;
    expect([descriptors() - before - own, table.crowded]).toEqual([64 * 3, true]);
    table.tidy();
    expect([descriptors() - before - own, table.crowded]).toEqual([60 * 3, false]);
    table.tidy();
    expect(descriptors() - before - own).toBe(60 * 3);
    const [first, last] = [shells[0]?.info, shells.at(-1)?.info] as [ProcInfo, ProcInfo];
    expect([table.isUntouched(first), table.isUntouched(last)]).toEqual([false, true]);
    expect(table.read(first.pid)?.startTime).toBe(first.startTime);
  });

  it('costs no descriptor that is not given back', async () => {
    const { info } = await shell('true');
    const before = descriptors();
    for (let round = 0; round < 10; round += 1) table.read(info.pid);
    expect(descriptors()).toBe(before);
    table.close();
    expect(descriptors()).toBe(before - 3);
  });
});
