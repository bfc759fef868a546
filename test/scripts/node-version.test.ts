import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ranTo } from '../support/processes.ts';

const SCRIPTS = join(import.meta.dirname, '..', '..', 'scripts');
const older = (version: string): string =>
  `data:text/javascript,Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`;

it.each([
  ['demo.mjs', '18.19.1'],
  ['test.mjs', '20.18.3'],
])('%s says under Node.js %s which one it needs, and nothing else', async (script, version) => {
  const ended = await ranTo(process.execPath, ['--import', older(version), join(SCRIPTS, script)], {
    timeout: 20_000,
  });
  expect({ ...ended, stderr: ended.stderr.replace(/: https:.*/, '') }).toEqual({
    code: 1,
    stdout: '',
    stderr: `This needs Node.js 20.19 or newer, and this one is ${version}\n`,
  });
});
