import Conf from 'conf';
import { openSettingsFile } from '../../main/desktop/settings-file.ts';
import { systemClock } from '../../main/host/clock.ts';
import { systemLockEffects } from '../../main/session/locks/effects.ts';
import { openLocks } from '../../main/session/locks/os-locks.ts';
import { Grants } from '../../main/tokens/grants.ts';
import { loadKeytar, openKeychainVault } from '../../main/vault/open.ts';
import { serve } from './child-serve.ts';
import { CLIENT_ID, grantRecord } from './settings.ts';

export type GrantsRequest =
  | { op: 'open'; folder: string }
  /** Adds this many grants, one after the other, and removes every fifth again. */
  | { op: 'work'; prefix: string; count: number }
  | { op: 'touch'; names: readonly string[] }
  | { op: 'remove'; names: readonly string[] }
  /** Names and refresh tokens of all grants; the token of an entry that is not there is null. */
  | { op: 'list' };

let grants: Grants | null = null;
const silent = { info: () => undefined, warn: (_: unknown, text: string) => fail(text), error: fail };

function fail(text: unknown): never {
  throw new Error(String(text));
}

/** As an agent opens them, over the settings and the keyring that all processes of the test share. */
async function openGrants(folder: string): Promise<Grants> {
  const locks = openLocks(`${folder}/locks`, systemLockEffects(systemClock));
  const settings = openSettingsFile(folder, (options) => new Conf(options), Date.now, locks);
  settings.update((now) => ({ ...now, clientId: CLIENT_ID }));
  const keychain = { service: 'two-processes', deadline: 10_000, load: loadKeytar, log: silent };
  const vault = await openKeychainVault({ ...keychain, platform: process.platform, env: process.env });
  return new Grants(settings, vault, 'production', silent);
}

async function work(all: Grants, prefix: string, count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    const record = grantRecord(`${prefix}-${index}`);
    const added = await all.add(record, { refreshToken: `secret of ${record.name}`, scopes: record.scopes });
    if (added.kind !== 'done') fail(added.kind);
    if (index % 5 === 4) await all.remove(grantRecord(`${prefix}-${index - 2}`).name);
  }
}

serve(async (request: GrantsRequest) => {
  if (request.op === 'open') {
    grants = await openGrants(request.folder);
    return null;
  }
  const all = grants ?? fail('not open');
  if (request.op === 'work') return work(all, request.prefix, request.count);
  if (request.op === 'touch') {
    for (const name of request.names) all.touch(name, 1_790_000_000_000, []);
    return null;
  }
  if (request.op === 'remove') {
    for (const name of request.names) await all.remove(name);
    return null;
  }
  const found: [string, string | null][] = [];
  for (const { name } of all.list()) {
    const read = await all.read(name);
    found.push([name, read.kind === 'found' ? read.entry.refreshToken : null]);
  }
  return found;
});
