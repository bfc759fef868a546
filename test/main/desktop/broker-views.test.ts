import { describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../../main/broker/contract.ts';
import { auditView, ruleView } from '../../../main/desktop/broker-views.ts';
import { FLOWS_SCOPES } from '../../../main/globus/scopes.ts';

const VIEW_FLOWS = FLOWS_SCOPES.find(({ name }) => name === 'view_flows')?.scope ?? '';
const ENTRY: AuditEntry = {
  time: '2026-03-05T10:00:00.000Z',
  kind: 'token',
  scope: VIEW_FLOWS,
  account: 'ada@uni.example',
  answer: 'allowed',
  by: 'prompt',
  pid: 7,
  program: '/usr/bin/bash',
  script: '/home/ada/jobs/a.sh',
};

describe('a line of the audit log', () => {
  it('[C36] says who, what, when and why in words', () => {
    expect(auditView(ENTRY, '/home/ada')).toEqual({
      time: Date.UTC(2026, 2, 5, 10),
      what: 'view_flows: token given',
      why: 'you allowed it',
      answer: 'allowed',
      account: 'ada@uni.example',
      program: '/usr/bin/bash',
      script: '~/jobs/a.sh',
      pid: 7,
    });
  });

  const nobody = { pid: null, program: null, script: null } as const;
  it.each<[Partial<AuditEntry>, string, string]>([
    [{ kind: 'header', by: 'rule:r-1' }, 'view_flows: header given', 'a rule allows it'],
    [{ answer: 'denied' }, 'view_flows: refused', 'you denied it'],
    [{ answer: 'denied', by: 'rule:r-1' }, 'view_flows: refused', 'a rule denies it'],
    [{ answer: 'denied', by: 'locked' }, 'view_flows: refused', 'the app was locked'],
    [{ answer: 'denied', by: 'deny-all' }, 'view_flows: refused', 'everything was being denied'],
    [{ answer: 'denied', by: 'unknown-scope', scope: null }, 'refused', 'the app does not keep this scope'],
    [{ answer: 'denied', by: '__proto__' }, 'view_flows: refused', '__proto__'],
    [
      { ...nobody, kind: 'rule', answer: 'done', by: 'import', scope: null },
      'Token file of another program taken in',
      'by you, in this window',
    ],
    [
      { kind: 'rule', answer: 'done', by: 'import-removed', scope: null },
      'Token file of another program ended and deleted',
      'asked by a program',
    ],
    [
      { kind: 'rule', answer: 'done', by: 'vault', scope: null },
      'Another place for sign-ins chosen',
      'asked by a program',
    ],
    [{ kind: 'rule', answer: 'done', by: 'client', scope: null }, 'Client ID set', 'asked by a program'],
    [{ kind: 'rule', answer: 'done', by: 'sign-out', scope: null }, 'Signed out', 'asked by a program'],
    [{ kind: 'rule', answer: 'done', by: 'sign-out' }, 'view_flows: signed out', 'asked by a program'],
    [
      { kind: 'rule', answer: 'denied', by: 'sign-out' },
      'view_flows: sign-out not confirmed',
      'asked by a program',
    ],
    [
      { ...nobody, kind: 'copy', answer: 'done', by: 'clipboard' },
      'view_flows: copied',
      'by you, in the app',
    ],
    [
      { ...nobody, kind: 'rule', answer: 'done', by: 'rule:r-1' },
      'view_flows: approval revoked',
      'by you, in this window',
    ],
    [{ kind: 'rule', answer: 'done', by: 'rule:r-1' }, 'view_flows: approval revoked', 'asked by a program'],
    [{ kind: 'rule', by: 'terminal' }, 'view_flows: question answered', 'by you, from a terminal'],
    [
      { kind: 'rule', answer: 'done', by: 'terminal', scope: null },
      'Policy file written',
      'by you, from a terminal',
    ],
    [
      { ...nobody, kind: 'rule', answer: 'done', by: 'deny-all:on', scope: null },
      'Deny everything: turned on',
      'by you, in this window',
    ],
  ])('%o reads as "%s, %s"', (change, what, why) => {
    expect(auditView({ ...ENTRY, ...change }, '/home/ada')).toMatchObject({ what, why });
  });

  it('[C31] shows what a script’s name hides', () => {
    const { script } = auditView({ ...ENTRY, script: '/tmp/a\u202Ehs.exe\n' }, '/home/ada');
    expect(script).toBe('/tmp/a\uFFFDhs.exe\uFFFD');
  });
});

describe('a rule', () => {
  it('has every field, times in milliseconds, and paths under ~', () => {
    const rule = { id: 'r-1', program: '/bin/sh', account: 'ada', answer: 'allow' } as const;
    const given = { ...rule, scope: VIEW_FLOWS, script: '/home/ada/a.sh', until: 1_700, terminal: 'pts/3' };
    expect(ruleView(given, '/home/ada')).toEqual({
      ...rule,
      scope: 'view_flows',
      script: '~/a.sh',
      until: 1_700_000,
      terminal: 'pts/3',
      host: null,
    });
  });
});
