import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { KeychainError, type KeychainPort } from './keychain-port.ts';

/** More than one call of libsecret opens: a connection, and what GLib's threads wake each other with. */
const NEEDED = 8;

/** Whether this process can open a few files more. Looked at by opening them: the limit may change at any time. */
export function descriptorsLeft(): boolean {
  const open: number[] = [];
  try {
    while (open.length < NEEDED) open.push(openSync(devNull, 'r'));
    return true;
  } catch {
    return false;
  } finally {
    for (const one of open) closeSync(one);
  }
}

/**
 * The port, refused while descriptors are short: without one for its own wake-ups GLib does not fail the call, it ends
 * the process (`g_wakeup_new`, "Creating pipes for GWakeup"), and all that the agent holds in memory with it.
 */
export function withDescriptors(port: KeychainPort, left = descriptorsLeft): KeychainPort {
  const first = async <T>(call: () => Promise<T>): Promise<T> => {
    if (!left()) throw new KeychainError('slow');
    return call();
  };
  return {
    getPassword: (...about) => first(() => port.getPassword(...about)),
    setPassword: (...about) => first(() => port.setPassword(...about)),
    deletePassword: (...about) => first(() => port.deletePassword(...about)),
  };
}
