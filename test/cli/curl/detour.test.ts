import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkDetour, detourOf } from '../../../cli/curl/detour.ts';
import { readWords } from '../../../cli/curl/words.ts';
import { Failure } from '../../../cli/failure.ts';
import { build } from '../../../scripts/build.mjs';
import { NODE_CLI } from '../../support/cli-rig.ts';
import { type ConnectProxy, connectProxy } from '../../support/connect-proxy.ts';
import { jsonAnswer, scriptedBroker } from '../../support/scripted-broker.ts';

const ADDRESS = 'https://flows.globus.example/flows';

describe('[C17] an authority of the caller’s own', () => {
  const check = (env: Record<string, string>, ...words: string[]) =>
    checkDetour(readWords('view_flows', ['/a', ...words]), ADDRESS, env);

  it.each(['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'])(
    'is not taken together with the proxy of %s',
    (name) => {
      const env = { [name]: 'http://proxy.example:3128' };
      for (const own of ['--cacert', '--capath']) {
        expect(() => check(env, own, 'x')).toThrow(Failure);
        expect(() => check(env, own, 'x')).toThrow(`${own} and the proxy of ${name} are not taken together`);
        expect(() => check(env, own, 'x', '--noproxy', '*')).not.toThrow();
        expect(() => check({ ...env, NO_PROXY: '.globus.example' }, own, 'x')).not.toThrow();
      }
      expect(() => check(env)).not.toThrow();
      expect(() => check({}, '--cacert', 'x')).not.toThrow();
    },
  );

  it('is no matter where there is no TLS', () => {
    const env = { https_proxy: 'http://proxy.example:3128' };
    const words = readWords('view_flows', ['/a', '--cacert', 'x']);
    expect(() => checkDetour(words, 'http://127.0.0.1:9/flows', env)).not.toThrow();
  });
});

describe('the proxy of the environment is found as curl finds it', () => {
  let proxy: ConnectProxy;
  beforeAll(async () => {
    proxy = await connectProxy(9, 502);
  });
  afterAll(() => proxy.close());
  beforeEach(() => void proxy.asked.splice(0));

  it(
    '[C17] by globus-token curl, too: the proxy hears nothing of a request with an authority',
    { timeout: 60_000 },
    async () => {
      await build({ only: ['cli'] });
      const broker = await scriptedBroker();
      const token = { access_token: 'AgToken', origins: ['https://flows.globus.example'] };
      broker.say = jsonAnswer(token);
      const words = ['curl', 'view_flows', '/flows', '-sS', '--cacert', '/etc/hosts'];
      const env = { PATH: '/usr/bin:/bin', GLOBUS_TOKEN_SOCK: broker.socket };
      const child = spawn(process.execPath, [NODE_CLI, ...words], {
        env: { ...env, HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let said = '';
      child.stderr.on('data', (chunk) => (said += String(chunk)));
      expect(await once(child, 'close')).toEqual([2, null]);
      expect(said).toContain('--cacert and the proxy of HTTPS_PROXY are not taken together');
      expect(proxy.asked).toEqual([]);
      await broker.end();
    },
  );

  /** Whether the real curl asks it; if not, the host leads nowhere. */
  async function asks(env: Record<string, string>, noproxy: string | null): Promise<boolean> {
    const words = ['-q', '-sS', '--resolve', 'flows.globus.example:443:127.0.0.1'];
    const more = noproxy === null ? [] : ['--noproxy', noproxy];
    const child = spawn('/usr/bin/curl', [...words, ...more, ADDRESS], { env, stdio: 'ignore' });
    await once(child, 'close');
    return proxy.asked.length > 0;
  }

  it.each<[env: Record<string, string>, noproxy: string | null, proxied: boolean]>([
    [{}, null, false],
    [{ https_proxy: 'PROXY' }, null, true],
    [{ HTTPS_PROXY: 'PROXY' }, null, true],
    [{ all_proxy: 'PROXY' }, null, true],
    [{ ALL_PROXY: 'PROXY' }, null, true],
    [{ http_proxy: 'PROXY', HTTP_PROXY: 'PROXY' }, null, false],
    [{ https_proxy: '', ALL_PROXY: 'PROXY' }, null, true],
    [{ https_proxy: '' }, null, false],
    [{ https_proxy: 'PROXY' }, '*', false],
    [{ https_proxy: 'PROXY' }, 'globus.example', false],
    [{ https_proxy: 'PROXY', no_proxy: '*' }, '', true],
    [{ https_proxy: 'PROXY', no_proxy: '*' }, null, false],
    [{ https_proxy: 'PROXY', NO_PROXY: 'else.example, .globus.example' }, null, false],
    [{ https_proxy: 'PROXY', NO_PROXY: 'Flows.Globus.example' }, null, false],
    [{ https_proxy: 'PROXY', NO_PROXY: 'lobus.example' }, null, true],
    [{ https_proxy: 'PROXY', no_proxy: 'else.example', NO_PROXY: '*' }, null, true],
    [{ https_proxy: 'PROXY', no_proxy: '', NO_PROXY: '*' }, null, false],
  ])('%j, --noproxy %j: %s', async (given, noproxy, proxied) => {
    const url = `http://127.0.0.1:${proxy.port}`;
    const env = Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name, value.replace('PROXY', url)]),
    );
    expect(await asks(env, noproxy)).toBe(proxied);
    expect(detourOf(ADDRESS, env, noproxy) !== null).toBe(proxied);
  });
});
