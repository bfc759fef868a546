import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../scripts/build.mjs';
import { signingIn } from '../kills/strike.ts';
import { type Backend, type House, SCOPES, SPARE_SCOPE } from '../support/agent-house.ts';
import { LAUNCHER, NODE_CLI } from '../support/cli-rig.ts';
import { promised } from '../support/faults-table.ts';
import { writePolicy } from '../support/headless.ts';
import { houseAt, type Place, PLACES } from '../support/house-at.ts';
import type { KeyringSession } from '../support/keyring-session.ts';

const [SCOPE] = SCOPES;
/** More than the token at hand has left: the sign-in has to be read, and Globus gives a new one with the answer. */
const LIFE = 172_800;
/** Stays between the tests and the command, as whom the policy knows. */
const CALLER = '#!/bin/sh\n"$@"\nexit $?\n';

/** One command, whoever runs it (CHECKLIST 48). */
const NODE = [process.execPath, NODE_CLI];
const PROGRAMS = [NODE, [LAUNCHER]];

interface Situation {
  readonly house: House;
  readonly place: Place;
  readonly keyring: KeyringSession;
}

/** Rows of docs/faults.md, which says what is to be seen then. */
const FAULTS: readonly (readonly [
  fault: string,
  backend: Backend,
  breaks: (there: Situation) => Promise<unknown> | void,
])[] = [
  ['session bus ends under a running agent', 'keychain', ({ keyring }) => keyring.killBus()],
  ['no session bus', 'keychain', startedWithoutBus],
  ['no keyring service', 'keychain', ({ keyring }) => keyring.kill()],
  ['no default keyring', 'keychain', withoutKeyrings],
  ['keyring is locked', 'keychain', ({ keyring }) => keyring.lock()],
  ['keyring hangs', 'keychain', ({ keyring }) => keyring.stop()],
  ['data folder becomes read-only, with a keychain', 'keychain', ({ place }) => place.readOnly()],
  ['data folder becomes read-only, with a passphrase file', 'passphrase', ({ place }) => place.readOnly()],
];

let house: House;
let caller: string;
let close = () => Promise.resolve();

beforeAll(() => build({ only: ['cli', 'headless'] }), 60_000);
afterEach(() => close());

describe.each(FAULTS)('%s', (fault, backend, breaks) => {
  it('[C27] [C48] `get` and `header` end with its code and its words, by Node and by the launcher', async () => {
    const { exit, change, state, words } = promised(fault);
    const there = await signedIn(backend);
    await breaks(there);
    const asked = PROGRAMS.flatMap((program) =>
      ['get', 'header'].map((verb) => run([...program, verb, SCOPE, `--min-ttl=${LIFE}`])),
    );
    for (const { code, stdout, stderr } of await Promise.all(asked)) {
      expect(code, stderr).toBe(exit);
      expect(stderr).toContain(words);
      if (exit === 0) expect(stderr).toBe('');
      else expect(stderr).toMatch(TOLD);
      expect(stdout === '').toBe(exit !== 0);
    }
    expect((await house.say('GET', '/v1/status'))?.body).toMatchObject({ vault_state: state });
    const changed = await run([...NODE, 'scopes', 'add', SPARE_SCOPE]);
    expect(changed).toMatchObject({ code: change });
  }, 60_000);
});

/** What it is, and the one next step. */
const TOLD = /^globus-token: .+\.\nhint: .+\n$/;

/** An agent that has a sign-in and a token, which is not enough for what is asked next. */
async function signedIn(backend: Backend): Promise<Situation> {
  const at = await houseAt(PLACES[0] ?? 'limits', backend);
  ({ house } = at);
  const { keyring } = house;
  close = async () => {
    keyring?.continue();
    await at.close();
  };
  caller = join(house.folder, 'caller.sh');
  await writeFile(caller, CALLER);
  await chmod(caller, 0o755);
  await writePolicy(join(house.data, 'policy.json'), [
    { program: '/bin/sh', script: caller, scope: SCOPE, account: 'ada@uni.example' },
  ]);
  await house.start();
  await house.unlock();
  expect(await (await signingIn(house))()).toMatchObject({ kind: 'signed-in' });
  house.sandbox.addFault({ host: 'auth', path: '/v2/oauth2/token', kind: 'rotate' });
  house.sandbox.accessTokenSeconds = 2 * LIFE;
  return {
    house,
    place: at.place,
    get keyring() {
      if (keyring === null) throw new Error('it has a passphrase file');
      return keyring;
    },
  };
}

async function startedWithoutBus({ keyring }: Situation): Promise<void> {
  await house.stop();
  await keyring.killBus();
  await house.start();
}

/** A keyring service that was never given a keyring. */
async function withoutKeyrings({ keyring }: Situation): Promise<void> {
  await keyring.kill();
  await rm(join(keyring.env['XDG_DATA_HOME'] ?? '', 'keyrings'), { recursive: true });
  await keyring.start(false);
}

/** Without a terminal: in a session of its own. */
async function run(command: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = spawn(caller, command, {
    env: {
      PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
      HOME: '/nonexistent',
      LC_ALL: 'C.UTF-8',
      GLOBUS_TOKEN_SOCK: house.socket,
      // Four commands at once, on a machine that may be busy.
      GLOBUS_TOKEN_PATIENCE: '20s',
    },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  const [code] = (await once(child, 'close')) as [number];
  return { code, stdout, stderr };
}
