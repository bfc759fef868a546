import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from '../../main/desktop/settings-reading.ts';
import { MemorySettingsStore } from '../../main/settings/store.ts';
import type { Settings } from '../../main/settings/types.ts';
import { parseEntry } from '../../main/vault/entry.ts';
import { DEMO_CLIENT_ID, startSandbox } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { type HeadlessAgent, startHeadless, writePolicy } from './headless.ts';
import { KeyringSession } from './keyring-session.ts';
import { passphraseVault } from './passphrase-vault.ts';
import { type Said, say } from './say.ts';
import { scopeOf } from './sandbox-agent.ts';
import { Caller, type Heard } from './token-caller.ts';

export type Backend = 'passphrase' | 'keychain';

export const PASSPHRASE = 'correct horse battery staple';
/** One of each of two services; the sign-in brings a third grant, that of Globus Auth. */
export const SCOPES = [scopeOf('view_flows'), 'urn:globus:auth:scope:transfer.api.globus.org:all'] as const;
/** Kept and let go by turns: what changes the settings alone. */
export const SPARE_SCOPE = 'urn:globus:auth:scope:search.api.globus.org:all';

/** What a dead agent left of the user's sign-ins: names in the settings, with the refresh tokens of the vault. */
export type Stored =
  | { kind: 'stored'; settings: Settings; tokens: ReadonlyMap<string, string> }
  | { kind: 'unreadable'; why: string };

/** One user's home with its agent, which is killed and started again, and the Globus that it signed in at. */
export class House {
  readonly backend: Backend;
  readonly sandbox: Sandbox;
  readonly caller: Caller;
  readonly folder: string;
  readonly data: string;
  readonly socketFolder: string;
  /** What runs the agent; a script that limits it first stands in for Node. */
  node = process.execPath;
  readonly keyring: KeyringSession | null;
  readonly #env: Record<string, string>;
  #agent: HeadlessAgent | null = null;

  private constructor(parts: {
    backend: Backend;
    sandbox: Sandbox;
    caller: Caller;
    folder: string;
    keyring: KeyringSession | null;
    env: Record<string, string>;
  }) {
    this.backend = parts.backend;
    this.sandbox = parts.sandbox;
    this.caller = parts.caller;
    this.folder = parts.folder;
    this.keyring = parts.keyring;
    this.#env = parts.env;
    const config = parts.env['XDG_CONFIG_HOME'] ?? join(parts.env['HOME'] ?? '', '.config');
    this.data = join(config, 'globus-token-tray-demo');
    this.socketFolder = join(parts.env['XDG_RUNTIME_DIR'] ?? '', 'globus-token-demo');
  }

  /** Where nobody is signed in yet. @param prepare is given the data folder while it is empty */
  static async open(backend: Backend, prepare?: (data: string) => Promise<void>): Promise<House> {
    const folder = await mkdtemp(join(tmpdir(), 'kills-'));
    const [sandbox, keyring, caller] = await Promise.all([
      startSandbox(),
      backend === 'keychain' ? KeyringSession.open({ keyring: 'unlocked' }) : null,
      Caller.start(folder),
    ]);
    const own = {
      PATH: '/usr/bin:/bin',
      HOME: join(folder, 'home'),
      XDG_RUNTIME_DIR: join(folder, 'run'),
    };
    const house = new House({ backend, sandbox, caller, folder, keyring, env: keyring?.env ?? own });
    await mkdir(house.data, { recursive: true, mode: 0o700 });
    await prepare?.(house.data);
    if (keyring === null) {
      await mkdir(own.XDG_RUNTIME_DIR, { mode: 0o700 });
      // The cost is the file's: every unlock is a matter of a millisecond then.
      await passphraseVault(house.data).vault.create(PASSPHRASE);
    }
    const settings = new MemorySettingsStore({
      clientId: DEMO_CLIENT_ID,
      scopeEntries: [...SCOPES],
      vaultBackend: backend,
    });
    await writeFile(join(house.data, 'settings.json'), JSON.stringify(settings.get()), { mode: 0o600 });
    const rule = {
      program: process.execPath,
      script: caller.script,
      account: sandbox.users[0]?.username ?? '',
    };
    await writePolicy(
      join(house.data, 'policy.json'),
      SCOPES.map((scope) => ({ ...rule, scope })),
    );
    return house;
  }

  get socket(): string {
    return join(this.socketFolder, 'broker.sock');
  }

  get pid(): number {
    return this.#agent?.pid ?? 0;
  }

  get running(): boolean {
    return this.#agent?.running === true;
  }

  /** Of the agent that was started last, also after its end: everything on its stderr. */
  get said(): string {
    return this.#agent?.said() ?? '';
  }

  /** Resolves when it listens. @throws when it ends before; what it said is in the error */
  async start(): Promise<void> {
    const { auth, flows } = this.sandbox;
    const args = [`--demo=${auth.port},${flows.port},${DEMO_CLIENT_ID}`];
    this.#agent = startHeadless(this.#env, args, this.node);
    await this.#agent.listens;
  }

  /** Null: the agent ended before it answered. */
  say(method: string, target: string, body?: object): Promise<Said | null> {
    return say(this.socket, method, target, body).catch(() => null);
  }

  unlock(): Promise<Said | null> {
    return this.backend === 'keychain'
      ? this.say('GET', '/v1/status')
      : this.say('POST', '/v1/unlock', { passphrase: PASSPHRASE });
  }

  token(scope: string, minimum = 0): Promise<Heard> {
    const query = new URLSearchParams({ scope, wait: '0', min_ttl: String(minimum) });
    return this.caller.ask(this.socket, `/v1/token?${query.toString()}`);
  }

  /** Exit code, or the signal that ended it; undefined: none was started. */
  async ended(): Promise<number | string | undefined> {
    return this.#agent?.ended;
  }

  /** SIGKILL. Resolves when it is gone. */
  async kill(): Promise<void> {
    await this.#agent?.end();
  }

  /** As a service manager ends it. @returns the exit code */
  async stop(): Promise<number | string | undefined> {
    this.#agent?.signal('SIGTERM');
    return this.ended();
  }

  /** Changes nothing: what a start puts in order is still to be seen by the next agent. */
  async stored(): Promise<Stored> {
    const read = readSettings(this.data);
    if (read.kind !== 'good') {
      return { kind: 'unreadable', why: read.kind === 'bad' ? `settings: ${read.why}` : 'no settings' };
    }
    const { settings } = read;
    const names = settings.grants.map(({ name }) => name);
    const tokens = await (this.keyring === null ? this.#fromFile(names) : this.#fromKeyring(names));
    return typeof tokens === 'string'
      ? { kind: 'unreadable', why: tokens }
      : { kind: 'stored', settings, tokens };
  }

  async close(): Promise<void> {
    await this.kill();
    await this.caller.end();
    await this.sandbox.close();
    await this.keyring?.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** From a copy, because an unlock takes leftovers away. */
  async #fromFile(names: readonly string[]): Promise<Map<string, string> | string> {
    const scratch = await mkdtemp(join(this.folder, 'copy-'));
    try {
      const { path, vault } = passphraseVault(scratch);
      await copyFile(join(this.data, 'vault.bin'), path);
      const unlocked = await vault.unlock(PASSPHRASE);
      if (unlocked.kind !== 'done') return `vault.bin: ${JSON.stringify(unlocked)}`;
      const tokens = new Map<string, string>();
      for (const name of names) {
        const found = await vault.read(name);
        if (found.kind === 'trouble') return `vault.bin: ${JSON.stringify(found)}`;
        if (found.kind === 'found') tokens.set(name, found.entry.refreshToken);
      }
      return tokens;
    } catch (error) {
      return `vault.bin: ${String(error)}`;
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }

  async #fromKeyring(names: readonly string[]): Promise<Map<string, string> | string> {
    const tokens = new Map<string, string>();
    for (const name of names) {
      const about = ['service', 'globus-token-tray-demo', 'account', name];
      // It ends with 1 when there is no such item.
      const text = (await this.keyring?.secretTool(['lookup', ...about]).catch(() => '')) ?? '';
      if (text === '') continue;
      const parsed = parseEntry(text);
      if (!parsed.ok) return `keyring: ${parsed.why}`;
      tokens.set(name, parsed.entry.refreshToken);
    }
    return tokens;
  }
}
