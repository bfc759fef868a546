import { readFile } from 'node:fs/promises';
import type { KeychainPort } from '../../main/vault/keychain-port.ts';
import { MemoryVault } from '../../main/vault/memory.ts';
import { loadKeytar, openKeychainVault } from '../../main/vault/open.ts';
import type { Vault, VaultEntry } from '../../main/vault/types.ts';
import type { ChildRequest, Step } from './vault-process.ts';

/**
 * The vault in a process of its own, because libsecret takes the session bus from the environment of the
 * whole process and keeps it. Calls come over IPC. `hold` stops the vault just before its next keychain call,
 * so that the test can change the world between two steps.
 */
let held: Step | null = null;
let release: (() => void) | null = null;
let vault: Vault | null = null;
const memory = new MemoryVault();

async function gate(step: Step): Promise<void> {
  if (held !== step) return;
  held = null;
  const released = new Promise<void>((resolve) => (release = resolve));
  process.send?.({ held: step });
  await released;
}

async function loadGated(): Promise<KeychainPort> {
  const keytar = await loadKeytar();
  return {
    getPassword: (...args) => gate('getPassword').then(() => keytar.getPassword(...args)),
    setPassword: (...args) => gate('setPassword').then(() => keytar.setPassword(...args)),
    deletePassword: (...args) => gate('deletePassword').then(() => keytar.deletePassword(...args)),
  };
}

async function answer(request: ChildRequest): Promise<unknown> {
  if (request.op === 'open') {
    const { service, deadline } = request;
    vault = await openKeychainVault({
      service,
      deadline,
      platform: process.platform,
      env: process.env,
      load: loadGated,
      log: { warn: () => undefined },
    });
    return null;
  }
  if (request.op === 'hold') return (held = request.step);
  if (request.op === 'release') {
    release?.();
    return null;
  }
  if (request.op === 'unrelated') return unrelated();
  if (vault === null) throw new Error('not open');
  if (request.op === 'describe') return vault.describe();
  if (request.op === 'status') return vault.status();
  if (request.op === 'ask') return vault.ask?.();
  if (request.op === 'read') return vault.read(request.name);
  if (request.op === 'write') return vault.write(request.name, request.entry);
  return vault.remove(request.name);
}

/** Milliseconds for a file read, which needs a free libuv thread, and for an answer from memory. */
async function unrelated(): Promise<{ file: number; memory: number }> {
  const entry: VaultEntry = { refreshToken: 'in-memory', scopes: ['openid'] };
  const start = performance.now();
  await readFile(new URL(import.meta.url));
  const file = performance.now() - start;
  await memory.write('one', entry);
  await memory.read('one');
  return { file, memory: performance.now() - start - file };
}

process.on('message', (message: { id: number; request: ChildRequest }) => {
  answer(message.request).then(
    (value) => process.send?.({ id: message.id, value }),
    (error: unknown) => process.send?.({ id: message.id, error: String(error) }),
  );
});
// Without the test there is nothing to do.
process.on('disconnect', () => process.exit(0));
process.send?.({ ready: true });
