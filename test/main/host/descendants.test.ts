import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { descendants } from '../../../main/host/descendants.ts';

it('finds children and their children, while they are there', async () => {
  const child = spawn('/bin/sh', ['-c', 'sleep 60 & echo $!; wait'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const grandchild = Number(line.toString());
  expect(descendants()).toEqual(expect.arrayContaining([child.pid, grandchild]));
  expect(descendants(child.pid)).toEqual([grandchild]);
  process.kill(grandchild, 'SIGKILL');
  await once(child, 'close');
  expect(descendants()).not.toContain(child.pid);
  expect(descendants(child.pid)).toEqual([]);
});
