import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { type Browser, chromium, type LaunchOptions, type Page } from 'playwright-core';
import type {
  Answer,
  AppView,
  CallName,
  Calls,
  EventName,
  Events,
  SystemView,
} from '../../preload/contract.ts';
import { testBrowser } from '../../scripts/test-browser.mjs';
import { CONTENT_SECURITY_POLICY } from '../../main/desktop/page-protocol.ts';
import { SYSTEM } from '../support/fake-bridge.ts';
import { builtPage } from './built-page.ts';
import { PageLender } from './page-lender.ts';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

export interface RecordedCall {
  name: CallName;
  request: unknown;
}

/** `'pending'` answers when the test says so. Names that are not listed answer with success. */
export type Answers = { [N in Exclude<CallName, 'state.get'>]?: Calls[N]['answer'] | 'pending' };

export interface OpenOptions {
  answers?: Answers;
  width?: number;
  height?: number;
  dark?: boolean;
  reducedMotion?: boolean;
  /** 2 is a zoom of 200 %: half the CSS pixels in the same window. */
  zoom?: number;
  /** Default: the window's. */
  page?: 'index' | 'palette';
  /** A page in which nothing was loaded before: a few hundred milliseconds, for what a browser keeps of the last document. */
  ownPage?: boolean;
}

export interface OpenPage {
  page: Page;
  calls: () => Promise<RecordedCall[]>;
  /** Main announces a new view. */
  push: (view: AppView) => Promise<void>;
  /** Main announces anything else. */
  tell: <N extends EventName>(name: N, event: Events[N]) => Promise<void>;
  /** Sets what a call answers from now on. */
  answer: (answers: Answers) => Promise<void>;
  /** Answers all that `'pending'` holds back under this name. */
  finish: <N extends keyof Answers>(name: N, answer: Calls[N]['answer']) => Promise<void>;
  /** Violations of the policy, console errors, page errors and requests after the first load. */
  complaints: () => Promise<string[]>;
  close: () => Promise<void>;
}

/** The built page in a real browser, with a scripted bridge in place of the preload. */
export class PageHost {
  readonly #browser: Browser;
  readonly #server: Server;
  readonly #pages: PageLender;

  private constructor(browser: Browser, server: Server) {
    this.#browser = browser;
    this.#server = server;
    this.#pages = new PageLender(browser);
  }

  /** @param launch more options of the browser */
  static async start(launch: LaunchOptions = {}): Promise<PageHost> {
    const [server, browser] = await Promise.all([
      serve(await builtPage()),
      chromium.launch({ executablePath: await testBrowser(), args: ['--no-sandbox'], ...launch }),
    ]);
    return new PageHost(browser, server);
  }

  async open(view: AppView, options: OpenOptions = {}): Promise<OpenPage> {
    const { width = 400, height = 640, zoom = 1, answers = {} } = options;
    const lent = await this.#pages.lend({
      width: Math.floor(width / zoom),
      height: Math.floor(height / zoom),
      deviceScaleFactor: zoom,
      colorScheme: options.dark === true ? 'dark' : 'light',
      reducedMotion: options.reducedMotion === false ? 'no-preference' : 'reduce',
      own: options.ownPage === true,
    });
    const { page } = lent;
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(`page error: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    const system: Answer<SystemView> = { ok: true, value: SYSTEM };
    const all: Answers = {
      'system.get': system,
      'autostart.set': system,
      'palette.setKeys': system,
      ...answers,
    };
    const bridge = await page.addInitScript(installBridge, { view, answers: all });
    const { port } = this.#server.address() as AddressInfo;
    await page.goto(`http://127.0.0.1:${port}/${options.page ?? 'index'}.html`);
    await page.locator('main').first().waitFor();
    page.on('request', (request) => complaints.push(`request: ${request.url()}`));
    return {
      page,
      calls: () => page.evaluate(() => window.trayTest.calls),
      push: (next) => page.evaluate((pushed) => window.trayTest.push(pushed), next),
      tell: (name, event) =>
        page.evaluate(([told, what]) => window.trayTest.tell(told, what), [name, event] as const),
      answer: (more) => page.evaluate((given) => void Object.assign(window.trayTest.answers, given), more),
      finish: (name, given) =>
        page.evaluate(([held, what]) => window.trayTest.finish(held, what), [name, given] as const),
      complaints: async () => [...complaints, ...(await page.evaluate(() => window.trayTest.violations))],
      close: async () => {
        await bridge.dispose();
        await lent.giveBack();
      },
    };
  }

  /** For a page that has another bridge. */
  get parts(): { browser: Browser; server: Server } {
    return { browser: this.#browser, server: this.#server };
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

interface TrayTest {
  calls: RecordedCall[];
  answers: Answers;
  violations: string[];
  push(view: AppView): void;
  tell(name: EventName, event: unknown): void;
  finish(name: CallName, answer: unknown): void;
}

declare global {
  interface Window {
    trayTest: TrayTest;
  }
}

/** Runs in the page, before its own scripts; may use nothing from this module. */
function installBridge({ view, answers }: { view: AppView; answers: Answers }): void {
  const listeners = new Set<{ name: EventName; listener: (event: unknown) => void }>();
  let current = view;
  let held: { name: CallName; resolve: (answer: unknown) => void }[] = [];
  const test: TrayTest = {
    calls: [],
    answers,
    violations: [],
    push(next) {
      current = next;
      test.tell('state', next);
    },
    tell(name, event) {
      for (const heard of listeners) if (heard.name === name) heard.listener(event);
    },
    finish(name, answer) {
      const [now, later] = [held.filter((one) => one.name === name), held.filter((one) => one.name !== name)];
      held = later;
      for (const { resolve } of now) resolve(answer);
    },
  };
  document.addEventListener('securitypolicyviolation', (event) => {
    test.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
  });
  const success: Answer<unknown> = { ok: true, value: null };
  const tray = {
    call(name: CallName, request: unknown): Promise<unknown> {
      if (name === 'state.get') return Promise.resolve(current);
      test.calls.push({ name, request });
      const answer = test.answers[name];
      if (answer === 'pending') return new Promise((resolve) => held.push({ name, resolve }));
      return Promise.resolve(answer ?? success);
    },
    on(name: EventName, listener: (event: unknown) => void): () => void {
      const heard = { name, listener };
      listeners.add(heard);
      return () => listeners.delete(heard);
    },
  };
  Object.assign(window, { tray, trayTest: test });
}

export function serve(files: ReadonlyMap<string, string | Uint8Array>): Promise<Server> {
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const body = files.get(path);
    response.setHeader('content-security-policy', CONTENT_SECURITY_POLICY);
    // A page that is loaded again and again compiles its scripts once.
    response.setHeader('cache-control', 'max-age=3600');
    response.setHeader('content-type', TYPES[extname(path)] ?? 'application/octet-stream');
    // Chromium asks for an icon by itself; an error would look like the page's.
    response.statusCode = body !== undefined ? 200 : path === '/favicon.ico' ? 204 : 404;
    response.end(body);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}
