import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import { testBrowser } from '../../scripts/test-browser.mjs';
import type { Sandbox } from '../sandbox/types.ts';
import type { DesktopSession } from './desktop-session.ts';
import { SANDBOX_ARGUMENTS } from './app-command.ts';
import { until } from './processes.ts';
import { openedAddresses, startTrayApp, systemClipboard, type TrayApp } from './tray-app.ts';
import type { TrayHost, TrayItem } from './tray-host.ts';
import type { Action, Place, Sentence } from './walk.ts';

const run = promisify(execFile);
const ROLES = ['button', 'menuitem', 'option', 'tab', 'radio', 'checkbox', 'switch', 'link'] as const;
const PALETTE = '/palette.html';
const PROMPT = '/prompt.html';

/** What the person has registered at the fake Globus, and what nobody else knows of. */
const OWN_CLIENT = '5d0e7c1a-93b4-4f26-8a7d-c2e61f0b9d38';

/** What the terminal said last, and whether it is done. */
interface Terminal {
  output: string;
}

/** A person with the text in hand: real windows, a real browser, a shell, the tray and the clipboard. */
export class Walker {
  /** Headings of the app's screens that asked for a decision before the first curl was copied (CHECKLIST 60). */
  readonly decisions: string[] = [];
  readonly #session: DesktopSession;
  readonly #sandbox: Sandbox;
  readonly #patience: number;
  #app: TrayApp | null = null;
  #browser: Browser | null = null;
  #browserPage: Page | null = null;
  #visited = 0;
  #terminal: Terminal = { output: '' };
  #place: Place = 'window';
  #copied = false;

  /** @param patience how long something may take to become true, milliseconds */
  constructor(session: DesktopSession, sandbox: Sandbox, patience = 15_000) {
    this.#patience = patience;
    this.#session = session;
    this.#sandbox = sandbox;
  }

  /** @throws Error with the sentence that is not true. */
  async walk(sentences: readonly Sentence[]): Promise<void> {
    for (const { text, step, place, action } of sentences) {
      if (place !== null) this.#place = place;
      try {
        await this.#do(action);
      } catch (error) {
        throw new Error(`step ${step} is not true: ${text}\n${String(error)}`, { cause: error });
      }
    }
  }

  async close(): Promise<void> {
    await this.#browser?.close();
    await this.#app?.close().catch(() => undefined);
  }

  async #do(action: Action): Promise<void> {
    switch (action.kind) {
      case 'run':
        return this.#run(action.command);
      case 'press':
        return this.#press(action.name, action.row);
      case 'keys':
        return (await this.#page()).keyboard.press(
          action.keys.replaceAll(' ', '+').replace('Ctrl', 'Control'),
        );
      case 'type':
        return (await this.#page()).keyboard.type(action.text);
      case 'client-id':
        return this.#putClientId(action.field);
      case 'log-in':
        return (await this.#page())
          .locator('[data-test^="user-"]')
          .first()
          .click({ timeout: this.#patience });
      case 'opened':
        return this.#reads(() => this.#lastOpened(), action.texts);
      case 'see':
        return this.#reads(() => this.#text(), action.texts);
      case 'gone':
        return this.#readsNot(action.texts);
      case 'paste':
        return this.#paste();
      case 'choose':
        return this.#choose(action.path);
      case 'tray':
        return this.#reads(async () => (await this.#host()).tooltip(await this.#item()), action.texts);
      case 'left':
        return (await this.#host()).waitUntil(() =>
          Promise.resolve(this.#session.tray?.items().length === 0),
        );
      case 'clipboard':
        return this.#reads(() => systemClipboard(this.#session), action.texts);
    }
  }

  /** `npm ci` is behind whoever runs a test; what `npm run demo` starts is proved by its own tests. */
  async #run(command: string): Promise<void> {
    if (command === 'npm ci') return;
    if (command === 'npm run demo') this.#app = await startTrayApp(this.#session, this.#sandbox);
    // The fake Globus stands where Globus is; the app knows no client, as on everybody's first day.
    else if (command === 'npm start')
      this.#app = await startTrayApp(this.#session, this.#sandbox, { clientId: null });
    else throw new Error('a command that the walker does not know');
  }

  /** As people do: a click into the field, and what they copied. */
  async #putClientId(field: string): Promise<void> {
    this.#sandbox.clients.add(OWN_CLIENT);
    const page = await this.#page();
    await page.getByRole('textbox', { name: field, exact: true }).click({ timeout: this.#patience });
    await page.keyboard.insertText(OWN_CLIENT);
  }

  /** It is not visited: whatever it is, it is not the fake Globus's. */
  async #lastOpened(): Promise<string> {
    const addresses = await openedAddresses(this.#session);
    this.#visited = addresses.length;
    return addresses.at(-1) ?? '';
  }

  async #press(name: string, row: string | null): Promise<void> {
    const page = await this.#page();
    const line = row === null ? null : page.getByRole('listitem').filter({ hasText: row }).first();
    const within = line ?? page;
    // The hand is there before it presses, and the row shows what it can do.
    await line?.hover({ timeout: this.#patience });
    // A row's buttons name their row to ears, and a web page's may say more than a person would quote.
    const exact = this.#place !== 'browser' && row === null;
    const found = ROLES.map((role) => within.getByRole(role, { name, exact })).reduce((all, one) =>
      all.or(one),
    );
    const target: Locator = found.first();
    await target.waitFor({ timeout: this.#patience });
    await this.#count(page, name);
    // The prompt's buttons wake up a moment after it is drawn, and its window goes with the click.
    await until(`“${name}” to be alive`, async () =>
      (await target.getAttribute('aria-disabled')) === 'true' ? undefined : true,
    );
    await target.click({ timeout: this.#patience }).catch((error: unknown) => {
      if (!page.isClosed()) throw error;
    });
  }

  /** A screen with one button has nothing to decide; the list is where the first curl is. */
  async #count(page: Page, name: string): Promise<void> {
    if (this.#place !== 'window' || this.#copied) return;
    this.#copied = name === 'Copy curl';
    if (this.#copied) return;
    const main = page.locator('main');
    const heading = (await main.locator('h1').first().textContent()) ?? '';
    const choices = await main.locator('button, input').count();
    if (choices > 1 && !this.decisions.includes(heading)) this.decisions.push(heading);
  }

  async #choose(path: readonly string[]): Promise<void> {
    await (await this.#host()).click(await this.#item(), path);
  }

  /** As a terminal does it: the clipboard's text to a shell. It may wait for an answer, so nobody waits here. */
  async #paste(): Promise<void> {
    const command = await systemClipboard(this.#session);
    const terminal: Terminal = { output: '' };
    this.#terminal = terminal;
    void run('sh', ['-c', command], { env: this.#session.env }).then(
      ({ stdout }) => (terminal.output = stdout),
      (error: unknown) => (terminal.output = String(error)),
    );
  }

  async #text(): Promise<string> {
    if (this.#place === 'terminal') return this.#terminal.output;
    return (await this.#page()).locator('body').innerText();
  }

  async #reads(read: () => Promise<string>, texts: readonly string[]): Promise<void> {
    let last = '';
    for (const text of texts) {
      await until(
        `“${text}”`,
        async () => {
          last = await read();
          return flat(last).includes(text) ? true : undefined;
        },
        this.#patience,
      ).catch((error: unknown) => {
        throw new Error(`${String(error)}; it reads: ${flat(last).slice(0, 600)}`);
      });
    }
  }

  async #readsNot(texts: readonly string[]): Promise<void> {
    for (const text of texts) {
      const holds = async () => (flat(await this.#text()).includes(text) ? undefined : true);
      await until(`the end of “${text}”`, holds, this.#patience);
    }
  }

  async #page(): Promise<Page> {
    const app = this.#app;
    if (app === null) throw new Error('the app was not opened yet');
    switch (this.#place) {
      case 'window':
        return app.page;
      case 'browser':
        return this.#openBrowser();
      case 'question':
      case 'search': {
        const end = this.#place === 'search' ? PALETTE : PROMPT;
        return until(`the ${this.#place}`, () => shownPage(app, end), this.#patience);
      }
      case 'terminal':
        throw new Error('a terminal has nothing to press');
    }
  }

  /** The address that the app handed to the system's browser, in a real one. */
  async #openBrowser(): Promise<Page> {
    const addresses = await until('an address for the browser', async () => {
      const all = await openedAddresses(this.#session);
      // Nobody goes to a browser where nothing was opened; later it may still show the last page.
      return this.#browserPage !== null || all.length > this.#visited ? all : undefined;
    });
    this.#browser ??= await chromium.launch({
      executablePath: await testBrowser(),
      args: SANDBOX_ARGUMENTS,
    });
    this.#browserPage ??= await this.#browser.newPage();
    const [address] = addresses.slice(this.#visited);
    if (address !== undefined) {
      this.#visited = addresses.length;
      await this.#browserPage.goto(address);
    }
    return this.#browserPage;
  }

  async #host(): Promise<TrayHost> {
    if (this.#session.tray === null) throw new Error('the session has no tray');
    return Promise.resolve(this.#session.tray);
  }

  async #item(): Promise<TrayItem> {
    return (await this.#host()).waitForItem();
  }
}

/** Nobody types into a window that is not there yet. */
async function shownPage({ app }: TrayApp, end: string): Promise<Page | undefined> {
  const page = app.windows().find((one) => one.url().endsWith(end));
  if (page === undefined) return undefined;
  const shown = await app.evaluate(({ BrowserWindow }, url) => {
    const window = BrowserWindow.getAllWindows().find((one) => one.webContents.getURL() === url);
    return window?.isVisible() === true;
  }, page.url());
  return shown ? page : undefined;
}

function flat(text: string): string {
  return text.replace(/\s+/g, ' ');
}
