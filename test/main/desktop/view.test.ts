import { describe, expect, it } from 'vitest';
import { appView, initials, problemView } from '../../../main/desktop/view.ts';
import type { AgentSnapshot } from '../../../main/agent-types.ts';
import { TUTORIAL_CLIENT_ID } from '../../../main/globus/scopes.ts';
import { DEMO, NOW, agentSnapshot, scopeStatus } from '../../support/desktop.ts';

const show = (snapshot: AgentSnapshot) =>
  appView({ snapshot, clipboard: null, problem: null, version: '1.2.3', now: NOW });
const PROBLEM = { reason: 'r', title: 't', tokens: 'k', next: 'n' };

describe('appView', () => {
  it('shows account, vault and environment', () => {
    expect(show(agentSnapshot())).toMatchObject({
      version: '1.2.3',
      environment: { name: 'production', label: 'Globus', fake: false },
      account: { username: 'ada@example.org', displayName: 'Ada Lovelace', initials: 'AL' },
      vault: { backend: 'keychain', label: 'GNOME Keyring', status: 'ready', persistent: true },
      tutorialClient: false,
      now: NOW,
    });
  });

  it('knows the tutorial client and the demo', () => {
    expect(show(agentSnapshot({ clientId: TUTORIAL_CLIENT_ID })).tutorialClient).toBe(true);
    expect(show(agentSnapshot({ environment: DEMO })).environment.fake).toBe(true);
  });

  it('[C47] carries recipes with dots and no other part of a snippet', () => {
    const [scope] = show(agentSnapshot()).groups[0]?.scopes ?? [];
    expect(scope?.recipes.length).toBeGreaterThan(0);
    for (const recipe of scope?.recipes ?? []) {
      expect(recipe.preview).toMatch(/^curl .*Bearer •+/s);
      expect(recipe.preview).toContain('https://flows.automate.globus.org/');
    }
  });

  it('[C47] takes known fields alone, whatever else a snapshot carries', () => {
    const sneaky = { ...agentSnapshot(), accessToken: 'secret' };
    const status = { ...scopeStatus(0), token: 'secret' };
    const problem = { ...PROBLEM, response: 'secret' };
    const view = show({ ...sneaky, scopes: [status], problem, signIn: { phase: 'failed', problem } });
    expect(JSON.stringify(view)).not.toContain('secret');
  });

  it('names what else a token allows, also outside the catalog', () => {
    const others = [scopeStatus(5).entry.scope, 'urn:globus:auth:scope:transfer.api.globus.org:all', 'odd'];
    const view = show(agentSnapshot({ scopes: [scopeStatus(0, { others })] }));
    expect(view.groups[0]?.scopes[0]?.alsoAllows).toEqual(['all', 'all', 'odd']);
  });

  it.each([
    ['no token yet', [scopeStatus(0, { expiresAt: null }), scopeStatus(1, { expiresAt: null })]],
    ['one token for one scope', [scopeStatus(0), scopeStatus(1, { expiresAt: null })]],
    [
      'one token for 2 scopes',
      [
        scopeStatus(0, { others: [scopeStatus(1).entry.scope] }),
        scopeStatus(1, { others: [scopeStatus(0).entry.scope] }),
      ],
    ],
    ['2 tokens for 2 scopes', [scopeStatus(0), scopeStatus(1)]],
  ])('says "%s" of a group', (note, scopes) => {
    expect(show(agentSnapshot({ scopes })).groups[0]?.note).toBe(note);
  });

  it('groups by resource server in the order of first appearance', () => {
    const other = { ...scopeStatus(1).entry, resourceServer: 'auth.globus.org' };
    const view = show(
      agentSnapshot({ scopes: [scopeStatus(0), scopeStatus(1, { entry: other }), scopeStatus(2)] }),
    );
    expect(view.groups.map((group) => [group.title, group.scopes.length])).toEqual([
      ['Flows', 2],
      ['auth.globus.org', 1],
    ]);
  });

  it("shows the agent's problem before the desktop's", () => {
    const own = { ...PROBLEM, reason: 'desktop' };
    const sources = { clipboard: null, problem: own, version: '1', now: NOW };
    expect(appView({ ...sources, snapshot: agentSnapshot() }).problem?.reason).toBe('desktop');
    expect(appView({ ...sources, snapshot: agentSnapshot({ problem: PROBLEM }) }).problem?.reason).toBe('r');
  });

  it.each([
    [{ phase: 'idle' }],
    [{ phase: 'exchanging' }],
    [{ phase: 'waiting', way: 'paste', deadline: 7 }],
    [{ phase: 'done', granted: ['a'], missing: ['b'] }],
    [{ phase: 'failed', problem: PROBLEM }],
  ] as const)('passes on the sign-in progress %j', (signIn) => {
    expect(show(agentSnapshot({ signIn })).signIn).toEqual(signIn);
  });

  it('survives a structured clone, as every message to the page must', () => {
    const view = show(agentSnapshot());
    expect(structuredClone(view)).toEqual(view);
  });
});

it('keeps the detail of a problem where there is one', () => {
  expect(problemView({ ...PROBLEM, detail: '<b>' })).toEqual({ ...PROBLEM, detail: '<b>' });
  expect(problemView(PROBLEM)).toEqual(PROBLEM);
});

it.each([
  ['Ada Lovelace', 'ada@x', 'AL'],
  ['Ada King Lovelace', 'ada@x', 'AL'],
  ['Ada', 'x', 'A'],
  ['  ada   lovelace ', 'x', 'AL'],
  ['Ada (work)', 'x', 'A'],
  ['Łukasz Żak', 'x', 'ŁŻ'],
  ['', 'grace@lab', 'G'],
  ['', '', '?'],
])('abbreviates "%s" (%s) as %s', (name, username, letters) => {
  expect(initials(name, username)).toBe(letters);
});
