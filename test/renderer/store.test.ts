import { describe, expect, test } from 'vitest';
import type { AppView, CallName } from '../../preload/contract.ts';
import { TrayStore } from '../../renderer/store.svelte.ts';
import { appView, NOW, PROBLEM, STATES } from '../support/fake-bridge.ts';
import { HandBridge, HandClock, started } from './hands.ts';

const refusal = () => ({ ok: false, problem: PROBLEM });
const WAITING = STATES['waiting'] ?? appView();

describe('the store', () => {
  test('starts with main’s view, hears its changes and lets go of everything when stopped', async () => {
    const { bridge, clock, store, stop } = await started();
    expect(store.view).toEqual(appView());
    expect(store.screen).toBe('scopes');
    bridge.push(WAITING);
    expect(store.screen).toBe('waiting');
    stop();
    expect([bridge.listeners, clock.listeners, clock.waiting]).toEqual([0, 0, 0]);
  });

  test('does not let a slow first answer overwrite a newer event', async () => {
    const bridge = new HandBridge(appView());
    let answer: (view: AppView) => void = () => {};
    bridge.replies['state.get'] = () => new Promise<AppView>((resolve) => (answer = resolve));
    const store = new TrayStore(bridge, new HandClock());
    const start = store.start();
    bridge.push(WAITING);
    answer(appView());
    await start;
    expect(store.screen).toBe('waiting');
  });

  test('[C58] lets no single letter act before main has said that they do', async () => {
    const { bridge, store } = await started();
    expect(new TrayStore(bridge, new HandClock()).letterKeys).toBe(false);
    expect(store.letterKeys).toBe(true);
    bridge.push(appView({ settings: { ...appView().settings, letterKeys: false } }));
    expect(store.letterKeys).toBe(false);
  });

  test('says so when main does not answer at all', async () => {
    const bridge = new HandBridge(appView());
    bridge.replies['state.get'] = () => Promise.reject(new Error('no handler'));
    const store = new TrayStore(bridge, new HandClock());
    await store.start();
    expect(store.view).toBeNull();
    expect(store.problem).toMatchObject({ reason: 'no-answer', detail: 'no handler' });
  });
});

describe('the time', () => {
  test('is main’s, moved on by the page’s monotonic clock', async () => {
    const { clock, store, bridge } = await started();
    expect(store.now).toBe(NOW);
    clock.pass(30_000);
    expect(store.now).toBe(NOW + 30_000);
    bridge.push(appView({ now: NOW - 60_000 }));
    expect(store.now).toBe(NOW - 60_000);
  });

  test('stands still while nobody can see it, and is asked for when somebody can again', async () => {
    const { clock, store, bridge } = await started();
    clock.show(false);
    clock.pass(600_000);
    expect(clock.waiting).toBe(0);
    expect(store.now).toBe(NOW);
    bridge.push(appView({ now: NOW + 600_000 }));
    expect(clock.waiting).toBe(0);
    const before = bridge.asked.length;
    clock.show(true);
    expect(clock.waiting).toBe(1);
    expect(bridge.asked.slice(before).map(([name]) => name)).toEqual(['state.get']);
  });
});

describe('a call', () => {
  test.each<[string, CallName, (store: TrayStore) => Promise<unknown>, unknown]>([
    ['renew', 'scope.renew', (store) => store.renew({ scope: 's' }), { scope: 's' }],
    [
      'copy',
      'scope.copy',
      (store) => store.copy('s', 'curl', 'r'),
      { scope: 's', format: 'curl', recipe: 'r' },
    ],
    [
      'copy without a recipe',
      'scope.copy',
      (store) => store.copy('s', 'header'),
      { scope: 's', format: 'header' },
    ],
    ['clear', 'clipboard.clear', (store) => store.clearClipboard(), null],
    ['vault', 'setup.vault', (store) => store.useVault('memory'), { backend: 'memory' }],
    ['code', 'signIn.code', (store) => store.signIn.sendCode(' abc\n'), { code: 'abc' }],
    ['help', 'help.open', (store) => store.openHelp('consents'), { page: 'consents' }],
    ['sign out', 'signOut', (store) => store.signOut(), null],
  ])('to %s asks exactly that and shows its problem', async (_title, name, run, request) => {
    const { store, bridge } = await started();
    bridge.replies[name] = refusal;
    await run(store);
    expect(bridge.asked.at(-1)).toEqual([name, request]);
    expect(store.problem).toEqual(PROBLEM);
    expect(store.isPending(name)).toBe(false);
    bridge.replies[name] = () => Promise.reject(new Error('gone'));
    await run(store);
    expect(store.problem).toMatchObject({ reason: 'no-answer' });
  });

  test('that met what main keeps standing is over with it', async () => {
    const { store, bridge } = await started();
    bridge.replies['scope.renew'] = refusal;
    bridge.push(appView({ problem: PROBLEM }));
    await store.renew({ scope: 's' });
    expect(store.problem).toEqual(PROBLEM);
    bridge.push(appView({ problem: PROBLEM, now: appView().now + 1_000 }));
    expect(store.problem).toEqual(PROBLEM);
    bridge.push(appView());
    expect(store.problem).toBeNull();
  });

  test('that main never kept standing keeps its problem', async () => {
    const { store, bridge } = await started();
    bridge.replies['scope.renew'] = refusal;
    await store.renew({ scope: 's' });
    bridge.push(appView({ problem: { ...PROBLEM, title: 'Another' } }));
    bridge.push(appView());
    expect(store.problem).toEqual(PROBLEM);
  });

  test('[C23] a sign-out that was not confirmed does not claim success', async () => {
    const { store, bridge } = await started();
    bridge.replies['signOut'] = () => ({ ok: true, value: { revoked: false } });
    await store.signOut();
    expect(store.problem?.title).toBe('You are still signed in');
    expect(store.place).toBe('home');
  });
});
