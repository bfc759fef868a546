import { expect, it } from 'vitest';
import { ReportedProblem } from '../../../main/desktop/reported-problem.ts';
import type { TrayAction } from '../../../main/desktop/tray-items.ts';
import { NOW, scopeView, view } from '../../support/desktop.ts';
import { flowsWith, GRACE, token } from '../../support/other-accounts.ts';

const PROBLEM = { reason: 'unreachable', title: 'Globus cannot be reached', tokens: 'k', next: 'n' };
const ROW = scopeView({ expiresAt: NOW + 60_000 });
const RENEW: TrayAction = { kind: 'renew', scope: ROW.scope };
const RENEWED = { ...ROW, expiresAt: NOW + 120_000 };

function failed(action: TrayAction, row = ROW) {
  const reported = new ReportedProblem(null);
  reported.failed(PROBLEM, action, view([row]));
  return reported;
}

it('stays while nothing got better', () => {
  const reported = failed(RENEW);
  expect(reported.look(view([ROW]))).toBe(false);
  expect(reported.look(view([{ ...RENEWED, state: 'renewing' }]))).toBe(false);
  expect(reported.look(view([]))).toBe(false);
  expect(reported.current).toBe(PROBLEM);
});

it('ends when its scope has another token, however that came', () => {
  const reported = failed(RENEW);
  expect(reported.look(view([RENEWED]))).toBe(true);
  expect(reported.current).toBeNull();
  expect(reported.look(view([RENEWED]))).toBe(false);
});

it('ends when what was offline is ready again with the token that it had', () => {
  const reported = failed({ kind: 'copy', scope: ROW.scope, format: 'header' }, { ...ROW, state: 'offline' });
  expect(reported.look(view([ROW]))).toBe(true);
});

it('ends when the same action goes well, and not when another does', () => {
  const copy: TrayAction = { kind: 'copy', scope: ROW.scope, format: 'curl' };
  const reported = failed(copy);
  expect(reported.wentWell(RENEW)).toBe(false);
  expect(reported.wentWell({ ...copy, account: '2' })).toBe(false);
  expect(reported.wentWell({ ...copy, scope: 'another' })).toBe(false);
  expect(reported.current).toBe(PROBLEM);
  expect(reported.wentWell(copy)).toBe(true);
  expect(reported.current).toBeNull();
});

it('[C13] looks at the row of the account that it was about', () => {
  const reported = new ReportedProblem(null);
  const action: TrayAction = { kind: 'renew', scope: 'urn:view', account: GRACE.sub };
  const of = (expiresAt: number, own = NOW) =>
    flowsWith([token([0], { expiresAt })], 'view').groups.map((group) => ({
      ...group,
      scopes: group.scopes.map((scope) => ({ ...scope, expiresAt: own })),
    }));
  reported.failed(PROBLEM, action, view([], { groups: of(NOW + 1) }));
  expect(reported.look(view([], { groups: of(NOW + 1, NOW + 9) }))).toBe(false);
  expect(reported.look(view([], { groups: of(NOW + 2) }))).toBe(true);
});

it('of the start stays until somebody dismisses it', () => {
  const reported = new ReportedProblem(PROBLEM);
  expect(reported.look(view([RENEWED]))).toBe(false);
  expect(reported.wentWell(RENEW)).toBe(false);
  expect(reported.current).toBe(PROBLEM);
  reported.set(null);
  expect(reported.current).toBeNull();
});
