import { readFile, readdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { treePids } from '../memory.ts';

/** Processor time that a process and its descendants use while `milliseconds` pass, milliseconds. Linux only. */
export async function cpuOver(root: number, milliseconds: number): Promise<number> {
  const before = await cpuOf(root);
  await delay(milliseconds);
  const after = await cpuOf(root);
  // A thread that ended takes what it used with it: it is not counted, on either side.
  return [...after].reduce((sum, [thread, used]) => sum + used - (before.get(thread) ?? 0), 0);
}

/** thread → milliseconds on a processor, to the nanosecond where clock ticks are 10 ms. */
async function cpuOf(root: number): Promise<Map<string, number>> {
  const used = new Map<string, number>();
  for (const pid of await treePids(root)) {
    for (const thread of await readdir(`/proc/${pid}/task`).catch(() => [])) {
      const text = await readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').catch(() => '0');
      used.set(thread, Number(text.split(' ')[0]) / 1e6);
    }
  }
  return used;
}
