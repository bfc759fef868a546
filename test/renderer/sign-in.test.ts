import { describe, expect, test } from 'vitest';
import { appView, PROBLEM, STATES } from '../support/fake-bridge.ts';
import { type HandBridge, started } from './hands.ts';

const refusal = () => ({ ok: false, problem: PROBLEM });

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
      const over = store.signIn.start(['a'], 'browser');
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
    expect(await store.signIn.startWith({ clientId: 'x' }, ['a'], 'browser')).toEqual(PROBLEM);
    expect([store.problem, store.place, store.signIn.wanted]).toEqual([null, 'home', null]);
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
    await store.signIn.startWith({ clientId: 'x' }, ['a'], 'browser');
    expect([...screens, store.screen, store.signIn.wanted]).toEqual(['first-run', 'first-run', ['a']]);
  });

  test('that was cancelled is no problem, and its ticks are kept', async () => {
    const { store, bridge } = await started(STATES['signed out']);
    const finish = held(bridge);
    const over = store.signIn.start(['a'], 'browser');
    await store.signIn.cancel();
    finish(refusal());
    await over;
    expect(store.problem).toBeNull();
    expect(store.signIn.wanted).toEqual(['a']);
  });

  test('by code begins only after the browser attempt has ended, with the same scopes', async () => {
    const { store, bridge } = await started(STATES['signed out']);
    const finish = held(bridge);
    void store.signIn.start(['a', 'b'], 'browser');
    const pasting = store.signIn.pasteInstead();
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
    const both = [store.signIn.start(['a'], 'browser'), store.signIn.start(['a'], 'browser')];
    finish({ ok: true, value: null });
    await Promise.all(both);
    expect(bridge.asked.filter(([name]) => name === 'signIn.start')).toHaveLength(1);
  });

  test('to isolate is tried again as an isolation; an offer, which is good for once, is not', async () => {
    const { store, bridge } = await started(STATES['signed out']);
    await store.signIn.isolate(['a', 'b']);
    await store.signIn.again();
    const asked = bridge.asked.filter(([name]) => name === 'scope.isolate');
    expect(asked.map(([, request]) => request)).toEqual([{ scopes: ['a', 'b'] }, { scopes: ['a', 'b'] }]);
    await store.signIn.accept('o-1');
    await store.signIn.again();
    expect(bridge.asked.filter(([name]) => name === 'call.accept')).toHaveLength(1);
    expect(bridge.asked.at(-1)).toEqual(['signIn.dismiss', null]);
  });

  test('to isolate that was cancelled is no problem', async () => {
    const { store, bridge } = await started(STATES['signed out']);
    let finish: (answer: unknown) => void = () => {};
    bridge.replies['scope.isolate'] = () => new Promise((resolve) => (finish = resolve));
    const over = store.signIn.isolate(['a']);
    await store.signIn.cancel();
    finish(refusal());
    expect(await over).toBe(false);
    expect(store.problem).toBeNull();
  });

  test('is tried again with what was asked; a reloaded page that does not know goes back', async () => {
    const { store, bridge } = await started(STATES['failed']);
    await store.signIn.again();
    expect(bridge.asked.at(-1)).toEqual(['signIn.dismiss', null]);
    await store.signIn.start(['a'], 'paste');
    await store.signIn.again();
    expect(bridge.asked.at(-1)).toEqual(['signIn.start', { scopes: ['a'], way: 'paste' }]);
  });
});
