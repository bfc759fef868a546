import { expect, test } from 'vitest';
import { KEYCHAIN_LABELS, vaultProblem } from '../../../main/vault/messages.ts';
import type { VaultAbsence, VaultTrouble } from '../../../main/vault/types.ts';

const LINUX = 'GNOME Keyring (Secret Service)';
const CASES: [VaultTrouble, VaultAbsence?][] = [
  ['locked'],
  ['denied'],
  ['slow'],
  ['missing', 'bus'],
  ['missing', 'service'],
  ['missing', 'collection'],
  ['missing', 'library'],
];

test.each([LINUX, KEYCHAIN_LABELS.macos, KEYCHAIN_LABELS.windows])(
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
  ['missing', 'library', /libsecret-1-0/i],
  ['slow', undefined, /systemctl --user restart gnome-keyring-daemon/i],
])('[C27] on Linux %s (%s) names the exact fix', (trouble, absence, fix) => {
  expect(vaultProblem(trouble, LINUX, absence).next).toMatch(fix);
});

test('[C59] only a missing keychain is said to keep nothing', () => {
  for (const [trouble, absence] of CASES) {
    const { tokens } = vaultProblem(trouble, LINUX, absence);
    expect(tokens).toMatch(trouble === 'missing' ? /nothing can be stored/i : /are kept/i);
  }
});
