import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExitName } from '../exit-codes.ts';
import { TUTORIAL_CLIENT_ID } from '../login/client-id.ts';
import { record, records, text, texts } from '../output.ts';
import { type Check, type DoctorParts, fail, type Finding, ok, skipped, warn } from './types.ts';

const NO_AGENT = 'only an agent can tell, and none answers';

/** Where sign-ins are kept, and whether they can be read there. */
export const vaultCheck: Check = {
  name: 'vault',
  exit: 'keychain-slow',
  async run(parts) {
    const state = await parts.status;
    return [state.kind === 'silent' ? await hints(parts) : vaultFinding(state.status)];
  },
};

function vaultFinding(status: Readonly<Record<string, unknown>>): Finding {
  const label = text(status, 'vault');
  const isFile = text(status, 'backend') === 'passphrase';
  switch (text(status, 'vault_state')) {
    case 'ready':
      return ok(label);
    case 'locked':
      return fail(
        isFile ? 'locked' : 'keychain-locked',
        `${label} is locked; sign-ins are kept and cannot be read`,
        isFile ? 'globus-token unlock' : 'Unlock it in the program that keeps it, then try again',
      );
    case 'denied':
      return fail('keychain-denied', `${label} refused`, 'Allow Globus Token Tray to use it');
    case 'slow':
      return fail(
        'keychain-slow',
        `${label} does not answer`,
        'Answer its prompt if one is open, or restart it',
      );
    case 'damaged':
      return fail(
        'vault-damaged',
        `${label} is damaged`,
        'Put a copy of it back: globus-token unlock says which',
      );
    default:
      return isFile
        ? fail('no-keychain', 'the passphrase file is not there', 'globus-token unlock --new')
        : absent(text(status, 'vault_absence'));
  }
}

function absent(absence: string): Finding {
  const [exit, says] = ABSENCES[absence] ?? ['no-keychain', 'there is no keychain'];
  return fail(exit, says, 'Use a passphrase file: globus-token unlock --new');
}

const ABSENCES: Readonly<Record<string, readonly [ExitName, string]>> = {
  bus: ['no-keychain', 'there is no keychain: no D-Bus session runs'],
  service: ['no-keychain', 'there is no keychain: no program offers the Secret Service on D-Bus'],
  collection: ['no-keyring', 'the keychain has no default keyring'],
  library: ['no-keychain', 'the library that speaks to the keychain could not be loaded'],
};

/** Without an agent: what one would find. */
async function hints({ env, platform }: DoctorParts): Promise<Finding> {
  if (platform === 'darwin' || platform === 'win32') return skipped(NO_AGENT);
  const address = env['DBUS_SESSION_BUS_ADDRESS'] ?? '';
  const runtime = env['XDG_RUNTIME_DIR'] ?? '';
  const hasBus = address !== '' || (runtime !== '' && (await exists(join(runtime, 'bus'))));
  if (!hasBus) {
    return warn(
      'no agent answers; one started here would find no keychain, because no D-Bus session runs',
      'Use a passphrase file: globus-token unlock --new',
    );
  }
  const services = ['/usr/share', '/usr/local/share'].flatMap((share) =>
    SERVICES.map((name) => join(share, 'dbus-1', 'services', `${name}.service`)),
  );
  if ((await Promise.all(services.map(exists))).includes(true)) {
    return skipped('no agent answers; there is a D-Bus session, and a program for its keychain is installed');
  }
  return skipped('no agent answers; there is a D-Bus session, perhaps without a program for its keychain');
}

/** What D-Bus starts for a keychain: any program's, and KWallet's own names. */
const SERVICES = [
  'org.freedesktop.secrets',
  'org.kde.secretservicecompat',
  'org.kde.kwalletd6',
  'org.kde.kwalletd5',
];

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

export const clientIdCheck: Check = {
  name: 'client ID',
  exit: 'not-set-up',
  async run({ status }) {
    const state = await status;
    if (state.kind === 'silent') return [skipped(NO_AGENT)];
    const id = text(state.status, 'client_id');
    if (id === '') return [fail('not-set-up', 'there is none yet', 'globus-token login')];
    if (id !== TUTORIAL_CLIENT_ID) return [ok(id)];
    return [
      warn(
        'it is the tutorial client, for trying only: others share its consents',
        'Register your own: globus-token login --client-id <uuid>',
      ),
    ];
  },
};

/** Who is signed in, and which scopes that does not cover. */
export const accountsCheck: Check = {
  name: 'sign-in',
  exit: 'needs-sign-in',
  async run({ status, client }, signal) {
    const state = await status;
    if (state.kind === 'silent') return [skipped(NO_AGENT)];
    const accounts = texts(state.status, 'accounts');
    if (accounts.length === 0) return [fail('needs-sign-in', 'nobody is signed in', 'globus-token login')];
    const scopes = records(await client.ask({ method: 'GET', path: '/v1/scopes', signal }));
    const without = scopes
      .map(record)
      .filter((scope) => ['needs-consent', 'needs-sign-in'].includes(text(scope, 'state')))
      .map((scope) => text(scope, 'name'));
    const who = accounts.join(', ');
    if (without.length === 0) return [ok(who)];
    return [warn(`${who}; not covered: ${without.join(', ')}`, 'globus-token login')];
  },
};
