import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DELETED_FLOW_ID, PASS_FLOW_ID } from '../../../sandbox/flows/seed.ts';
import { type ManageRig, manageRig } from '../../../support/manage-rig.ts';
import { scopeOf } from '../../../support/sandbox-agent.ts';

// The sandbox and its keys are made anew for every test.
vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

const DAY = 86_400;

let rig: ManageRig;
beforeEach(async () => {
  rig = await manageRig();
});
afterEach(() => rig.close());

const kept = () => rig.agent.snapshot().scopes.map(({ entry }) => entry.name);

describe('kept scopes', () => {
  test('are added and removed', () => {
    expect(rig.manage.addScope('transfer:all')).toEqual({ kind: 'done', value: null });
    expect(kept()).toContain('transfer:all');
    expect(rig.manage.removeScope('transfer:all')).toEqual({ kind: 'done', value: null });
    expect(kept()).not.toContain('transfer:all');
  });

  test('[C59] what is no scope, or is not kept, is refused with the next step', () => {
    const before = kept();
    expect(rig.manage.addScope('no such thing')).toMatchObject({ kind: 'refused', reason: 'unknown-scope' });
    const removed = rig.manage.removeScope('transfer:all');
    expect(removed).toMatchObject({ kind: 'refused', reason: 'unknown-scope' });
    expect(removed.kind === 'refused' ? removed.next : '').toContain('globus-token scopes');
    expect(kept()).toEqual(before);
  });
});

describe('kept flows', () => {
  test('are read from the Flows service, kept with their scope, and let go', async () => {
    await rig.signIn();
    expect(rig.manage.flows()).toEqual([]);
    const { flows } = rig.agent.snapshot().environment;
    expect(await rig.manage.addFlow(`${flows}/flows/${PASS_FLOW_ID}`)).toEqual({
      kind: 'done',
      value: null,
    });
    expect(rig.manage.flows()).toMatchObject([
      {
        id: PASS_FLOW_ID,
        state: 'needs-consent',
        expires_at: null,
        scope: expect.stringContaining(PASS_FLOW_ID.replaceAll('-', '_')) as string,
      },
    ]);
    expect(kept()).toContain(`flow:${PASS_FLOW_ID}`);
    expect(rig.manage.removeFlow(PASS_FLOW_ID.toUpperCase())).toEqual({ kind: 'done', value: null });
    expect(rig.manage.flows()).toEqual([]);
    expect(rig.manage.removeFlow(PASS_FLOW_ID)).toMatchObject({ kind: 'refused', reason: 'not-found' });
  });

  test('each reason that a flow cannot be kept is told', async () => {
    expect(await rig.manage.addFlow('a word')).toMatchObject({ reason: 'bad-request' });
    expect(await rig.manage.addFlow(PASS_FLOW_ID)).toMatchObject({ reason: 'needs-consent' });
    await rig.signIn();
    expect(await rig.manage.addFlow(DELETED_FLOW_ID)).toMatchObject({ reason: 'not-found' });
    rig.agent.setLocked(true);
    expect(await rig.manage.addFlow(PASS_FLOW_ID)).toMatchObject({ reason: 'locked' });
    rig.agent.setLocked(false);
    await rig.sandbox.close();
    expect(await rig.manage.addFlow(PASS_FLOW_ID)).toMatchObject({ reason: 'unreachable' });
    expect(rig.manage.flows()).toEqual([]);
  });
});

describe('whether a token will still be had', () => {
  test('is answered for one scope and for all of them', async () => {
    await rig.signIn();
    expect(rig.manage.check('view_flows', 60)).toMatchObject({
      kind: 'done',
      value: { scope: scopeOf('view_flows'), for: 60, answer: 'yes' },
    });
    const later = rig.manage.check(scopeOf('view_flows'), 3 * DAY);
    expect(later).toMatchObject({ kind: 'done', value: { answer: 'by-renewal' } });
    const until = later.kind === 'done' ? later.value.until : null;
    expect(until).toBeGreaterThan(Date.now() / 1_000 + 150 * DAY);
    expect(rig.manage.check(null, 400 * DAY)).toMatchObject({ value: { scope: null, answer: 'unknown' } });
  });

  test('what a person has to mend first has its own reason', async () => {
    expect(rig.manage.check('transfer:all', 60)).toMatchObject({ reason: 'unknown-scope' });
    expect(rig.manage.check('view_flows', 60)).toMatchObject({ reason: 'needs-sign-in' });
    expect(rig.manage.check(null, 60)).toMatchObject({ reason: 'needs-sign-in' });
    await rig.signIn();
    rig.manage.addScope('transfer:all');
    expect(rig.manage.check('transfer:all', 60)).toMatchObject({ reason: 'needs-consent' });
    rig.agent.setLocked(true);
    expect(rig.manage.check('view_flows', 60)).toMatchObject({ reason: 'locked' });
    expect(rig.manage.check(null, 60)).toMatchObject({ reason: 'locked' });
  });
});

describe('[C39] a snippet fetches its token when it runs', () => {
  test('and holds none, with every tool', async () => {
    await rig.signIn();
    const issued = await rig.agent.accessToken(scopeOf('view_flows'), 0);
    const token = issued.kind === 'token' ? issued.token.value : '';
    expect(token).not.toBe('');
    for (const tool of [null, 'globus-token', 'httpie', 'python-requests', 'powershell', 'globus-cli']) {
      const written = rig.manage.snippet('view_flows', tool, null);
      if (written.kind !== 'done') throw new Error(JSON.stringify(written));
      expect(written.value).toMatchObject({ tool: tool ?? 'curl', recipe: 'list-flows' });
      expect(written.value.text).not.toContain(token);
    }
    const curl = rig.manage.snippet('view_flows', null, null);
    expect(curl.kind === 'done' ? curl.value.text : '').toMatch(
      /^curl -q -fsS .*--unix-socket '\/run\/user\/1000\/globus-token\/broker\.sock' .*scope=view_flows/,
    );
  });

  test('by a recipe’s name; what does not exist is named with what does', () => {
    const recipe = (wanted: string) => rig.manage.snippet('view_flows', 'curl', wanted);
    expect(recipe('list-flows')).toMatchObject({ kind: 'done', value: { recipe: 'list-flows' } });
    const none = recipe('nonsense');
    expect(none).toMatchObject({ kind: 'refused', reason: 'not-found' });
    expect(none.kind === 'refused' ? none.next : '').toContain('list-flows');
    const tool = rig.manage.snippet('view_flows', 'nonsense', null);
    expect(tool.kind === 'refused' ? tool.next : '').toContain('httpie');
    expect(rig.manage.snippet('transfer:all', null, null)).toMatchObject({ reason: 'unknown-scope' });
  });

  test('for a flow’s own scope too, and not for a service whose API is unknown', () => {
    rig.manage.addScope(`flow:${PASS_FLOW_ID}`);
    const flow = rig.manage.snippet(`flow:${PASS_FLOW_ID}`, null, 'flow-start');
    expect(flow.kind === 'done' ? flow.value.text : '').toContain(`/flows/${PASS_FLOW_ID}/run`);
    rig.manage.addScope('transfer:all');
    expect(rig.manage.snippet('transfer:all', null, null)).toMatchObject({ reason: 'not-found' });
  });
});
