import type { IpcMain, WebContents } from 'electron';
import { describe, expect, it } from 'vitest';
import { registerCalls, type Handlers } from '../../../../main/desktop/ipc/register.ts';
import { CALL_NAMES, channel } from '../../../../preload/contract.ts';
import { RecordingLog } from '../../../support/agent-parts.ts';

type Listener = (event: unknown, ...args: unknown[]) => Promise<unknown>;

function setup(failing = false) {
  const listeners = new Map<string, Listener>();
  const ipc = { handle: (name: string, listener: Listener) => void listeners.set(name, listener) };
  const log = new RecordingLog();
  const seen: unknown[] = [];
  const handlers = Object.fromEntries(
    CALL_NAMES.map((name) => [
      name,
      (request: unknown) => {
        if (failing) throw new Error('token Agsecret');
        seen.push([name, request]);
        return { ok: true, value: null };
      },
    ]),
  ) as unknown as Handlers;
  const frame = { url: 'app://tray/index.html' };
  const page: { mainFrame: unknown } | null = { mainFrame: frame };
  const open = { page: page as unknown };
  registerCalls({
    ipc: ipc as unknown as IpcMain,
    page: () => open.page as WebContents | null,
    handlers,
    log,
  });
  const call = (name: string, event: unknown, ...args: unknown[]) => {
    const listener = listeners.get(name);
    if (listener === undefined) return Promise.reject(new Error('no such channel'));
    return listener(event, ...args);
  };
  return { listeners, call, log, seen, frame, page, open, good: { sender: page, senderFrame: frame } };
}

describe('registerCalls', () => {
  it('[C44] opens the channels of the contract and no other', () => {
    const { listeners } = setup();
    expect([...listeners.keys()].sort()).toEqual(CALL_NAMES.map(channel).sort());
  });

  it('lets our own page through', async () => {
    const { call, seen, good } = setup();
    await expect(call('tray:scope.renew', good, { scope: 'a' })).resolves.toEqual({ ok: true, value: null });
    expect(seen).toEqual([['scope.renew', { scope: 'a' }]]);
  });

  it.each([
    [
      'another window',
      ({ frame }: ReturnType<typeof setup>) => ({ sender: { mainFrame: frame }, senderFrame: frame }),
    ],
    [
      'a frame inside our page',
      ({ page }) => ({ sender: page, senderFrame: { url: 'app://tray/index.html' } }),
    ],
    ['a frame that is gone', ({ page }) => ({ sender: page, senderFrame: null })],
  ] as [string, (parts: ReturnType<typeof setup>) => unknown][])(
    '[C44] rejects %s',
    async (_title, event) => {
      const parts = setup();
      await expect(parts.call('tray:state.get', event(parts), null)).rejects.toMatchObject({
        name: 'IpcRejected',
        reason: 'sender',
      });
      expect(parts.seen).toEqual([]);
      expect(parts.log.lines).toMatchObject([
        { level: 'warn', fields: { call: 'state.get', reason: 'sender' } },
      ]);
    },
  );

  it.each(['https://evil.example/', 'about:blank', 'file:///x', 'app://other/index.html'])(
    '[C44] rejects our own window when it shows %s',
    async (url) => {
      const { call, frame, good } = setup();
      frame.url = url;
      await expect(call('tray:state.get', good, null)).rejects.toMatchObject({ reason: 'sender' });
    },
  );

  it.each([
    ['signIn.start', { scopes: ['a[b *c[d]]'], way: 'browser' }],
    ['scope.copy', { scope: 'a', format: 'curl', tool: 'httpie', mode: 'variable', values: {} }],
    ['settings.set', { keepAlive: true }],
    ['settings.set', { letterKeys: false }],
    ['settings.set', {}],
    ['forecast.check', { scope: null, hours: 72 }],
  ])('lets %s through with %j', async (name, request) => {
    const { call, seen, good } = setup();
    await call(`tray:${name}`, good, request);
    expect(seen).toEqual([[name, request]]);
  });

  it('[C44] rejects everyone while there is no window', async () => {
    const { call, open, good } = setup();
    open.page = null;
    await expect(call('tray:state.get', good, null)).rejects.toMatchObject({ reason: 'sender' });
  });

  it.each([
    ['state.get', [{}]],
    ['state.get', []],
    ['state.get', [null, 1]],
    ['setup.client', [null]],
    ['setup.client', [{ tutorial: false }]],
    ['setup.client', [{ clientId: 'x', tutorial: true }]],
    ['setup.vault', [{ backend: 'file' }]],
    ['signIn.start', [{ scopes: [], way: 'browser' }]],
    ['signIn.start', [{ scopes: ['a b'], way: 'browser' }]],
    ['signIn.start', [{ scopes: 'a', way: 'browser' }]],
    ['signIn.start', [{ scopes: ['a'], way: 'popup' }]],
    ['signIn.code', [{ code: '' }]],
    ['signIn.code', [{ code: 'x'.repeat(2_001) }]],
    ['scope.copy', [{ scope: 'a', format: 'token' }]],
    ['scope.copy', [{ scope: 'a', format: 'curl', recipe: undefined }]],
    ['scope.copy', [{ scope: 'a', format: 'curl', extra: 1 }]],
    ['scope.renew', [{ scope: 'x'.repeat(4_001) }]],
    ['scope.copy', [{ scope: 'a', format: 'curl', mode: 'token' }]],
    ['scope.copy', [{ scope: 'a', format: 'curl', values: { id: 1 } }]],
    ['scope.search', [{ query: 1 }]],
    ['scope.search', [{ query: 'x'.repeat(4_001) }]],
    ['scope.add', [{ scope: '' }]],
    ['scope.add', [{ scope: 'x'.repeat(4_001) }]],
    ['scope.remove', [{ scope: 'a b' }]],
    ['scope.remove', [{}]],
    ['scope.isolate', [{ scopes: [] }]],
    ['scope.isolate', [{ scopes: Array.from({ length: 601 }, () => 'a') }]],
    ['scope.signOut', [{ scope: null }]],
    ['snippet.preview', [{ scope: 'a', recipe: 'r', tool: 'curl', mode: 'dots', values: {} }]],
    ['snippet.preview', [{ scope: 'a', recipe: 'r', tool: 'curl', mode: 'fetched' }]],
    [
      'snippet.preview',
      [{ scope: 'a', recipe: 'r', tool: 'curl', mode: 'fetched', values: { id: 'x'.repeat(20_001) } }],
    ],
    [
      'call.run',
      [
        {
          scope: 'a',
          recipe: 'r',
          values: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`v${i}`, ''])),
        },
      ],
    ],
    ['call.run', [{ scope: 'a', recipe: 'r', values: {}, url: 'https://evil.example/' }]],
    ['call.accept', [{ offer: { kind: 'consent', scopes: ['a'] } }]],
    ['flow.find', [{}]],
    ['flow.add', [{ id: 'x'.repeat(201) }]],
    ['flow.runs', [{ id: 7 }]],
    ['flow.collections', [{ id: 'a', collections: 'b' }]],
    ['flow.collections', [{ id: 'a', collections: Array.from({ length: 101 }, () => 'b') }]],
    ['account.add', [{ way: 'popup' }]],
    ['account.use', [{ sub: '' }]],
    ['account.signOut', [null]],
    ['settings.set', [{ clearAfterSeconds: 4 }]],
    ['settings.set', [{ clearAfterSeconds: 5.5 }]],
    ['settings.set', [{ keepAlive: undefined }]],
    ['settings.set', [{ letterKeys: 'off' }]],
    ['settings.set', [{ denyAll: false }]],
    ['forecast.check', [{ scope: 'a', hours: 0 }]],
    ['forecast.check', [{ scope: 'a', hours: Infinity }]],
    ['forecast.check', [{ hours: 1 }]],
    ['help.open', [{ page: 'https://evil.example/' }]],
    ['help.open', [{ page: '__proto__' }]],
  ])('[C44] rejects %s with %j', async (name, args) => {
    const { call, seen, log, good } = setup();
    await expect(call(`tray:${name}`, good, ...args)).rejects.toMatchObject({
      name: 'IpcRejected',
      reason: 'schema',
    });
    expect(seen).toEqual([]);
    expect(log.lines).toHaveLength(1);
  });

  it('[C44] does not repeat a refused value in the log', async () => {
    const { call, log, good } = setup();
    await expect(call('tray:signIn.code', good, { code: 'x', pasted: 'Agsecret' })).rejects.toThrow();
    expect(JSON.stringify(log.lines)).not.toContain('Agsecret');
  });

  it('[C47] tells the page nothing of a failure but which call it was', async () => {
    const { call, log, good } = setup(true);
    await expect(call('tray:state.get', good, null)).rejects.toMatchObject({
      reason: 'failed',
      message: 'state.get: failed',
    });
    expect(log.lines).toMatchObject([{ level: 'error', fields: { call: 'state.get' } }]);
  });
});
