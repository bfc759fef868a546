import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Conf from 'conf';
import { Agent as Dispatcher, fetch as send } from 'undici';
import { type Agent, createAgent } from '../../main/agent.ts';
import { openSettingsFile } from '../../main/desktop/settings-file.ts';
import type { Fetch, Logger } from '../../main/effects.ts';
import { demoEnvironment } from '../../main/globus/environments.ts';
import { type HeadlessBroker, setupHeadlessBroker } from '../../main/headless/broker.ts';
import { ChosenVault } from '../../main/host/chosen-vault.ts';
import { systemLockEffects } from '../../main/session/locks/effects.ts';
import { openLocks } from '../../main/session/locks/os-locks.ts';
import { MemoryVault } from '../../main/vault/memory.ts';
import { PassphraseVault } from '../../main/vault/passphrase.ts';
import { FakeClock } from '../support/agent-parts.ts';
import { DurableVault } from '../support/durable-vault.ts';
import { FAST } from '../support/passphrase-vault.ts';
import { ENTRIES, FLOWS, SIGNED_IN } from './kept.ts';
import type { WorldOpened } from './world.ts';

/** A long-lived agent without a window, on a clock that is moved by hand; everything else about it is real. */
export interface SoakHouse {
  readonly agent: Agent;
  readonly broker: HeadlessBroker;
  readonly clock: FakeClock;
  /** How the next browser behaves; null: nobody comes. */
  visit: ((url: string) => Promise<void>) | null;
  /** Token requests that were answered well. */
  readonly tokens: number;
  /** Resolves when no request of the agent is under way. */
  quiet(): Promise<void>;
  lock(): void;
  unlock(): Promise<void>;
  close(): Promise<void>;
}

export interface SoakHouseOptions {
  readonly world: WorldOpened;
  readonly vault: 'passphrase' | 'memory';
  readonly start: number;
  readonly log: Logger;
}

const PASSPHRASE = 'a long day';
/** What asks: the script of the process around the agent, beside this one in the bundle. */
export const WORLD = join(import.meta.dirname, 'world.mjs');

export async function openSoakHouse({
  world,
  vault: backend,
  start,
  log,
}: SoakHouseOptions): Promise<SoakHouse> {
  // In memory where there is such a place: a day has thousands of writes, and each waits for its disk.
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'soak-'));
  const clock = new FakeClock(start);
  const locks = openLocks(join(folder, 'locks'), systemLockEffects(clock, process.platform));
  const settings = openSettingsFile(
    folder,
    (options) => new Conf(options),
    () => clock.now(),
    locks,
  );
  settings.update((fresh) => ({
    ...fresh,
    clientId: world.clientId,
    scopeEntries: [...ENTRIES],
    flows: FLOWS.map((flow) => ({ ...flow, environment: 'demo', checkedAt: start })),
    oidcAgent: true,
    vaultBackend: backend,
  }));
  writeFileSync(join(folder, 'policy.json'), policyFor(world.usernames), { mode: 0o600 });
  const passphrase = new PassphraseVault({
    path: join(folder, 'vault.bin'),
    marks: {
      get: () => settings.get().vaultFile,
      set: (vaultFile) =>
        settings.update((old) => ({ ...old, vaultFile: vaultFile === null ? null : { ...vaultFile } })),
    },
    alone: (run) => locks.during('vault', run),
    uid: process.getuid?.() ?? null,
    cost: FAST,
  });
  if (backend === 'passphrase') await passphrase.create(PASSPHRASE);
  const vault = new ChosenVault(
    { keychain: new DurableVault(), passphrase, memory: new MemoryVault() },
    backend,
  );
  const net = new CountedFetch();
  const state: { visit: SoakHouse['visit'] } = { visit: null };
  const agent = createAgent({
    clock,
    random: () => 0.5,
    fetch: net.fetch,
    openBrowser: async (url) => state.visit?.(url),
    vault,
    settings,
    log,
    hostname: 'lab-pc.local',
    environment: demoEnvironment({ auth: world.auth, flows: world.flows }),
    locks,
  });
  const broker = await setupHeadlessBroker({
    agent,
    clock,
    log,
    settings,
    vault,
    fetch: net.fetch,
    folder,
    path: join(folder, 'broker.sock'),
    version: '0.0.0',
    dist: join(folder, 'dist'),
    oidcAgent: true,
    // Nor does it listen to the buses of this machine, which come and go.
    env: { DBUS_SYSTEM_BUS_ADDRESS: `unix:path=${join(folder, 'no-bus')}` },
    retire: () => Promise.resolve({ kind: 'refused', detail: 'It is to go on.' }),
    retired: () => undefined,
  });
  await agent.start();
  return {
    agent,
    broker,
    clock,
    get visit() {
      return state.visit;
    },
    set visit(visit) {
      state.visit = visit;
    },
    get tokens() {
      return net.tokens;
    },
    quiet: () => net.quiet(),
    lock: () => agent.setLocked(true),
    async unlock() {
      if (backend === 'passphrase') await passphrase.unlock(PASSPHRASE);
      agent.setLocked(false);
      await agent.checkVault();
    },
    async close() {
      await broker.broker.close();
      agent.close();
      await net.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Requests that keep no connection: what is open between two of them is open by mistake. */
class CountedFetch {
  /** Answers of the token endpoint. */
  tokens = 0;
  readonly #dispatcher = new Dispatcher({ pipelining: 0 });
  #underWay = 0;

  // The types of undici's own and of Node's copy differ in name only.
  readonly fetch: Fetch = async (input, init) => {
    this.#underWay += 1;
    try {
      const options = { ...init, dispatcher: this.#dispatcher } as Parameters<typeof send>[1];
      const answer = (await send(input, options)) as unknown as Response;
      if (answer.ok && String(input).endsWith('/token')) this.tokens += 1;
      return answer;
    } finally {
      this.#underWay -= 1;
    }
  };

  /** Three looks in a row: an answer may lead to the next request. */
  async quiet(): Promise<void> {
    for (let still = 0; still < 3; still++) {
      if (this.#underWay > 0) still = 0;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  close(): Promise<void> {
    return this.#dispatcher.close();
  }
}

/** Allows the world's script every scope that is signed in for, but one. */
function policyFor(usernames: readonly string[]): string {
  const script = realpathSync(WORLD);
  const sha256 = createHash('sha256').update(readFileSync(script)).digest('hex');
  const rules = usernames.flatMap((account) =>
    SIGNED_IN.map((scope, index) => ({
      program: realpathSync(process.execPath),
      script,
      sha256,
      scope,
      account,
      answer: index === 0 ? 'deny' : 'allow',
    })),
  );
  return JSON.stringify({ version: 1, rules });
}
