import { describe, expect, test } from 'vitest';
import type { KeychainPort } from '../../../main/vault/keychain-port.ts';
import { KeychainVault } from '../../../main/vault/keychain.ts';
import { MemoryVault } from '../../../main/vault/memory.ts';
import { openKeychainVault } from '../../../main/vault/open.ts';
import { CallQueue } from '../../../main/vault/queue.ts';
import type { KeyringProbe, SearchResult } from '../../../main/vault/secret-service.ts';
import type { VaultStatus, VaultTrouble } from '../../../main/vault/types.ts';
import { RecordingLog } from '../../support/agent-parts.ts';

const ENTRY = { refreshToken: 'refresh', scopes: ['openid'] };
const NAME = 'demo/c/s/r/g';
const TROUBLES: VaultTrouble[] = ['locked', 'missing', 'denied', 'slow'];
const trouble = (kind: string) => ({ kind: 'trouble', trouble: kind });

/** A keychain in memory that counts its calls and fails when told to. */
class FakePort implements KeychainPort {
  readonly stored = new Map<string, string>();
  readonly calls: string[] = [];
  error: Error | null = null;
  /** Like a removal that the system confirms and does not do. */
  keeps = false;

  getPassword(service: string, account: string): Promise<string | null> {
    return this.#call('get', () => this.stored.get(`${service} ${account}`) ?? null);
  }
  setPassword(service: string, account: string, password: string): Promise<void> {
    return this.#call('set', () => void this.stored.set(`${service} ${account}`, password));
  }
  deletePassword(service: string, account: string): Promise<boolean> {
    return this.#call('delete', () => this.keeps || this.stored.delete(`${service} ${account}`));
  }
  #call<T>(name: string, action: () => T): Promise<T> {
    this.calls.push(name);
    return this.error === null ? Promise.resolve(action()) : Promise.reject(this.error);
  }
}

/** Says what the test says, one answer after the other; the last one stays. */
function scriptedProbe(searches: SearchResult[], states: VaultStatus[] = ['ready']): KeyringProbe {
  const next = <T>(answers: T[]): Promise<T> => {
    const [first] = answers;
    if (first === undefined) return Promise.reject(new Error('no answer was scripted'));
    if (answers.length > 1) answers.shift();
    return Promise.resolve(first);
  };
  return {
    search: () => next(searches),
    state: () => next(states),
    absence: () => undefined,
    ownWay: () => false,
    perConnection: () => false,
    label: () => 'Test (Secret Service)',
  };
}

const queue = () => new CallQueue({ deadline: 10_000, after: () => () => undefined });

function vaultOn(port: KeychainPort, probe?: KeyringProbe, fallback?: KeychainPort): KeychainVault {
  const parts = { service: 'svc', label: 'macOS Keychain', port, queue: queue() };
  return new KeychainVault({ ...parts, ...(probe && { probe }), ...(fallback && { fallback }) });
}

describe('a keychain without a probe (macOS, Windows)', () => {
  test('reads back what it wrote, under service and name, and removes it', async () => {
    const port = new FakePort();
    const vault = vaultOn(port);
    expect(await vault.read(NAME)).toEqual({ kind: 'absent' });
    expect(await vault.write(NAME, ENTRY)).toEqual({ kind: 'done' });
    expect([...port.stored.keys()]).toEqual([`svc ${NAME}`]);
    expect(await vault.read(NAME)).toEqual({ kind: 'found', entry: ENTRY });
    expect(await vault.remove(NAME)).toEqual({ kind: 'done' });
    expect(await vault.read(NAME)).toEqual({ kind: 'absent' });
    expect(await vault.status()).toBe('ready');
  });

  test.each([
    ['User interaction is not allowed.', 'locked'],
    ['User canceled the operation.', 'denied'],
    ['The user name or passphrase you entered is not correct.', 'denied'],
    ['A default keychain could not be found.', 'missing'],
    ['No keychain is available. You may need to restart your computer.', 'missing'],
    ['A specified logon session does not exist. It may already have been terminated.', 'missing'],
    ['The RPC server is unavailable.', 'slow'],
    ['Zugriff verweigert', 'denied'],
  ])('[C27] takes "%s" for %s, in every operation', async (message, expected) => {
    const port = new FakePort();
    port.error = new Error(message);
    const vault = vaultOn(port);
    expect(await vault.status()).toBe(expected);
    expect(await vault.read(NAME)).toEqual(trouble(expected));
    expect(await vault.write(NAME, ENTRY)).toEqual(trouble(expected));
    expect(await vault.remove(NAME)).toEqual(trouble(expected));
  });

  test('does not claim a removal that did not happen', async () => {
    const port = new FakePort();
    const vault = vaultOn(port);
    await vault.write(NAME, ENTRY);
    port.keeps = true;
    expect(await vault.remove(NAME)).toMatchObject(trouble('denied'));
  });
});

describe('a keychain with a probe (Linux)', () => {
  test.each(TROUBLES)('[C27] %s: the keychain library is not called at all', async (kind) => {
    const port = new FakePort();
    const vault = vaultOn(port, scriptedProbe([kind], [kind]));
    expect(await vault.status()).toBe(kind);
    expect(await vault.read(NAME)).toEqual(trouble(kind));
    expect(await vault.write(NAME, ENTRY)).toEqual(trouble(kind));
    expect(await vault.remove(NAME)).toEqual(trouble(kind));
    expect(port.calls).toEqual([]);
  });

  test.each(TROUBLES)('[C27] a null is not "absent" when the keyring is %s afterwards', async (kind) => {
    const port = new FakePort();
    expect(await vaultOn(port, scriptedProbe(['unlocked', kind])).read(NAME)).toEqual(trouble(kind));
    expect(port.calls).toEqual(['get']);
  });

  test('a null is "absent" when an open keyring says so afterwards', async () => {
    const vault = vaultOn(new FakePort(), scriptedProbe(['unlocked', 'absent']));
    expect(await vault.read(NAME)).toEqual({ kind: 'absent' });
  });

  test('a null for an entry that stays listed is a refusal', async () => {
    expect(await vaultOn(new FakePort(), scriptedProbe(['unlocked'])).read(NAME)).toMatchObject(
      trouble('denied'),
    );
  });

  test.each<[SearchResult, string]>([
    ['locked', 'locked'],
    ['unlocked', 'denied'],
    ['slow', 'slow'],
  ])('[C27] a removal after which the entry is %s is not done', async (after, expected) => {
    const vault = vaultOn(new FakePort(), scriptedProbe(['unlocked', after]));
    expect(await vault.remove(NAME)).toMatchObject(trouble(expected));
  });

  test('a failed call is judged by the state of the keyring, in any language', async () => {
    const port = new FakePort();
    port.error = new Error('Der Schlüsselbund ist gesperrt');
    const vault = vaultOn(port, scriptedProbe(['unlocked'], ['locked']));
    expect(await vault.read(NAME)).toEqual(trouble('locked'));
  });

  test('[C27] status is slow while a call hangs, whatever the service says', async () => {
    const deadlines: (() => void)[] = [];
    const after = (_milliseconds: number, run: () => void) => {
      deadlines.push(run);
      return () => undefined;
    };
    let answer: (value: null) => void = () => undefined;
    const port = new FakePort();
    port.getPassword = () => new Promise((resolve) => (answer = resolve));
    const hanging = new CallQueue({ deadline: 10_000, after });
    const probe = scriptedProbe(['unlocked', 'absent']);
    const vault = new KeychainVault({ service: 'svc', label: 'x', port, queue: hanging, probe });
    const read = vault.read(NAME);
    await new Promise((resolve) => setImmediate(resolve));
    expect(await vault.status()).toBe('ready');
    deadlines.at(-1)?.();
    expect(await read).toEqual(trouble('slow'));
    expect(await vault.status()).toBe('slow');
    answer(null);
    await new Promise((resolve) => setImmediate(resolve));
    expect(await vault.status()).toBe('ready');
  });

  test('a library that fails on an open keyring is replaced for that call', async () => {
    const port = new FakePort();
    const fallback = new FakePort();
    const vault = vaultOn(port, scriptedProbe(['unlocked']), fallback);
    port.error = new Error('The name :1.7 was not provided by any .service files');
    expect(await vault.write(NAME, ENTRY)).toEqual({ kind: 'done' });
    expect(await vault.read(NAME)).toEqual({ kind: 'found', entry: ENTRY });
    fallback.error = new Error('no');
    expect(await vault.read(NAME)).toEqual(trouble('denied'));
    port.error = null;
    await vault.write(NAME, ENTRY);
    expect(port.stored.size).toBe(1);
  });
});

describe('any vault', () => {
  test.each([
    ['keychain', () => vaultOn(new FakePort())],
    ['memory', () => new MemoryVault()],
  ])('%s: refuses an entry that is too large for Windows, and keeps the old one', async (_title, make) => {
    const vault = make();
    await vault.write(NAME, ENTRY);
    const large = { ...ENTRY, refreshToken: 'x'.repeat(2_500) };
    expect(await vault.write(NAME, large)).toMatchObject({
      ...trouble('denied'),
      detail: expect.stringContaining('bytes') as unknown,
    });
    expect(await vault.read(NAME)).toEqual({ kind: 'found', entry: ENTRY });
  });

  test('[C26] memory says that it is memory and forgets', async () => {
    const vault = new MemoryVault();
    expect(vault.describe()).toMatchObject({ backend: 'memory', persistent: false });
    expect(await vault.status()).toBe('ready');
    await vault.write(NAME, ENTRY);
    expect(await vault.remove(NAME)).toEqual({ kind: 'done' });
    expect(await vault.read(NAME)).toEqual({ kind: 'absent' });
    expect(await new MemoryVault().read(NAME)).toEqual({ kind: 'absent' });
  });
});

describe('opening', () => {
  test.each<[NodeJS.Platform, string]>([
    ['darwin', 'macOS Keychain'],
    ['win32', 'Windows Credential Manager'],
  ])('[C27] on %s without the keychain library: missing, not a crash', async (platform, label) => {
    const load = () => Promise.reject(new Error('keytar.node: cannot open shared object file'));
    const log = new RecordingLog();
    const vault = await openKeychainVault({ service: 'svc', platform, env: {}, load, log });
    expect(await vault.status()).toBe('missing');
    expect(vault.describe()).toEqual({ backend: 'keychain', label, persistent: true, absence: 'library' });
    expect(await vault.read(NAME)).toEqual(trouble('missing'));
    expect(await vault.write(NAME, ENTRY)).toEqual(trouble('missing'));
    expect(await vault.remove(NAME)).toEqual(trouble('missing'));
    const said = new Error('keytar.node: cannot open shared object file');
    expect(log.lines).toMatchObject([
      { fields: { error: said }, message: 'the keychain library could not be loaded' },
    ]);
  });
});
