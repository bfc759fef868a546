import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, expect, it } from 'vitest';
import { type CurlRequest, runCurl } from '../../../cli/curl/run.ts';
import { readWords } from '../../../cli/curl/words.ts';
import { findProgram } from '../../../cli/child/programs.ts';
import { type Recorder, recorder } from './servers.ts';

const TOKEN = 'AgTokenOfTheTest0123456789';
let server: Recorder;

afterEach(() => server.close());

/** As on Windows: neither a shell nor /dev/fd. The curl is the one of this machine. */
async function request(...words: string[]): Promise<CurlRequest & { stderr: PassThrough }> {
  server = await recorder();
  const curl = findProgram('curl', process.env);
  if (curl.kind !== 'found') throw new Error('these tests need curl');
  return {
    scope: 'view_flows',
    program: curl.path,
    token: TOKEN,
    url: `http://127.0.0.1:${server.port}/x`,
    words: readWords('view_flows', ['/x', ...words]),
    env: { PATH: process.env['PATH'] },
    platform: 'win32',
    stdout: new PassThrough(),
    stderr: new PassThrough(),
  };
}

it('curl gets its header on stdin on Windows, and stderr is masked', async () => {
  const asked = await request('-sSv', '-d', 'a=b');
  expect(await runCurl(asked)).toBe(0);
  expect(server.got[0]).toMatchObject({ method: 'POST', body: 'a=b' });
  expect(server.got[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`);
  const shown = await text(asked.stderr.end());
  expect(shown).toContain('Authorization: Bearer ****');
  expect(shown).not.toContain(TOKEN);
});

it.each([
  ['what is sent from stdin', ['-d', '@-'], 'cannot come from stdin'],
  ['a trace', ['--trace', 'x'], 'traces cannot be masked'],
])('refuses %s on Windows', async (_what, words, why) => {
  const asked = await request(...words);
  await expect(runCurl(asked)).rejects.toThrow(why);
  expect(server.got).toEqual([]);
});

it('refuses an answer that is no token, as it could end the header line', async () => {
  const asked = await request();
  await expect(runCurl({ ...asked, token: 'a\r\nX-More: 1' })).rejects.toThrow('no token');
  expect(server.got).toEqual([]);
});
