import { describe, expect, it } from 'vitest';
import { flowScope } from '../../../../main/globus/flow-scope.ts';
import { NOW, agentSnapshot } from '../../../support/desktop.ts';
import { DONE, PROBLEM, setup } from './rig.ts';

const FLOW = '00000000-0000-4000-8000-00000000000a';
const flow = {
  id: FLOW,
  title: 'f',
  scope: flowScope(FLOW),
  role: null,
  collections: [],
  checkedAt: NOW,
  environment: 'production' as const,
};
const VIEW_FLOWS = agentSnapshot().scopes[0]?.entry.scope ?? '';

describe('scope calls', () => {
  it('adds what was typed, and answers what it means', async () => {
    const { handlers, calls } = setup({ addScope: () => ({ ok: true, value: VIEW_FLOWS }) });
    expect(await handlers['scope.add']({ scope: 'view_flows' })).toEqual({
      ok: true,
      value: { scope: VIEW_FLOWS },
    });
    const refusing = setup({ addScope: () => ({ ok: false, problem: PROBLEM }) });
    expect(await refusing.handlers['scope.add']({ scope: '?' })).toEqual({ ok: false, problem: PROBLEM });
    expect(calls).toEqual([]);
  });

  it('takes a flow off with its record, everything else as an entry', async () => {
    const { handlers, calls } = setup({ snapshot: () => agentSnapshot({ flows: [flow] }) });
    await handlers['scope.remove']({ scope: flow.scope });
    await handlers['scope.remove']({ scope: VIEW_FLOWS });
    await handlers['scope.remove']({ scope: flowScope(FLOW.replace('a', 'b')) });
    expect(calls.map((call) => (call as string[])[0])).toEqual(['removeFlow', 'removeScope', 'removeScope']);
  });

  it('isolates the scopes that were named', async () => {
    const { handlers, calls } = setup();
    expect(await handlers['scope.isolate']({ scopes: ['a', 'b'] })).toEqual(DONE);
    expect(calls).toEqual([['signIn', { scopes: ['a', 'b'], way: 'browser', isolate: true }]]);
  });

  it('[C23] claims that one scope was revoked only when the agent says so', async () => {
    const { handlers, calls } = setup();
    expect(await handlers['scope.signOut']({ scope: 'a' })).toEqual({ ok: true, value: { revoked: true } });
    expect(calls).toEqual([['signOut', { scope: 'a' }]]);
    const kept = setup({ signOut: () => Promise.resolve({ ok: false, problem: PROBLEM }) });
    expect(await kept.handlers['scope.signOut']({ scope: 'a' })).toEqual({ ok: false, problem: PROBLEM });
  });

  it('[C37] [C39] copies a snippet that fetches its token, unmarked, and has an audit line for it', async () => {
    const { handlers, calls, port } = setup({}, { socket: '/run/broker.sock' });
    expect(await handlers['scope.copy']({ scope: VIEW_FLOWS, format: 'curl' })).toEqual(DONE);
    expect(port.writes).toMatchObject([{ concealed: false }]);
    expect(port.text).toContain('--unix-socket');
    expect(calls).toEqual([['copied', VIEW_FLOWS]]);
  });

  it('[C37] marks a snippet with a token', async () => {
    const { handlers, calls, port } = setup({}, { socket: '/run/broker.sock' });
    const values = { flow_id: 'f1' };
    await handlers['scope.copy']({
      scope: VIEW_FLOWS,
      format: 'curl',
      recipe: 'get-flow',
      mode: 'literal',
      values,
    });
    expect(port.writes).toMatchObject([{ concealed: true }]);
    expect(calls[0]).toMatchObject(['render', { recipe: 'get-flow', tool: 'curl', values }]);
  });

  it('[C13] copies, renews and signs out for the account that was named', async () => {
    const { handlers, calls, port } = setup({}, { socket: '/run/broker.sock' });
    await handlers['scope.copy']({ scope: VIEW_FLOWS, format: 'header', account: '2' });
    expect(calls).toMatchObject([
      ['render', { account: '2' }],
      ['copied', VIEW_FLOWS, '2'],
    ]);
    calls.length = 0;
    await handlers['scope.copy']({ scope: VIEW_FLOWS, format: 'curl', mode: 'literal', account: '2' });
    expect(calls).toMatchObject([
      ['render', { account: '2' }],
      ['copied', VIEW_FLOWS, '2'],
    ]);
    await handlers['scope.copy']({ scope: VIEW_FLOWS, format: 'curl', account: '2' });
    expect(port.text).toContain('/v1/header?scope=view_flows&account=2');
    calls.length = 0;
    await handlers['scope.renew']({ scope: VIEW_FLOWS, account: '2' });
    await handlers['scope.signOut']({ scope: VIEW_FLOWS, account: '2' });
    expect(calls).toEqual([
      ['renew', VIEW_FLOWS, '2'],
      ['signOut', { scope: VIEW_FLOWS, account: '2' }],
    ]);
  });

  it('previews with dots, and never asks for a token', async () => {
    const { handlers, calls } = setup();
    const shown = await handlers['snippet.preview']({
      scope: VIEW_FLOWS,
      recipe: 'list-flows',
      tool: 'curl',
      mode: 'literal',
      values: {},
    });
    expect(shown).toMatchObject({ ok: true });
    expect(calls).toEqual([]);
  });
});

describe('account, settings and forecast calls', () => {
  it('adds an account beside the others, for what the list shows', async () => {
    const { handlers, calls } = setup();
    await handlers['account.add']({ way: 'paste' });
    expect(calls).toEqual([['signIn', { scopes: [VIEW_FLOWS], way: 'paste', account: 'new' }]]);
  });

  it('[C13] switches and signs out by account, and forgets what was offered before', async () => {
    const { handlers, calls } = setup();
    expect(await handlers['account.use']({ sub: '2' })).toEqual(DONE);
    expect(await handlers['account.signOut']({ sub: '2' })).toEqual({ ok: true, value: { revoked: true } });
    expect(calls).toEqual([
      ['useAccount', '2'],
      ['forgetOffers'],
      ['signOut', { account: '2' }],
      ['forgetOffers'],
    ]);
    const kept = setup({ useAccount: () => ({ ok: false, problem: PROBLEM }) });
    await kept.handlers['account.use']({ sub: '3' });
    expect(kept.calls).toEqual([]);
  });

  it('keeps the settings that were named, and only those', async () => {
    const { handlers, calls, settings } = setup();
    const before = settings.get();
    await handlers['settings.set']({ clearOnQuit: false, clearAfterSeconds: 10 });
    expect(settings.get()).toEqual({ ...before, clearOnQuit: false, clearAfterSeconds: 10 });
    await handlers['settings.set']({ keepAlive: true });
    expect(calls).toEqual([['settingsChanged'], ['setKeepAlive', true]]);
  });

  it('asks the agent how long it holds', async () => {
    const { handlers, calls } = setup();
    expect(await handlers['forecast.check']({ scope: null, hours: 72 })).toEqual({
      ok: true,
      value: { answer: 'yes', until: NOW, why: 'w' },
    });
    expect(calls).toEqual([['outlives', null, 72 * 3_600_000]]);
  });
});
