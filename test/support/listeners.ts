import { readFile, readdir, readlink } from 'node:fs/promises';

/**
 * The TCP ports that a process and its group listen on, from /proc.
 * @param leader pid of the group's first process
 * @throws when the group has no socket at all: then it is not there, and says nothing about its listeners
 */
export async function tcpListeners(leader: number): Promise<number[]> {
  const inodes = await socketsOf(leader);
  if (inodes.size === 0) throw new Error(`the group of ${leader} has no socket`);
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8')));
  const found: number[] = [];
  for (const line of tables.flatMap((table) => table.split('\n').slice(1))) {
    const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
    if (state === '0A' && inodes.has(inode)) found.push(Number.parseInt(local.split(':')[1] ?? '', 16));
  }
  return found;
}

/** Inodes of all sockets that any process of the group holds. */
async function socketsOf(leader: number): Promise<Set<string>> {
  const inodes = new Set<string>();
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const group = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2];
    if (group !== String(leader)) continue;
    for (const fd of await readdir(`/proc/${pid}/fd`).catch(() => [])) {
      const link = await readlink(`/proc/${pid}/fd/${fd}`).catch(() => '');
      const inode = /^socket:\[(\d+)\]$/.exec(link)?.[1];
      if (inode !== undefined) inodes.add(inode);
    }
  }
  return inodes;
}
