import { EventEmitter } from 'node:events';
import type { App, Session } from 'electron';
import { expect, it } from 'vitest';
import { hardenContents, hardenSession } from '../../../main/desktop/security.ts';

class Contents extends EventEmitter {
  openHandler: (() => unknown) | null = null;
  setWindowOpenHandler(handler: () => unknown): void {
    this.openHandler = handler;
  }
}

function prevented(target: EventEmitter, name: string, ...args: unknown[]): boolean {
  let stopped = false;
  target.emit(name, { preventDefault: () => (stopped = true) }, ...args);
  return stopped;
}

it.each(['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview'])(
  '[C43] every page is denied %s',
  (name) => {
    const app = new EventEmitter();
    hardenContents(app as unknown as App);
    const contents = new Contents();
    app.emit('web-contents-created', {}, contents);
    expect(prevented(contents, name)).toBe(true);
    expect(contents.openHandler?.()).toEqual({ action: 'deny' });
  },
);

function hardened() {
  const handlers: Record<string, (...args: unknown[]) => unknown> = {};
  const keep =
    (name: string) =>
    (handler: (...args: unknown[]) => unknown): void => {
      handlers[name] = handler;
    };
  const session = Object.assign(new EventEmitter(), {
    setPermissionRequestHandler: keep('request'),
    setPermissionCheckHandler: keep('check'),
    setDevicePermissionHandler: keep('device'),
    setDisplayMediaRequestHandler: keep('display'),
    webRequest: { onBeforeRequest: keep('network') },
  });
  hardenSession(session as unknown as Session);
  return { session, handlers };
}

/** What the handler hands to its callback. */
function answer(handler: ((...args: unknown[]) => unknown) | undefined, ...args: unknown[]): unknown {
  let given: unknown = 'nothing';
  handler?.(...args, (value: unknown) => (given = value));
  return given;
}

it('[C43] every permission is denied, asked for and looked up', () => {
  const { handlers } = hardened();
  expect(answer(handlers['request'], {}, 'clipboard-read')).toBe(false);
  expect(handlers['check']?.()).toBe(false);
  expect(handlers['device']?.()).toBe(false);
  expect(answer(handlers['display'], {})).toEqual({});
});

it('[C43] device pickers and downloads are stopped', () => {
  const { session } = hardened();
  for (const name of ['select-hid-device', 'select-usb-device']) {
    expect(prevented(session, name, {}, () => {})).toBe(true);
  }
  expect(prevented(session, 'select-serial-port', [], {}, () => {})).toBe(true);
  expect(prevented(session, 'will-download')).toBe(true);
});

it.each([
  ['app://tray/index.html', false],
  ['app://other/index.html', true],
  ['https://auth.globus.org/', true],
  ['http://127.0.0.1:80/', true],
  ['ws://127.0.0.1:80/', true],
  ['file:///etc/passwd', true],
  ['devtools://devtools/x', true],
])('[C42] a request of the page for %s is cancelled: %s', (url, cancel) => {
  expect(answer(hardened().handlers['network'], { url })).toEqual({ cancel });
});
