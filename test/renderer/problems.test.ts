import { describe, expect, test } from 'vitest';
import type { ProblemView, VaultView } from '../../preload/contract.ts';
import { noticesOf } from '../../renderer/notices.ts';
import { bridgeProblem, NOT_REVOKED, standingProblem, vaultProblem } from '../../renderer/problems.ts';
import { appView, PROBLEM } from '../support/fake-bridge.ts';

const TROUBLES: Exclude<VaultView['status'], 'ready'>[] = ['locked', 'missing', 'denied', 'slow', 'damaged'];
const withVault = (status: VaultView['status'], problem: ProblemView | null = null) =>
  appView({ vault: { ...appView().vault, status }, problem });

describe('the vault’s problem', () => {
  test('[C27] has its own words for every trouble', () => {
    const titles = TROUBLES.map((status) => vaultProblem(withVault(status))?.title);
    expect(new Set(titles).size).toBe(TROUBLES.length);
    expect(titles).not.toContain(undefined);
    expect(vaultProblem(withVault('ready'))).toBeNull();
  });

  test('[C59] says what happened, what it means for the tokens and one next step', () => {
    const problems = [...TROUBLES.map((status) => vaultProblem(withVault(status))), NOT_REVOKED];
    for (const problem of [...problems, bridgeProblem(new Error('gone'))]) {
      expect(problem?.title).toMatch(/\w/);
      expect(problem?.tokens).toMatch(/token|sign-in/);
      expect(problem?.next).toMatch(/\w/);
    }
  });

  test('[C27] of a passphrase file names the command that unlocks it, and never the keychain', () => {
    const problems = TROUBLES.map((status) => {
      const vault = { ...appView().vault, backend: 'passphrase', status } as const;
      return vaultProblem(appView({ vault }));
    });
    expect(new Set(problems.map((problem) => problem?.title)).size).toBe(TROUBLES.length);
    expect(problems[0]?.next).toBe('Run globus-token unlock in a terminal.');
    for (const problem of problems) expect(JSON.stringify(problem)).not.toMatch(/key(chain|ring)/i);
  });

  test('[C26] offers memory where nobody is signed in, and not in place of a keychain that holds sign-ins', () => {
    const gone = withVault('missing');
    expect(gone.accounts).not.toEqual([]);
    expect(vaultProblem(gone)?.next).not.toContain('memory');
    expect(vaultProblem(gone)?.tokens).toContain('untouched');
    expect(vaultProblem({ ...gone, accounts: [] })?.next).toContain('memory');
  });

  test('is shown once when main has words for it, and leaves other problems standing', () => {
    const own = { ...PROBLEM, reason: 'vault-locked', title: 'Locked, says main' };
    const locked = withVault('locked', own);
    expect(vaultProblem(locked)).toBe(own);
    expect(standingProblem(locked)).toBeNull();
    expect(standingProblem(withVault('locked', PROBLEM))).toBe(PROBLEM);
    expect(standingProblem(withVault('ready', own))).toBe(own);
  });
});

describe('notices', () => {
  test('stand for being offline, a wrong clock and the tutorial client, in that order', () => {
    const view = appView({ online: false, clockSkew: -605_000, tutorialClient: true });
    expect(noticesOf(view).map(({ id }) => id)).toEqual(['offline', 'clock', 'tutorial']);
    expect(noticesOf(appView())).toEqual([]);
  });

  test('[C24] name the skew, whichever way the clock is wrong', () => {
    for (const clockSkew of [605_000, -605_000]) {
      expect(noticesOf(appView({ clockSkew }))[0]?.text).toContain('10 min off');
    }
  });
});
