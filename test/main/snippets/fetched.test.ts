import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { renderCurl } from '../../../main/snippets/curl.ts';
import { renderJavaScript } from '../../../main/snippets/javascript.ts';
import { renderPythonRequests } from '../../../main/snippets/python-requests.ts';
import { findRecipe } from '../../../main/snippets/recipes.ts';
import type { Recipe, TokenInSnippet } from '../../../main/snippets/types.ts';
import type { Verdict } from '../../../main/broker/types.ts';
import { ACCESS, brokerRig, type BrokerRig } from '../../support/broker-rig.ts';
import { connectProxy, type ConnectProxy } from '../../support/connect-proxy.ts';
import { SNIPPET_SHELLS } from '../../support/shells.ts';

/** A line that stays for as long as the test looks at processes: the API answers when it is told to. */
interface Heard {
  method: string;
  url: string;
  authorization: string | undefined;
  body: string;
}

const refuse = (): Promise<Verdict> => Promise.resolve({ kind: 'refused', reason: 'denied', by: 'prompt' });
const SHELLS = SNIPPET_SHELLS.filter(({ interactive }) => !interactive);
const recipe = (id: string): Recipe => findRecipe(id) as Recipe;
let rig: BrokerRig;
let home: string;
let api: Server;
let origin: string;
/** What the environment and ~/.curlrc name, and nothing may reach. */
let proxy: ConnectProxy;
let heard: Heard[];
let beforeAnswer: () => Promise<void>;

beforeAll(async () => {
  proxy = await connectProxy(9, 502);
  api = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      heard.push({ method, url, authorization: headers.authorization, body });
      void beforeAnswer().then(() => response.end('{"answered":true}'));
    });
  }).listen(0, '127.0.0.1');
  await once(api, 'listening');
  origin = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
});
afterAll(async () => {
  api.close();
  await proxy.close();
});

beforeEach(async () => {
  heard = [];
  beforeAnswer = () => Promise.resolve();
  rig = await brokerRig();
  home = await mkdtemp(join(tmpdir(), 'fetched-'));
  // Everything that a user's own settings could do to curl.
  await mkdir(join(home, 'settings'));
  for (const folder of [home, join(home, 'settings')]) {
    await writeFile(
      join(folder, '.curlrc'),
      `trace = "${join(home, 'trace')}"\ndump-header = "${join(home, 'headers')}"\nproxy = "${proxyUrl()}"\n`,
    );
  }
});
afterEach(async () => {
  await rig.close();
  await rm(home, { recursive: true, force: true });
});

const fetched = (): TokenInSnippet => ({ kind: 'fetched', socket: rig.path, scope: 'view_flows' });

const proxyUrl = (): string => `http://127.0.0.1:${proxy.port}`;

function environment(): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    CURL_HOME: join(home, 'settings'),
    ALL_PROXY: proxyUrl(),
    all_proxy: proxyUrl(),
    http_proxy: proxyUrl(),
    LC_ALL: 'C.UTF-8',
  };
}

/** The real curl, with what those before 7.75 do: only a `-q` that is a word of its own keeps the settings out. */
const WANTS_Q_ALONE = `case "$1" in
  -q | --disable) exec curl "$@" ;;
esac
exec curl -K "$HOME/.curlrc" "$@"
`;

/** The real curl, of which a proxy of the environment gets what is meant for a socket unless `--noproxy` forbids it. */
const PROXIES_SOCKETS = `case "$*" in
  *'--noproxy * '*) ;;
  *--unix-socket*) exec curl -q -sS "$http_proxy/socket" ;;
esac
exec curl "$@"
`;

/** Another curl first on PATH. @returns the environment that has it */
async function withCurl(script: string): Promise<Record<string, string>> {
  const path = process.env['PATH'] ?? '';
  const place = join(home, 'bin');
  await mkdir(place);
  await writeFile(join(place, 'curl'), `#!/bin/sh\nPATH='${path}'\n${script}`);
  await chmod(join(place, 'curl'), 0o755);
  return { ...environment(), PATH: `${place}:${path}` };
}

interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

async function run(command: string, args: readonly string[], env = environment()): Promise<Ended> {
  const child = spawn(command, args, { cwd: home, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, stdout, stderr };
}

/** Command lines and environments of all processes that this user may read. */
async function processes(): Promise<string> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const texts = await Promise.all(
    pids.flatMap((pid) =>
      ['cmdline', 'environ'].map((name) => readFile(`/proc/${pid}/${name}`, 'latin1').catch(() => '')),
    ),
  );
  return texts.join('\n');
}

describe.each(SHELLS)('a fetched token in $name', ({ command, args }) => {
  it('[C39] reaches the API and no command line, environment or file, whatever the settings of curl', async () => {
    let seen = '';
    beforeAnswer = async () => void (seen = await processes());
    for (const [id, values] of [
      ['list-flows', {}],
      ['update-flow', { flow_id: "it's" }],
    ] as const) {
      const line = renderCurl(recipe(id), { origin, token: fetched(), values });
      expect(line).not.toContain(ACCESS);
      const { status, stdout, stderr } = await run(command, [...args, '-c', line]);
      expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '{"answered":true}', stderr: '' });
      expect(seen).toContain('curl');
      expect(seen).not.toContain(ACCESS);
    }
    expect(heard).toMatchObject([
      { method: 'GET', authorization: `Bearer ${ACCESS}`, body: '' },
      { method: 'PUT', url: '/flows/it%27s', authorization: `Bearer ${ACCESS}` },
    ]);
    expect(JSON.parse(heard[1]?.body ?? '')).toEqual({ subtitle: 'New subtitle' });
    expect((await readdir(home)).filter((name) => /trace|headers/.test(name))).toEqual([]);
    expect([...proxy.others, ...proxy.asked]).toEqual([]);
  }, 60_000);

  it('[C39] reads no settings of curl by an older one either', async () => {
    const env = await withCurl(WANTS_Q_ALONE);
    for (const id of ['list-flows', 'create-flow']) {
      const line = renderCurl(recipe(id), { origin, token: fetched() });
      const { status, stdout } = await run(command, [...args, '-c', line], env);
      expect({ status, stdout }).toEqual({ status: 0, stdout: '{"answered":true}' });
    }
    expect((await readdir(home)).filter((name) => /trace|headers/.test(name))).toEqual([]);
    expect([...proxy.others, ...proxy.asked]).toEqual([]);
  }, 60_000);

  it('[C39] asks no proxy of the environment, also by a curl that would take one for a local socket', async () => {
    const env = await withCurl(PROXIES_SOCKETS);
    for (const id of ['list-flows', 'create-flow']) {
      const line = renderCurl(recipe(id), { origin, token: fetched() });
      const { status, stdout } = await run(command, [...args, '-c', line], env);
      expect({ status, stdout }).toEqual({ status: 0, stdout: '{"answered":true}' });
    }
    expect([...proxy.others, ...proxy.asked]).toEqual([]);
    expect(heard.map(({ authorization }) => authorization)).toEqual(Array(2).fill(`Bearer ${ACCESS}`));
  }, 60_000);

  it('[C39] lets no request leave that carries a body or changes something, when the broker refuses', async () => {
    rig.state.decide = refuse;
    const line = renderCurl(recipe('create-flow'), { origin, token: fetched() });
    const { status, stdout, stderr } = await run(command, [...args, '-c', line]);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^curl: \(22\) The requested URL returned error: 403/);
    expect(status).not.toBe(0);
    expect(heard).toEqual([]);
  }, 60_000);

  it('[C39] turns no refusal into a header', async () => {
    rig.state.decide = refuse;
    const line = renderCurl(recipe('list-flows'), { origin, token: fetched() });
    const { stderr } = await run(command, [...args, '-c', line]);
    expect(stderr).toContain('error: 403');
    expect(heard).toMatchObject([{ method: 'GET', authorization: undefined, body: '' }]);
  }, 60_000);
});

describe('a line with a fetched token', () => {
  it('[C39] is the one of the design', () => {
    const token = { kind: 'fetched', socket: '/run/user/1000/globus-token/broker.sock', scope: 'view_flows' };
    const line = renderCurl(recipe('get-flow'), {
      origin: 'https://flows.automate.globus.org',
      token: token as TokenInSnippet,
      values: { flow_id: 'f-1' },
    });
    expect(line).toBe(
      "curl -q -fsS --noproxy '*' --unix-socket '/run/user/1000/globus-token/broker.sock' 'http://localhost/v1/header?scope=view_flows'" +
        " | curl -q -sS -H @- 'https://flows.automate.globus.org/flows/f-1'",
    );
  });

  it('names the scope of a flow as the broker takes it', () => {
    const token = { kind: 'fetched', socket: '/s', scope: 'flow:f-1' } as const;
    expect(renderCurl(recipe('list-flows'), { origin, token })).toContain(
      "'http://localhost/v1/header?scope=flow:f-1'",
    );
  });

  it('says so when there is no curl', async () => {
    const line = renderCurl(recipe('list-flows'), { origin, token: fetched() });
    const { stderr } = await run('/bin/sh', ['-c', line], { ...environment(), PATH: home });
    expect(stderr).toMatch(/curl: not found/);
    expect(heard).toEqual([]);
  });
});

describe('a program with a fetched token', () => {
  /** Stands in for the package: prints what it was called with. */
  const REQUESTS = `import json
class Answer: text = "done"
def request(method, url, **more):
    open("called.json", "w").write(json.dumps([method, url, more]))
    return Answer()
`;

  it('[C39] asks the broker from Python, past every proxy', async () => {
    await writeFile(join(home, 'requests.py'), REQUESTS);
    await writeFile(
      join(home, 'program.py'),
      renderPythonRequests(recipe('create-flow'), { origin, token: fetched() }),
    );
    const { status, stderr, stdout } = await run('/usr/bin/python3', ['program.py']);
    expect({ status, stderr, stdout }).toEqual({ status: 0, stderr: '', stdout: 'done\n' });
    expect(JSON.parse(await readFile(join(home, 'called.json'), 'utf8'))).toEqual([
      'POST',
      `${origin}/flows`,
      {
        headers: { Authorization: `Bearer ${ACCESS}` },
        json: recipe('create-flow').body,
        timeout: 60,
      },
    ]);
  }, 60_000);

  it('[C39] asks the broker from JavaScript', async () => {
    await writeFile(
      join(home, 'program.mjs'),
      renderJavaScript(recipe('create-flow'), { origin, token: fetched() }),
    );
    const { status, stderr, stdout } = await run(process.execPath, ['program.mjs']);
    expect({ status, stderr, stdout }).toEqual({ status: 0, stderr: '', stdout: '{"answered":true}\n' });
    expect(heard).toMatchObject([{ method: 'POST', url: '/flows', authorization: `Bearer ${ACCESS}` }]);
    expect(JSON.parse(heard[0]?.body ?? '')).toEqual(recipe('create-flow').body);
  }, 60_000);

  it.each(['python', 'javascript'])(
    '[C39] ends in %s when the broker refuses',
    async (language) => {
      rig.state.decide = refuse;
      const [render, name, command] =
        language === 'python'
          ? ([renderPythonRequests, 'program.py', '/usr/bin/python3'] as const)
          : ([renderJavaScript, 'program.mjs', process.execPath] as const);
      await writeFile(join(home, 'requests.py'), REQUESTS);
      await writeFile(join(home, name), render(recipe('list-flows'), { origin, token: fetched() }));
      const { status, stderr } = await run(command, [name]);
      expect(status).toBe(1);
      expect(stderr).toContain('denied');
      expect(heard).toEqual([]);
      expect(await readdir(home)).not.toContain('called.json');
    },
    60_000,
  );
});
