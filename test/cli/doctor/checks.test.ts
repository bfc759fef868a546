import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAtLeast } from '../../../cli/curl/program.ts';
import { environmentCheck } from '../../../cli/doctor/environment.ts';
import { accountsCheck, clientIdCheck, vaultCheck } from '../../../cli/doctor/keeping.ts';
import { curlCheck, nodeCheck } from '../../../cli/doctor/programs.ts';
import { examine, verdict } from '../../../cli/doctor/run.ts';
import { agentCheck } from '../../../cli/doctor/socket.ts';
import { type Check, fail, ok, warn } from '../../../cli/doctor/types.ts';
import { BrokerClient } from '../../../cli/client.ts';
import { TUTORIAL_CLIENT_ID } from '../../../cli/login/client-id.ts';
import { clientOf, found, healthy, partsOf } from './parts.ts';

describe('what doctor says of the vault', () => {
  it.each([
    [{ vault_state: 'ready' }, 'ok', null],
    [{ vault_state: 'locked' }, 'fail', 'keychain-locked'],
    [{ vault_state: 'locked', backend: 'passphrase' }, 'fail', 'locked'],
    [{ vault_state: 'denied' }, 'fail', 'keychain-denied'],
    [{ vault_state: 'slow' }, 'fail', 'keychain-slow'],
    [{ vault_state: 'damaged' }, 'fail', 'vault-damaged'],
    [{ vault_state: 'missing', vault_absence: 'bus' }, 'fail', 'no-keychain'],
    [{ vault_state: 'missing', vault_absence: 'service' }, 'fail', 'no-keychain'],
    [{ vault_state: 'missing', vault_absence: 'collection' }, 'fail', 'no-keyring'],
    [{ vault_state: 'missing', vault_absence: null }, 'fail', 'no-keychain'],
  ] as const)('%o is %s [C27]', async (status, state, exit) => {
    const [finding, ...more] = await found(vaultCheck, partsOf({ client: clientOf(healthy(status)) }));
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ state, exit });
    expect(finding?.next === null).toBe(state === 'ok');
  });

  it('looks for itself where no agent answers', async () => {
    const client = clientOf(null);
    expect(await found(vaultCheck, partsOf({ client }))).toMatchObject([{ state: 'warn' }]);
    const env = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/run/user/1000/bus' };
    expect(await found(vaultCheck, partsOf({ client, env }))).toMatchObject([{ state: 'skipped' }]);
  });
});

describe('what doctor says of the agent', () => {
  it('fails with the code of a missing one, and warns of another version', async () => {
    expect(await found(agentCheck, partsOf({ client: clientOf(null) }))).toMatchObject([
      { state: 'fail', exit: 'no-agent' },
    ]);
    expect(await found(agentCheck, partsOf({ version: '0.2.0' }))).toMatchObject([{ state: 'warn' }]);
    expect(await found(agentCheck, partsOf())).toMatchObject([{ state: 'ok' }]);
    const locked = clientOf(healthy({ locked: true }));
    expect(await found(agentCheck, partsOf({ client: locked }))).toMatchObject([
      { state: 'fail', exit: 'locked', next: 'globus-token unlock' },
    ]);
  });

  it.each(['darwin', 'win32'] as const)(
    'warns on %s of one without a window, which hands out nothing',
    async (platform) => {
      const headless = clientOf(healthy({ kind: 'headless' }));
      const [finding] = await found(agentCheck, partsOf({ client: headless, platform }));
      expect(finding).toMatchObject({ state: 'warn', next: expect.stringContaining('the app') as string });
      expect(await found(agentCheck, partsOf({ client: headless }))).toMatchObject([{ state: 'ok' }]);
      const app = clientOf(healthy({ kind: 'desktop' }));
      expect(await found(agentCheck, partsOf({ client: app, platform }))).toMatchObject([{ state: 'ok' }]);
    },
  );

  it('knows whether it is set up and who is signed in', async () => {
    const fresh = partsOf({ client: clientOf(healthy({ client_id: null, accounts: [] })) });
    expect(await found(clientIdCheck, fresh)).toMatchObject([{ state: 'fail', exit: 'not-set-up' }]);
    expect(await found(accountsCheck, fresh)).toMatchObject([{ state: 'fail', exit: 'needs-sign-in' }]);
    const tutorial = partsOf({ client: clientOf(healthy({ client_id: TUTORIAL_CLIENT_ID })) });
    expect(await found(clientIdCheck, tutorial)).toMatchObject([{ state: 'warn' }]);
    expect(await found(accountsCheck, partsOf())).toMatchObject([
      { state: 'warn', says: 'ada@uni.example; not covered: run' },
    ]);
  });
});

describe('what doctor says of programs and environment', () => {
  let folder: string;
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'doctor-'))));
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function withCurl(says: string | null) {
    const curl = join(folder, 'curl');
    await writeFile(curl, `#!/bin/sh\necho '${says ?? ''}'\nexit ${says === null ? 1 : 0}\n`);
    await chmod(curl, 0o755);
    return found(curlCheck, partsOf({ env: { PATH: folder } }));
  }

  it('wants a Node.js and a curl that are new enough', async () => {
    expect(await found(nodeCheck, partsOf())).toMatchObject([{ state: 'ok' }]);
    expect(await found(nodeCheck, partsOf({ node: '20.18.3' }))).toMatchObject([
      { state: 'fail', exit: 'no-node' },
    ]);
    expect(await withCurl('curl 7.58.0 (x86_64)')).toMatchObject([{ state: 'ok', says: '7.58.0' }]);
    const next = 'Install curl 7.58.0 or newer';
    for (const [version, why] of [
      ['7.57.0', 'too old to be given a token'],
      ['7.40.0', 'too old to be given a token'],
      ['7.29.0', 'too old for sockets'],
    ] as const) {
      const says = expect.stringContaining(why) as string;
      expect(await withCurl(`curl ${version} (x86_64)`)).toMatchObject([{ state: 'warn', says, next }]);
    }
    expect(await withCurl(null)).toMatchObject([{ state: 'warn' }]);
    expect(await found(curlCheck, partsOf({ env: { PATH: '/nonexistent' } }))).toMatchObject([
      { state: 'warn', next: 'Install curl' },
    ]);
    expect([isAtLeast('22.1.0', '20.19'), isAtLeast('8.0', '7.40'), isAtLeast('7.9.1', '7.40')]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it.each([
    [{ NODE_OPTIONS: '--require x' }, 'warn', 'NODE_OPTIONS'],
    [{ NODE_EXTRA_CA_CERTS: '/nonexistent.pem' }, 'warn', 'NODE_EXTRA_CA_CERTS'],
    [{ NODE_TLS_REJECT_UNAUTHORIZED: '0' }, 'fail', 'NODE_TLS_REJECT_UNAUTHORIZED'],
    [{ GLOBUS_TOKEN_SOCK: '/home/ada/x.sock', HOME: '/home/ada' }, 'fail', 'under the home folder'],
    [{ GLOBUS_TOKEN_SOCK: 'x.sock' }, 'fail', 'absolute'],
    [{ GLOBUS_TOKEN_SOCK: '/run/x.sock' }, 'ok', '/run/x.sock'],
    [{}, 'ok', 'nothing odd'],
  ])('%o', async (env: Record<string, string>, state, says) => {
    const start = () => Promise.resolve(false);
    const client = new BrokerClient({ env, uid: 1_000, platform: 'linux', start });
    const findings = await found(environmentCheck, partsOf({ env, client }));
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ state, says: expect.stringContaining(says) as string });
  });

  it.each([
    ['linux', 'unset NODE_OPTIONS'],
    ['win32', 'In PowerShell: Remove-Item Env:NODE_OPTIONS; in cmd: set NODE_OPTIONS='],
  ] as const)('names the step in words of a shell of %s', async (platform, next) => {
    const env = { NODE_OPTIONS: '--require x' };
    expect(await found(environmentCheck, partsOf({ env, platform }))).toMatchObject([{ next }]);
  });
});

describe('doctor’s rounds', () => {
  const checkOf = (name: string, run: Check['run'], exit: Check['exit'] = 'failed'): Check => ({
    name,
    exit,
    run,
  });

  it('keeps nobody waiting for one that hangs, and aborts it', async () => {
    let aborted = false;
    const hangs = checkOf(
      'hangs',
      (_, signal) => {
        signal.addEventListener('abort', () => (aborted = true));
        return new Promise(() => undefined);
      },
      'network',
    );
    const reports = await examine(
      [hangs, checkOf('fine', () => Promise.resolve([ok('yes')]))],
      partsOf(),
      20,
    );
    expect(reports).toMatchObject([
      { check: 'hangs', state: 'fail', exit: 'network' },
      { check: 'fine', state: 'ok' },
    ]);
    expect(aborted).toBe(true);
  });

  it('gives the code of the first failure; warnings are none', async () => {
    const reports = await examine(
      [
        checkOf('one', () => Promise.resolve([warn('hm', 'look')])),
        checkOf('two', () => Promise.resolve([ok('yes'), fail('keychain-slow', 'no', null)])),
        checkOf('three', () => Promise.reject(new TypeError('secret text'))),
      ],
      partsOf(),
    );
    expect(verdict(reports)).toBe('keychain-slow');
    expect(verdict(reports.slice(0, 2))).toBe('ok');
    expect(JSON.stringify(reports)).not.toContain('secret text');
  });
});
