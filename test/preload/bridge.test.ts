import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createBridge } from '../../preload/bridge.ts';
import { CALL_NAMES, EVENT_NAMES, channel, type Bridge } from '../../preload/contract.ts';
import { view } from '../support/desktop.ts';

class FakeIpc extends EventEmitter {
  readonly invoked: unknown[][] = [];
  invoke(...args: unknown[]): Promise<unknown> {
    this.invoked.push(args);
    return Promise.resolve({ ok: true, value: null });
  }
}
/** A page is not bound to our types. */
const loose = (bridge: Bridge) =>
  bridge as unknown as {
    call(name: unknown, request: unknown): Promise<unknown>;
    on(...args: unknown[]): unknown;
  };

describe('the bridge', () => {
  it.each(CALL_NAMES)('sends %s on its channel', async (name) => {
    const ipc = new FakeIpc();
    await loose(createBridge(ipc)).call(name, { a: 1 });
    expect(ipc.invoked).toEqual([[`tray:${name}`, { a: 1 }]]);
  });

  it.each(['', 'state', 'tray:state.get', 'ELECTRON_BROWSER_REQUIRE', '__proto__', 'constructor', 7, null])(
    '[C44] refuses the call %s before it reaches a channel',
    async (name) => {
      const ipc = new FakeIpc();
      await expect(loose(createBridge(ipc)).call(name, null)).rejects.toThrow(TypeError);
      expect(ipc.invoked).toEqual([]);
    },
  );

  it.each(['state.get', 'tray:state', '', undefined])('[C44] refuses the event %s', (name) => {
    const ipc = new FakeIpc();
    expect(() => loose(createBridge(ipc)).on(name, () => {})).toThrow(TypeError);
    expect(ipc.eventNames()).toEqual([]);
  });

  it('[C44] hands over the payload without the event, which holds a sender', () => {
    const ipc = new FakeIpc();
    const heard: unknown[][] = [];
    createBridge(ipc).on('state', (...args) => void heard.push(args));
    ipc.emit(channel('state'), { sender: ipc }, view([]), 'more');
    expect(heard).toEqual([[view([])]]);
  });

  it('[C57] stops listening when told to', () => {
    const ipc = new FakeIpc();
    const stop = createBridge(ipc).on('state', () => {});
    stop();
    expect(ipc.eventNames()).toEqual([]);
  });

  it('has two functions and nothing else', () => {
    expect(Object.keys(createBridge(new FakeIpc()))).toEqual(['call', 'on']);
    expect(EVENT_NAMES).toEqual(['state', 'palette', 'show', 'notCopied', 'askSignOut']);
  });
});
