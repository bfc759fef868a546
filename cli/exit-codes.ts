/**
 * Exit codes, the same with and without `--json` and in the shell launcher (CHECKLIST 48). docs/cli.md has this
 * table, and a test reads it there.
 */
export const EXIT_CODES = {
  ok: { code: 0, means: 'done' },
  failed: { code: 1, means: 'something went wrong that should not have' },
  usage: { code: 2, means: 'unknown command, option or value, or a host that the token is not for' },
  'no-agent': { code: 3, means: 'no agent runs, and none was started' },
  locked: { code: 4, means: 'the app is locked, or its passphrase file' },
  denied: { code: 5, means: 'a person or a rule said no, or nobody answered' },
  'needs-sign-in': { code: 6, means: 'nobody is signed in' },
  'needs-consent': { code: 7, means: 'the sign-in does not cover this scope' },
  network: { code: 8, means: 'Globus could not be reached' },
  'expires-too-soon': { code: 9, means: 'no token lives, or will be had, that long' },
  'no-keychain': { code: 10, means: 'there is no keychain here: no session bus, no service or no library' },
  'no-keyring': { code: 11, means: 'the keychain has no default keyring' },
  'keychain-locked': { code: 12, means: 'the keychain is locked' },
  'keychain-slow': { code: 13, means: 'the keychain does not answer' },
  'keychain-denied': { code: 14, means: 'the keychain refused' },
  'wrong-passphrase': { code: 15, means: 'the passphrase is wrong' },
  'vault-truncated': { code: 16, means: 'the passphrase file is cut short' },
  'vault-damaged': { code: 17, means: 'the passphrase file is damaged, or could not be read or written' },
  'vault-swapped': { code: 18, means: 'the passphrase file is another one, or an older one' },
  'not-kept': { code: 19, means: 'the app does not keep this scope, account, flow or rule' },
  'not-set-up': { code: 20, means: 'the app has no client ID yet' },
  'needs-terminal': { code: 21, means: 'this needs a person at a terminal' },
  busy: { code: 22, means: 'the agent is busy; ask again' },
  'no-node': { code: 23, means: 'this command needs Node.js 20.19 or newer, and none was found' },
} as const satisfies Record<string, { code: number; means: string }>;

export type ExitName = keyof typeof EXIT_CODES;

export function exitCode(name: ExitName): number {
  return EXIT_CODES[name].code;
}
