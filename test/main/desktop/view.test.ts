import { describe, expect, it } from 'vitest';
import { problemView } from '../../../main/desktop/problem-view.ts';
import { appView, initials } from '../../../main/desktop/view.ts';
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

  it('says that it runs in a Flatpak, and nothing where it does not', () => {
    const sources = { snapshot: agentSnapshot(), clipboard: null, problem: null, version: '1', now: NOW };
    expect(appView({ ...sources, flatpak: true }).flatpak).toBe(true);
    expect(appView({ ...sources, flatpak: false })).not.toHaveProperty('flatpak');
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
    expect(view.groups[0]?.scopes[0]?.alsoAllows).toEqual(['all', 'transfer:all', 'odd']);
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
    expect(show(agentSnapshot({ signIn })).signIn).toMatchObject(signIn);
  });

  it('counts the steps of a sign-in with several authorizations, and those alone', () => {
    const waiting = { phase: 'waiting', way: 'browser', deadline: 7 } as const;
    const step = { number: 2, of: 6 };
    expect(show(agentSnapshot({ signIn: { ...waiting, step } })).signIn).toMatchObject({ step });
    expect(show(agentSnapshot({ signIn: waiting })).signIn).toMatchObject({ step: null });
  });

  it('shows every account, and which one is used', () => {
    const accounts = [
      { sub: '1', username: 'ada@x', displayName: 'Ada Lovelace', isDefault: false },
      { sub: '2', username: 'grace@x', displayName: '', isDefault: true },
    ];
    expect(show(agentSnapshot({ accounts })).accounts).toEqual([
      { ...accounts[0], initials: 'AL' },
      { ...accounts[1], initials: 'G' },
    ]);
  });

  it('offers what can be used now: fetching only while the broker listens', () => {
    const broker = { path: '/run/x/broker.sock', denyAll: false, programsToday: 0 };
    const sources = { snapshot: agentSnapshot(), clipboard: null, problem: null, version: '1', now: NOW };
    const on = appView({ ...sources, broker });
    const off = appView({ ...sources, broker: { ...broker, path: null } });
    expect(on.tools[0]).toEqual({ id: 'curl', label: 'curl', modes: ['fetched', 'variable', 'literal'] });
    expect(off.tools[0]).toEqual({ id: 'curl', label: 'curl', modes: ['literal', 'variable'] });
    expect(on.tools.map(({ id }) => id)).toContain('globus-token');
    expect(off.tools.map(({ id }) => id)).not.toContain('globus-token');
    expect(off.tools.find(({ id }) => id === 'globus-cli')?.modes).toEqual([]);
    expect(on.groups[0]?.scopes[0]?.recipes[0]?.preview).toContain('--unix-socket');
    expect(off.groups[0]?.scopes[0]?.recipes[0]?.preview).toContain('Bearer ••••');
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
