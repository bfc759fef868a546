import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Credentials, giveTo } from './ordinary-user.ts';
import { until } from './processes.ts';

/** Where control groups of version 2 may be: alone, or beside those of version 1. */
const HIERARCHIES = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified'].filter((path) =>
  existsSync(join(path, 'cgroup.controllers')),
);

/** A group of processes in each hierarchy of this machine (cgroups(7)). */
export interface ControlGroups {
  /** Whoever writes its process ID into `cgroup.procs` of each is in it, with all that it starts. */
  readonly paths: readonly string[];
  /** Ends all that is in them, whoever started it. */
  killAll(): Promise<void>;
  remove(): Promise<void>;
}

export function canMakeControlGroups(): boolean {
  return process.getuid?.() === 0 && HIERARCHIES.some(isWritable);
}

/** In a namespace of its own, where nobody else sees it. */
export function canMount(): boolean {
  return spawnSync('unshare', ['--mount', 'true']).status === 0;
}

/** @param user whose they are to be, as a login gives them away */
export async function makeControlGroups(user: Credentials): Promise<ControlGroups> {
  const paths = HIERARCHIES.map((path) => join(path, `globus-token-${process.pid}-${Date.now()}`));
  for (const path of paths) {
    await mkdir(path);
    await giveTo(user, path);
  }
  return {
    paths,
    killAll: () => Promise.all(paths.map(killAll)).then(() => undefined),
    async remove() {
      // One that has ended is in it until it is reaped, and is not listed any more.
      for (const path of paths) await until('groups that let themselves be removed', () => removeAll(path));
    },
  };
}

/** This group and those below it, the deepest first. */
async function groupsBelow(group: string): Promise<string[]> {
  const entries = await readdir(group, { withFileTypes: true }).catch(() => []);
  const below = entries.filter((entry) => entry.isDirectory()).map((entry) => join(group, entry.name));
  return [...(await Promise.all(below.map(groupsBelow))).flat(), group];
}

async function removeAll(group: string): Promise<true | undefined> {
  try {
    for (const one of await groupsBelow(group)) await rmdir(one);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EBUSY') throw error;
    await killAll(group);
    return undefined;
  }
}

async function pidsIn(group: string): Promise<number[]> {
  const texts = (await groupsBelow(group)).map((path) =>
    readFile(join(path, 'cgroup.procs'), 'utf8').catch(() => ''),
  );
  return (await Promise.all(texts)).flatMap((text) => text.split('\n').filter(Boolean).map(Number));
}

/** Whatever started in the session, a service manager included, which would start some of it again. */
async function killAll(group: string): Promise<void> {
  await until('the end of all that ran in the session', async () => {
    const pids = await pidsIn(group);
    for (const pid of pids) signal(pid, 'SIGKILL');
    return pids.length === 0 || undefined;
  });
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself.
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
