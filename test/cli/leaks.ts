import { readFile, readdir, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Processes whose arguments or environment hold a text; those that may not be read belong to others. */
export async function holders(
  text: string,
  names: readonly ('cmdline' | 'environ')[] = ['cmdline', 'environ'],
): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const parts = await Promise.all(
        names.map((name) => readFile(`/proc/${pid}/${name}`, 'latin1').catch(() => '')),
      );
      return parts.some((part) => part.includes(text)) ? [Number(pid)] : [];
    }),
  );
  return found.flat();
}

/** The processes below one, from /proc. */
export async function below(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'latin1').catch(() => '');
  const children = text.split(' ').filter(Boolean).map(Number);
  return [...children, ...(await Promise.all(children.map(below))).flat()];
}

/** Name of a process's program: `curl`. */
export async function programOf(pid: number): Promise<string> {
  return (await readlink(`/proc/${pid}/exe`).catch(() => '')).split('/').at(-1) ?? '';
}

/** Files of these folders that hold a text, and the open files of these processes that do, even when deleted. */
export async function filesWith(
  text: string,
  folders: readonly string[],
  pids: readonly number[] = [],
): Promise<string[]> {
  const files = await Promise.all(
    folders.map(async (folder) => {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
      return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    }),
  );
  const open = await Promise.all(
    pids.map(async (pid) => {
      const paths = (await readdir(`/proc/${pid}/fd`).catch(() => [])).map((fd) => `/proc/${pid}/fd/${fd}`);
      // Reading a pipe would wait for who writes it.
      const regular = await Promise.all(
        paths.map((path) =>
          stat(path)
            .then((at) => at.isFile())
            .catch(() => false),
        ),
      );
      return paths.filter((_path, index) => regular[index]);
    }),
  );
  const all = [...files.flat(), ...open.flat()];
  const hits = await Promise.all(
    all.map(async (path) => (await readFile(path).catch(() => Buffer.alloc(0))).includes(text)),
  );
  return all.filter((_path, index) => hits[index]);
}
