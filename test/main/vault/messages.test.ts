import { expect, test } from 'vitest';
import { KEYCHAIN_LABELS, vaultProblem, withoutOffer, withoutWindow } from '../../../main/vault/messages.ts';
import { PASSPHRASE_LABEL } from '../../../main/vault/passphrase-messages.ts';
import type { VaultAbsence, VaultDamage, VaultTrouble } from '../../../main/vault/types.ts';

const LINUX = 'GNOME Keyring (Secret Service)';
const KWALLET = 'KWallet (Secret Service)';
const KEEPASSXC = 'KeePassXC (Secret Service)';
const CASES: [VaultTrouble, VaultAbsence?][] = [
  ['locked'],
  ['denied'],
  ['slow'],
  ['damaged'],
  ['missing', 'bus'],
  ['missing', 'service'],
  ['missing', 'collection'],
  ['missing', 'library'],
];

test.each([LINUX, KWALLET, KEEPASSXC, ...Object.values(KEYCHAIN_LABELS)])(
  '[C27] [C59] %s: every trouble has a reason, a title and a next step of its own',
  (label) => {
    const problems = CASES.map(([trouble, absence]) => vaultProblem(trouble, label, absence));
    for (const part of ['reason', 'title', 'next'] as const) {
      expect(new Set(problems.map((problem) => problem[part])).size).toBe(CASES.length);
    }
    for (const problem of problems) expect(problem.tokens).not.toBe('');
  },
);

test.each<[VaultTrouble, VaultAbsence | undefined, RegExp]>([
  ['locked', undefined, /unlock the login keyring/i],
  ['missing', 'service', /install gnome-keyring or another secret service/i],
  ['missing', undefined, /install gnome-keyring/i],
  ['missing', 'collection', /create a keyring/i],
  ['missing', 'bus', /dbus-run-session/i],
  ['slow', undefined, /systemctl --user restart gnome-keyring-daemon/i],
])('[C27] on Linux %s (%s) names the exact fix', (trouble, absence, fix) => {
  expect(vaultProblem(trouble, LINUX, absence).next).toMatch(fix);
});

test.each<[string, VaultTrouble, VaultAbsence | undefined, RegExp]>([
  [KWALLET, 'locked', undefined, /open the wallet in KWalletManager/i],
  [KWALLET, 'missing', 'collection', /create a wallet named “kdewallet” in KWalletManager/i],
  [KWALLET, 'denied', undefined, /libqca-qt6-plugins; before Plasma 6 libqca-qt5-2-plugins/],
  [KWALLET, 'slow', undefined, /prompt of KWallet/],
  [KEEPASSXC, 'locked', undefined, /unlock the database in KeePassXC/i],
  [KEEPASSXC, 'missing', 'collection', /open a database in KeePassXC/i],
  [KEEPASSXC, 'denied', undefined, /“Confirm when passwords are retrieved by clients” off/],
  [KEEPASSXC, 'slow', undefined, /question of KeePassXC/],
])('[C27] [C59] %s, %s (%s): its own program is named, and no other one', (label, trouble, absence, fix) => {
  const { next } = vaultProblem(trouble, label, absence);
  expect(next).toMatch(fix);
  expect(next).not.toMatch(/Passwords and Keys|gnome-keyring/);
});

test('[C59] only a missing keychain is said to keep nothing', () => {
  for (const [trouble, absence] of CASES) {
    const { tokens } = vaultProblem(trouble, LINUX, absence);
    expect(tokens).toMatch(trouble === 'missing' ? /nothing can be stored/i : /are kept/i);
  }
});

const FILE_CASES: [VaultTrouble, VaultDamage?][] = [
  ['locked'],
  ['missing'],
  ['denied'],
  ['slow'],
  ['damaged', 'damaged'],
  ['damaged', 'truncated'],
  ['damaged', 'swapped'],
  ['damaged', 'unreadable'],
];
const fileProblem = ([trouble, damage]: (typeof FILE_CASES)[number]) =>
  vaultProblem(trouble, PASSPHRASE_LABEL, undefined, damage);

test('[C27] [C59] passphrase file: every trouble has a reason and a title of its own, and no keychain in it', () => {
  const problems = FILE_CASES.map(fileProblem);
  for (const part of ['reason', 'title'] as const) {
    expect(new Set(problems.map((problem) => problem[part])).size).toBe(FILE_CASES.length);
  }
  for (const problem of problems) {
    expect(`${problem.title} ${problem.tokens} ${problem.next}`).not.toMatch(/key(chain|ring)/i);
    expect(problem.tokens).not.toBe('');
  }
});

test('[C27] a locked passphrase file names the command that unlocks it', () => {
  expect(fileProblem(['locked']).next).toBe('Run globus-token unlock in a terminal.');
});

test('[C27] what is not said exactly is damaged', () => {
  expect(fileProblem(['damaged'])).toEqual(fileProblem(['damaged', 'damaged']));
});

test.each(CASES)('[C27] an agent without a window offers no window’s choice: %s (%s)', (trouble, absence) => {
  const problem = vaultProblem(trouble, LINUX, absence);
  const words = withoutWindow(problem);
  expect(words.next).not.toMatch(/until you quit/);
  expect(words.next.includes('globus-token unlock --new')).toBe(trouble === 'missing');
  expect({ ...words, next: problem.next }).toEqual(problem);
});

test.each(CASES)('[C26] no other place is offered where sign-ins are kept: %s (%s)', (trouble, absence) => {
  for (const label of Object.values(KEYCHAIN_LABELS)) {
    const problem = vaultProblem(trouble, label, absence);
    const words = withoutOffer(problem);
    expect(words.next).not.toMatch(/memory/);
    expect(words.next).toMatch(/\.$/);
    expect({ ...words, next: problem.next }).toEqual(problem);
  }
});
