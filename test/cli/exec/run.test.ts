import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { runExec } from '../../../cli/exec/run.ts';

const TOKEN = 'AgSecretTokenOfOneScope0123456789';
const CHILD = `
process.stdout.write('out ' + process.env.GLOBUS_TOKEN + ' end');
process.stderr.write('err ' + process.env.GLOBUS_TOKEN + ' end');
process.exitCode = 7;
`;

async function ran(platform: NodeJS.Platform) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const end = await runExec({
    program: process.execPath,
    words: ['node', '-e', CHILD],
    tokens: new Map([['GLOBUS_TOKEN', TOKEN]]),
    mask: true,
    env: { PATH: process.env['PATH'] },
    ...{ platform, stdout, stderr },
  });
  return { end, said: await Promise.all([stdout, stderr].map((stream) => text(stream.end()))) };
}

// Windows has no FIFO: the child's output comes through Node's own pipes.
it.each(['linux', 'darwin', 'win32'] as const)(
  'through the pipes of %s the output is masked and the exit code is the program’s [C50]',
  async (platform) => {
    const { end, said } = await ran(platform);
    expect(end).toEqual({ kind: 'exit', code: 7 });
    for (const one of said) {
      expect(one).toMatch(/^(?:out|err) .+ end$/);
      expect(one).not.toContain(TOKEN);
    }
  },
);
