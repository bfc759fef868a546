import { describe, expect, test } from 'vitest';
import type { ProblemView, VaultView } from '../../preload/contract.ts';
import { noticesOf } from '../../renderer/notices.ts';
import {
  bridgeProblem,
  NOT_COPIED,
  NOT_REVOKED,
  standingProblem,
  vaultProblem,
} from '../../renderer/problems.ts';
import { appView, PROBLEM } from '../support/fake-bridge.ts';
import { keychainView } from '../support/vault-views.ts';

const withVault = (status: VaultView['status'], problem: ProblemView | null = null) =>
  appView({ vault: keychainView(status), problem });

describe('the vault’s problem', () => {
  test('[C27] is what main says of it, and none while it is ready', () => {
    const locked = withVault('locked');
    expect(vaultProblem(locked)).toBe(locked.vault.problem);
    expect(vaultProblem(withVault('ready'))).toBeNull();
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

test('[C59] what the page words itself says what happened, what it means for the tokens and one next step', () => {
  for (const problem of [NOT_REVOKED, NOT_COPIED, bridgeProblem(new Error('gone'))]) {
    expect(problem.title).toMatch(/\w/);
    expect(problem.tokens).toMatch(/token|sign-in/);
    expect(problem.next).toMatch(/\w/);
  }
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
