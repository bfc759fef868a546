import { describe, expect, it } from 'vitest';
import type { AuditEntry, RuleAnswer } from '../../../../main/broker/contract.ts';
import { brokerHandlers } from '../../../../main/desktop/ipc/broker.ts';
import { CALL_SCHEMAS } from '../../../../main/desktop/ipc/schemas.ts';

const RULE: RuleAnswer = {
  id: 'r-1',
  program: '/bin/sh',
  script: null,
  scope: 'urn:x:view_flows',
  account: 'ada',
  answer: 'allow',
  until: null,
};
const DONE = { ok: true, value: null };

function setup(revoke: () => Promise<boolean> = () => Promise.resolve(true), unsaved: string | null = null) {
  const calls: unknown[] = [];
  const handlers = brokerHandlers({
    broker: () =>
      Promise.resolve({
        rules: () => Promise.resolve([RULE]),
        revoke: (id) => {
          calls.push(['revoke', id]);
          return revoke();
        },
        setDenyAll: (on) => {
          calls.push(['setDenyAll', on]);
          return unsaved;
        },
        newest: (limit) => {
          calls.push(['newest', limit]);
          return [];
        },
      }),
  });
  return { calls, handlers };
}

describe('the history of a scope', () => {
  const entry = (change: Partial<AuditEntry>): AuditEntry => ({
    time: '2026-01-30T12:00:00.000Z',
    kind: 'copy',
    answer: 'done',
    scope: 'urn:x:view_flows',
    account: 'ada',
    by: 'clipboard',
    pid: null,
    program: null,
    script: null,
    ...change,
  });
  const history = (entries: AuditEntry[]) => {
    const asked: number[] = [];
    const handlers = brokerHandlers({
      broker: () =>
        Promise.resolve({
          rules: () => Promise.resolve([]),
          revoke: () => Promise.resolve(false),
          setDenyAll: () => null,
          newest: (limit) => {
            asked.push(limit);
            return entries.slice(0, limit);
          },
        }),
    });
    return { asked, handlers };
  };

  it('is the newest lines of it alone, looked for in a bounded part of the log', async () => {
    const lines = [
      entry({ scope: 'urn:x:run' }),
      entry({ account: 'grace' }),
      entry({ scope: null, kind: 'rule', by: 'deny-all:on' }),
      entry({ scope: 'urn:x:view_flows[*urn:x:other]', account: 'brackets' }),
      entry({ scope: 'urn:x:view_flows_more' }),
      entry({ account: 'third' }),
    ];
    const { asked, handlers } = history(lines);
    const answer = await handlers['audit.list']({ limit: 2, scope: 'urn:x:view_flows' });
    expect(answer.ok && answer.value.map(({ account }) => account)).toEqual(['grace', 'brackets']);
    expect(asked).toEqual([1_000]);
  });

  it('is empty where there is none', async () => {
    const { handlers } = history([entry({ scope: 'urn:x:run' })]);
    expect(await handlers['audit.list']({ limit: 10, scope: 'urn:x:view_flows' })).toEqual({
      ok: true,
      value: [],
    });
  });
});

describe('approvals and audit log', () => {
  it('are answered as views', async () => {
    const { handlers, calls } = setup();
    expect(await handlers['approvals.list'](null)).toMatchObject({
      ok: true,
      value: [{ id: 'r-1', scope: 'view_flows', until: null, host: null }],
    });
    expect(await handlers['audit.list']({ limit: 7 })).toEqual({ ok: true, value: [] });
    expect(await handlers['approvals.revoke']({ id: 'r-1' })).toEqual(DONE);
    expect(await handlers['approvals.denyAll']({ on: true })).toEqual(DONE);
    expect(calls).toEqual([
      ['newest', 7],
      ['revoke', 'r-1'],
      ['setDenyAll', true],
    ]);
  });

  it('[C59] say so when a rule is gone, and when the file could not be written', async () => {
    const gone = setup(() => Promise.resolve(false));
    expect(await gone.handlers['approvals.revoke']({ id: 'r-1' })).toMatchObject({
      problem: { reason: 'no-such-rule' },
    });
    const full = setup(() => Promise.reject(new Error('ENOSPC')));
    expect(await full.handlers['approvals.revoke']({ id: 'r-1' })).toMatchObject({
      problem: { reason: 'rules-not-saved', detail: 'ENOSPC' },
    });
  });

  it.each([
    [true, 'Every script is refused, but only until the app quits'],
    [false, 'Scripts can ask again, but only until the app quits'],
  ])('[C59] say so when the deny-all switch is not kept (on: %s)', async (on, title) => {
    const { handlers } = setup(undefined, 'settings.json is read-only');
    expect(await handlers['approvals.denyAll']({ on })).toMatchObject({
      ok: false,
      problem: { reason: 'deny-all-not-saved', title, detail: 'settings.json is read-only' },
    });
  });

  it('[C59] say so when the broker could not be set up', async () => {
    const handlers = brokerHandlers({ broker: () => Promise.resolve(null) });
    for (const answer of [handlers['approvals.list'](null), handlers['audit.list']({ limit: 1 })]) {
      expect(await answer).toMatchObject({ ok: false, problem: { reason: 'broker-not-started' } });
    }
  });

  it.each([
    ['approvals.list', {}],
    ['approvals.revoke', { id: '' }],
    ['approvals.revoke', { id: 'r-1', more: 1 }],
    ['approvals.denyAll', { on: 1 }],
    ['audit.list', { limit: 0 }],
    ['audit.list', { limit: 1_001 }],
    ['audit.list', { limit: 1.5 }],
    ['audit.list', null],
  ] as const)('[C44] %s refuses %o', (name, request) => {
    expect(CALL_SCHEMAS[name].safeParse(request).success).toBe(false);
  });
});
