import { EventEmitter } from 'node:events';
import type { BrowserWindow, BrowserWindowConstructorOptions } from 'electron';
import { describe, expect, it } from 'vitest';
import type { Question } from '../../../../main/broker/types.ts';
import { UNDRAWN } from '../../../../main/desktop/first-sight.ts';
import { PAGE_URL, PROMPT_URL } from '../../../../main/desktop/page-protocol.ts';
import { PROMPT_WIDTH } from '../../../../main/desktop/prompt/options.ts';
import { PromptWindow } from '../../../../main/desktop/prompt/prompt-window.ts';
import { INERT_MS } from '../../../../main/desktop/prompt/question.ts';
import type { PromptReceipt, PromptView } from '../../../../preload/prompt-contract.ts';
import { FakeClock, RecordingLog } from '../../../support/agent-parts.ts';
import { PROMPT } from '../../../support/prompt-content.ts';

class FakeWindow extends EventEmitter {
  readonly calls: string[] = [];
  readonly webContents = Object.assign(new EventEmitter(), { mainFrame: { url: PROMPT_URL } });
  visible = false;
  destroyed = false;
  load: () => Promise<void> = () => Promise.resolve();
  loadURL = (url: string) => {
    this.calls.push(url);
    return this.load();
  };
  content = { x: 200, y: 300, width: PROMPT_WIDTH, height: 200 };
  getContentBounds = () => this.content;
  setContentSize = (width: number, height: number) => {
    this.content = { ...this.content, width, height };
    this.calls.push(`${width}x${height}`);
  };
  center = () => void this.calls.push('center');
  show = () => {
    this.visible = true;
    this.calls.push('show');
  };
  focus = () => void this.calls.push('focus');
  isVisible = () => this.visible;
  isDestroyed = () => this.destroyed;
  destroy = () => {
    this.destroyed = true;
    this.emit('closed');
  };
}

const QUESTION = {} as Question;

function setup(load?: () => Promise<void>, drawnHidden = true) {
  const made: FakeWindow[] = [];
  const options: BrowserWindowConstructorOptions[] = [];
  const handlers = new Map<string, (event: unknown, ...args: unknown[]) => unknown>();
  const clock = new FakeClock();
  const log = new RecordingLog();
  const prompter = new PromptWindow({
    create: (given) => {
      options.push(given);
      const window = new FakeWindow();
      if (load !== undefined) window.load = load;
      made.push(window);
      return window as unknown as BrowserWindow;
    },
    ipc: { handle: (name: string, run) => void handlers.set(name, run as never) },
    partition: 'tray-prompt',
    preload: 'prompt.cjs',
    icon: 'icon.png',
    isDark: () => false,
    drawnHidden,
    workArea: () => ({ x: 0, y: 20, width: 1_000, height: 700 }),
    clock,
    log,
    content: () => PROMPT,
    limit: 60_000,
  });
  const abort = new AbortController();
  const window = (): FakeWindow => {
    const last = made.at(-1);
    if (last === undefined) throw new Error('no window');
    return last;
  };
  return {
    prompter,
    made,
    options,
    clock,
    log,
    abort,
    window,
    ask: () => prompter.ask(QUESTION, ['once', 'hour'], abort.signal),
    /** A message as the prompt's page sends it, unless told otherwise. */
    send(name: string, request: unknown, event: object = fromPage(window())): unknown {
      const handler = handlers.get(`tray-prompt:${name}`);
      if (handler === undefined) throw new Error(`no handler for ${name}`);
      return handler(event, request);
    },
  };
}

function fromPage(window: FakeWindow) {
  return { sender: window.webContents, senderFrame: window.webContents.mainFrame };
}

type Setup = ReturnType<typeof setup>;

function view(parts: Setup): PromptView {
  return parts.send('view', null) as PromptView;
}

function choose(parts: Setup, choice: string): PromptReceipt {
  return parts.send('answer', { question: view(parts).question, choice }) as PromptReceipt;
}

function seen(parts: Setup): void {
  parts.send('fit', { height: 312 });
  parts.clock.advance(INERT_MS);
}

describe('PromptWindow', () => {
  it('comes in the end where its page never says how high it is, and takes no answer before it does', async () => {
    const parts = setup();
    const asked = parts.ask();
    parts.window().webContents.emit('did-finish-load');
    parts.clock.advance(UNDRAWN);
    expect(parts.window().visible).toBe(true);
    expect(choose(parts, 'once')).not.toBe('taken');
    seen(parts);
    expect(choose(parts, 'once')).toBe('taken');
    expect(await asked).toEqual({ kind: 'allow', term: 'once' });
  });

  it('appears with the height of its text, and then answers what was clicked', async () => {
    const parts = setup();
    const answer = parts.ask();
    expect(parts.window().calls).toEqual([PROMPT_URL]);
    seen(parts);
    expect(parts.window().calls).toEqual([PROMPT_URL, '380x312', 'center', 'show']);
    expect(choose(parts, 'hour')).toBe('taken');
    expect(await answer).toEqual({ kind: 'allow', term: 'hour' });
    expect(parts.window().destroyed).toBe(true);
  });

  it('[C35] comes to the front when it is wanted, and is deaf for a moment again', async () => {
    const parts = setup();
    expect(parts.prompter.raise()).toBe(false);
    const answer = parts.ask();
    // Not drawn yet: it comes by itself, never empty.
    expect(parts.prompter.raise()).toBe(true);
    expect(parts.window().calls).not.toContain('show');
    seen(parts);
    expect(parts.prompter.raise()).toBe(true);
    expect(parts.window().calls.slice(-2)).toEqual(['show', 'focus']);
    expect(choose(parts, 'hour')).toBe('early');
    parts.clock.advance(INERT_MS);
    expect(choose(parts, 'hour')).toBe('taken');
    expect(await answer).toEqual({ kind: 'allow', term: 'hour' });
    expect(parts.prompter.raise()).toBe(false);
  });

  it('[C35] is shown under Wayland once it has loaded, and deaf until a moment after its text is there', async () => {
    const parts = setup(undefined, false);
    const answer = parts.ask();
    parts.window().webContents.emit('did-finish-load');
    expect(parts.window().calls).toEqual([PROMPT_URL, 'show']);
    parts.clock.advance(INERT_MS);
    expect(choose(parts, 'hour')).not.toBe('taken');
    seen(parts);
    expect(parts.window().calls).toEqual([PROMPT_URL, 'show', '380x312']);
    expect(choose(parts, 'hour')).toBe('taken');
    expect(await answer).toEqual({ kind: 'allow', term: 'hour' });
  });

  it('is never higher than the screen', async () => {
    const parts = setup();
    const answer = parts.ask();
    parts.send('fit', { height: 5_000 });
    expect(parts.window().calls).toContain('380x700');
    parts.abort.abort();
    await answer;
  });

  it.each([
    ['as high as the screen, pushed down by a title bar, ends where the screen does', 57, 700, ['380x663']],
    ['somewhat lower, pushed down as well', 57, 670, ['380x663']],
    ['that fits under its title bar is left alone', 57, 663, []],
    ['that somebody moved half out of the screen is left alone', 500, 300, []],
  ])('a window %s', async (_what, y, height, sizes) => {
    const parts = setup();
    const answer = parts.ask();
    parts.send('fit', { height });
    const window = parts.window();
    const before = window.calls.length;
    window.content = { ...window.content, y };
    window.emit('move');
    window.emit('move');
    expect(window.calls.slice(before)).toEqual(sizes);
    parts.abort.abort();
    await answer;
  });

  it('[C41] has every protection of the app’s window, its own session, and stays on top', () => {
    const parts = setup();
    void parts.ask();
    expect(parts.options[0]).toMatchObject({
      width: 380,
      show: false,
      alwaysOnTop: true,
      resizable: false,
      skipTaskbar: false,
      webPreferences: {
        partition: 'tray-prompt',
        preload: 'prompt.cjs',
        sandbox: true,
        contextIsolation: true,
        webSecurity: true,
        nodeIntegration: false,
        webviewTag: false,
      },
    });
  });

  it.each<[string, (parts: Setup) => void]>([
    ['closed by the user', ({ window }) => void window().destroy()],
    ['timed out, locked or its client gone', ({ abort }) => abort.abort()],
    ['crashed', ({ window }) => void window().webContents.emit('render-process-gone')],
  ])('[C35] means no when the window is %s', async (_how, end) => {
    const parts = setup();
    const answer = parts.ask();
    seen(parts);
    end(parts);
    expect(await answer).toEqual({ kind: 'none' });
    expect(parts.window().destroyed).toBe(true);
    expect(() => parts.send('answer', { question: 'x', choice: 'once' })).toThrow('sender');
  });

  it('[C35] means no when the page does not load', async () => {
    const parts = setup(() => Promise.reject(new Error('ERR_FAILED')));
    expect(await parts.ask()).toEqual({ kind: 'none' });
    expect(parts.log.lines).toHaveLength(1);
  });

  it('opens no window for a question that is over already', async () => {
    const parts = setup();
    parts.abort.abort();
    expect(await parts.ask()).toEqual({ kind: 'none' });
    expect(parts.made).toHaveLength(0);
  });

  it('shows one question at a time: a second one is refused, the first stands', async () => {
    const parts = setup();
    const first = parts.ask();
    expect(await parts.ask()).toEqual({ kind: 'none' });
    seen(parts);
    choose(parts, 'once');
    expect(await first).toEqual({ kind: 'allow', term: 'once' });
  });

  it('[C44] counts no answer meant for the question before', async () => {
    const parts = setup();
    const first = parts.ask();
    seen(parts);
    const earlier = view(parts).question;
    choose(parts, 'deny');
    await first;
    const second = parts.ask();
    seen(parts);
    expect(parts.send('answer', { question: earlier, choice: 'hour' })).toBe('stale');
    choose(parts, 'deny');
    expect(await second).toEqual({ kind: 'deny' });
  });

  it.each<[string, (window: FakeWindow) => object]>([
    ['another page', () => ({ sender: {}, senderFrame: { url: PROMPT_URL } })],
    ['another page with its frame', (window) => ({ ...fromPage(window), sender: {} })],
    ['a frame inside it', (window) => ({ sender: window.webContents, senderFrame: { url: PROMPT_URL } })],
    ['a frame that is gone', (window) => ({ sender: window.webContents, senderFrame: null })],
  ])('[C44] refuses a message from %s', (_who, event) => {
    const parts = setup();
    void parts.ask();
    seen(parts);
    const { question } = view(parts);
    const from = event(parts.window());
    expect(() => parts.send('answer', { question, choice: 'once' }, from)).toThrow('sender');
    expect(() => parts.send('view', null, from)).toThrow('sender');
    expect(parts.log.lines).toHaveLength(2);
  });

  it('[C44] refuses a message from its own window once that shows another page', () => {
    const parts = setup();
    void parts.ask();
    parts.window().webContents.mainFrame.url = PAGE_URL;
    expect(() => parts.send('view', null)).toThrow('sender');
  });

  it.each([
    ['answer', { choice: 'once' }],
    ['answer', { question: 'q', choice: 'forever' }],
    ['answer', { question: 'q', choice: 'once', term: 'always' }],
    ['answer', null],
    ['fit', { height: 0 }],
    ['fit', { height: 1.5 }],
    ['fit', { height: '10' }],
    ['view', {}],
  ])('[C44] refuses a payload that is not one of the contract: %s %j', (name, request) => {
    const parts = setup();
    void parts.ask();
    expect(() => parts.send(name, request)).toThrow('schema');
  });
});
