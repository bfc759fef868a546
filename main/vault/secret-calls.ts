import { SECRETS } from './keyring-names.ts';
import type { BusCall } from './session-bus.ts';

// Calls of the Secret Service (freedesktop.org Secret Service API 0.2, "Service" and "Collection").

/** Answered by the path of the collection where new entries go; "/": there is none. */
export const READ_DEFAULT: BusCall = { ...SECRETS, member: 'ReadAlias', signature: 's', body: ['default'] };

/** Answered by a boolean. @param collection its path */
export function isLocked(collection: string): BusCall {
  return {
    ...SECRETS,
    path: collection,
    interface: 'org.freedesktop.DBus.Properties',
    member: 'Get',
    signature: 'ss',
    body: ['org.freedesktop.Secret.Collection', 'Locked'],
  };
}

/** Answered by the paths of the unlocked entries that have these attributes, and by those of the locked ones. */
export function searchItems(attributes: Readonly<Record<string, string>>): BusCall {
  return { ...SECRETS, member: 'SearchItems', signature: 'a{ss}', body: [attributes] };
}

/** Answered by the paths of what was unlocked at once, and by that of a prompt for the rest; "/": there is none. */
export function unlock(paths: readonly string[]): BusCall {
  return { ...SECRETS, member: 'Unlock', signature: 'ao', body: [paths] };
}
