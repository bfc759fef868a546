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
    ['code', 'signIn.code', (store) => store.sendCode(' abc\n'), { code: 'abc' }],
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

describe('a sign-in', () => {
  /** A start that is answered by hand. */
  function held(bridge: HandBridge) {
    let finish: (answer: unknown) => void = () => {};
    bridge.replies['signIn.start'] = () => new Promise((resolve) => (finish = resolve));
    return (answer: unknown) => finish(answer);
  }

  test('shows its failure once, whichever of answer and event comes first', async () => {
    const failed = appView({ signIn: { phase: 'failed', problem: PROBLEM } });
    for (const order of ['event', 'answer']) {
      const { store, bridge } = await started(STATES['signed out']);
      const finish = held(bridge);
      const over = store.signIn(['a'], 'browser');
      if (order === 'event') bridge.push(failed);
      finish(refusal());
      await over;
      if (order === 'answer') bridge.push(failed);
      expect(store.screen).toBe('failed');
      expect(store.problem, order).toBeNull();
    }
  });

  test('with a client that main does not take is none, and whoever asked is where they were', async () => {
    const { store, bridge } = await started(STATES['first run']);
    bridge.replies['setup.client'] = refusal;
    expect(await store.signInWith({ clientId: 'x' }, ['a'], 'browser')).toEqual(PROBLEM);
    expect([store.problem, store.place, store.wanted]).toEqual([null, 'home', null]);
    expect(bridge.asked.map(([name]) => name)).not.toContain('signIn.start');
  });

  test('[C60] with a new client has no other screen between its two calls, whatever main says meanwhile', async () => {
    const { store, bridge } = await started(STATES['first run']);
    const taken = STATES['signed out'] ?? appView();
    bridge.replies['setup.client'] = () => {
      bridge.push(taken);
      bridge.view = taken;
      return { ok: true, value: null };
    };
    const screens: unknown[] = [];
    bridge.replies['signIn.start'] = () => {
      screens.push(store.screen);
      return refusal();
    };
    await store.signInWith({ clientId: 'x' }, ['a'], 'browser');
    expect([...screens, store.screen, store.wanted]).toEqual(['first-run', 'first-run', ['a']]);
  });

  test('that was cancelled is no problem, and its ticks are kept', async () => {
    const { store, bridge } = await started(STATES['signed out']);
    const finish = held(bridge);
    const over = store.signIn(['a'], 'browser');
    await store.cancelSignIn();
    finish(refusal());
    await over;
    expect(store.problem).toBeNull();
    expect(store.wanted).toEqual(['a']);
  });

  test('by code begins only after the browser attempt has ended, with the same scopes', async () => {
    const { store, bridge } = await started(STATES['signed out']);
    const finish = held(bridge);
    void store.signIn(['a', 'b'], 'browser');
    const pasting = store.pasteInstead();
    // By now the cancel has been answered, the attempt itself has not.
    await new Promise((resolve) => setImmediate(resolve));
    expect(store.isPending('signIn.cancel')).toBe(false);
    expect(bridge.asked.filter(([name]) => name === 'signIn.start')).toHaveLength(1);
    finish({ ok: true, value: null });
    bridge.replies['signIn.start'] = () => ({ ok: true, value: null });
    await pasting;
    expect(bridge.asked.at(-1)).toEqual(['signIn.start', { scopes: ['a', 'b'], way: 'paste' }]);
  });

  test('cannot be started twice at once', async () => {
    const { store, bridge } = await started(STATES['signed out']);
    const finish = held(bridge);
    const both = [store.signIn(['a'], 'browser'), store.signIn(['a'], 'browser')];
    finish({ ok: true, value: null });
    await Promise.all(both);
    expect(bridge.asked.filter(([name]) => name === 'signIn.start')).toHaveLength(1);
  });

  test('to isolate is tried again as an isolation; an offer, which is good for once, is not', async () => {
    const { store, bridge } = await started(STATES['signed out']);
    await store.isolate(['a', 'b']);
    await store.tryAgain();
    const asked = bridge.asked.filter(([name]) => name === 'scope.isolate');
    expect(asked.map(([, request]) => request)).toEqual([{ scopes: ['a', 'b'] }, { scopes: ['a', 'b'] }]);
    await store.accept('o-1');
    await store.tryAgain();
    expect(bridge.asked.filter(([name]) => name === 'call.accept')).toHaveLength(1);
    expect(bridge.asked.at(-1)).toEqual(['signIn.dismiss', null]);
  });

  test('to isolate that was cancelled is no problem', async () => {
    const { store, bridge } = await started(STATES['signed out']);
    let finish: (answer: unknown) => void = () => {};
    bridge.replies['scope.isolate'] = () => new Promise((resolve) => (finish = resolve));
    const over = store.isolate(['a']);
    await store.cancelSignIn();
    finish(refusal());
    expect(await over).toBe(false);
    expect(store.problem).toBeNull();
  });

  test('is tried again with what was asked; a reloaded page that does not know goes back', async () => {
    const { store, bridge } = await started(STATES['failed']);
    await store.tryAgain();
    expect(bridge.asked.at(-1)).toEqual(['signIn.dismiss', null]);
    await store.signIn(['a'], 'paste');
    await store.tryAgain();
    expect(bridge.asked.at(-1)).toEqual(['signIn.start', { scopes: ['a'], way: 'paste' }]);
  });
});
