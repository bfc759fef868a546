import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { recipeOf } from '../../../main/agent-render.ts';
import { renderGlobusToken } from '../../../main/snippets/globus-token.ts';
import { type CliRig, cliRig } from '../../support/cli-rig.ts';
import { scopeOf } from '../../support/sandbox-agent.ts';
import { type Recorder, recorder } from './servers.ts';

let rig: CliRig;
let flows: string;
let token: string;
const servers: Recorder[] = [];

beforeAll(async () => {
  rig = await cliRig();
  flows = `127.0.0.1:${rig.sandbox.flows.port}`;
  token = (await rig.run(['get', 'view_flows'])).stdout.trim();
});
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));
afterAll(() => rig.end());

const curl = (...words: string[]) => rig.run(['curl', 'view_flows', ...words]);

async function server(...answer: Parameters<typeof recorder>): Promise<Recorder> {
  const made = await recorder(...answer);
  servers.push(made);
  return made;
}

/** curl's own way to reach a server of the test under the name of the Flows API. */
const instead = ({ port }: Recorder) => ['--connect-to', `${flows}:127.0.0.1:${port}`];

describe('globus-token curl', () => {
  it('asks the service of the scope for a path', async () => {
    const ran = await curl('/flows?per_page=5', '-sS');
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(ran.stdout)).toHaveProperty('flows');
  });

  it.each(['', '/', '/flows', '?a=b', '#part', '/{a,b}'])(
    'takes a URL of that service with "%s"',
    async (rest) => {
      const elsewhere = await server();
      const ran = await curl(`HTTP://${flows}${rest}`, '-sS', ...instead(elsewhere));
      expect(ran).toMatchObject({ code: 0, stderr: '' });
      expect(elsewhere.got[0]?.headers.authorization).toBe(`Bearer ${token}`);
    },
  );

  it('sends one header, its method, and a body from the words, a file or stdin', async () => {
    const elsewhere = await server();
    const file = join(rig.folder, 'body.json');
    await writeFile(file, '{"from":"file"}');
    const words = ['-sS', ...instead(elsewhere), '-HX-Own: 1'];
    await curl('/words', ...words, '--data', 'from=words', '-X', 'PUT');
    await curl('/file', ...words, '--data-binary', `@${file}`);
    await rig.run(['curl', 'view_flows', '/stdin', ...words, '-d@-'], { stdin: 'from=stdin' });
    await rig.run(['curl', 'view_flows', '/upload', ...words, '-T', '-'], { stdin: 'uploaded' });
    expect(elsewhere.got.map(({ method, url, body }) => [method, url, body])).toEqual([
      ['PUT', '/words', 'from=words'],
      ['POST', '/file', '{"from":"file"}'],
      ['POST', '/stdin', 'from=stdin'],
      ['PUT', '/upload', 'uploaded'],
    ]);
    for (const { headers } of elsewhere.got) {
      expect(headers).toMatchObject({ authorization: `Bearer ${token}`, 'x-own': '1' });
    }
  });

  it('runs what the app copies as its own snippet', async () => {
    const elsewhere = await server();
    const recipe =
      recipeOf(scopeOf('run_manage'), 'cancel-run') ?? recipeOf(scopeOf('run_manage'), undefined);
    if (recipe === undefined) throw new Error('run_manage has no recipe');
    const snippet = renderGlobusToken(recipe, {
      token: { kind: 'fetched', socket: rig.socket, scope: 'run_manage' },
      origin: `http://${flows}`,
      values: {},
    });
    const { stdout } = await promisify(execFile)('sh', ['-c', `set -- ${snippet}\nprintf '%s\\0' "$@"`], {
      env: { RUN_ID: 'run-1', FLOW_ID: 'flow-1' },
    });
    const [program, ...words] = stdout.split('\0').slice(0, -1);
    expect(program).toBe('globus-token');
    const ran = await rig.run([...words, '-sS', ...instead(elsewhere)]);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(elsewhere.got[0]?.headers.authorization).toMatch(/^Bearer ./);
  });

  it('passes a refusal of the service on as it came, and curl’s exit codes', async () => {
    const body = `{"error":{"code":"FORBIDDEN","detail":"${'é'.repeat(9)}"}}`;
    const elsewhere = await server((_got, response) => response.writeHead(403).end(body));
    const words = ['/flows', '--json', '{}', '-sS', '-w', '\\n%{http_code}', ...instead(elsewhere)];
    expect(await curl(...words)).toMatchObject({ code: 0, stdout: `${body}\n403`, stderr: '' });
    expect(await curl('/flows', '-sSf', ...instead(elsewhere))).toMatchObject({ code: 22, stdout: '' });
    expect((await curl('/', '-sS', '--connect-to', `${flows}:127.0.0.1:1`)).code).toBe(7);
  });

  it('writes files as curl does, and shows its progress meter', async () => {
    const out = join(rig.folder, 'out.json');
    const heads = join(rig.folder, 'heads');
    const ran = await rig.run(['curl', 'view_flows', '/flows', '-o', out, '-D', heads], { cwd: rig.folder });
    expect(ran).toMatchObject({ code: 0, stdout: '' });
    expect(ran.stderr).toContain('% Total');
    expect(JSON.parse(await readFile(out, 'utf8'))).toHaveProperty('flows');
    expect(await readFile(heads, 'utf8')).toMatch(/^HTTP\/1.1 200/);
    await rig.run(['curl', 'view_flows', '/flows', '-sSO'], { cwd: rig.folder });
    expect(JSON.parse(await readFile(join(rig.folder, 'flows'), 'utf8'))).toHaveProperty('flows');
  });

  it('does the same from the launcher', async () => {
    const elsewhere = await server();
    const words = ['curl', '--min-ttl', '60', 'view_flows', '/x', '-sS', '-d', '@-', ...instead(elsewhere)];
    const ran = await rig.run(words, { launcher: true, stdin: 'a body' });
    expect(ran).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(elsewhere.got[0]).toMatchObject({ method: 'POST', body: 'a body' });
    expect(elsewhere.got[0]?.headers.authorization).toBe(`Bearer ${token}`);
  });

  it('refuses another host before anything is sent [C17]', async () => {
    const elsewhere = await server();
    const ran = await curl(`http://127.0.0.1:${elsewhere.port}/flows`);
    expect(ran).toEqual({
      code: 2,
      stdout: '',
      stderr:
        `globus-token: A token for view_flows is for http://${flows}, not for ` +
        `http://127.0.0.1:${elsewhere.port}; it stays home.\nhint: globus-token curl view_flows /path\n`,
      screen: '',
    });
    expect(elsewhere.got).toEqual([]);
  });

  it('refuses an option that it does not know, as text and as JSON', async () => {
    const detail = '-k is not taken: a server that nobody has checked would get the token.';
    const next = 'globus-token header view_flows | curl -H @- …';
    expect(await curl('/flows', '-sk')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: `globus-token: ${detail}\nhint: ${next}\n`,
    });
    const ran = await rig.run(['curl', '--json', 'view_flows', '/flows', '-sk']);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(JSON.parse(ran.stderr)).toEqual({
      error: { exit: 'usage', code: 2, reason: null, detail, next },
    });
  });

  it('sends nothing when a file for stderr cannot be written', async () => {
    const ran = await curl('/flows', '--stderr', join(rig.folder, 'nowhere', 'x'));
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain('cannot be written');
  });
});
