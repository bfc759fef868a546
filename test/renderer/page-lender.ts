import type { Browser, BrowserContext, Page } from 'playwright-core';

export interface Look {
  /** CSS pixels. */
  width: number;
  height: number;
  deviceScaleFactor: number;
  colorScheme: 'light' | 'dark';
  reducedMotion: 'reduce' | 'no-preference';
  /** Not lent before, nor again. */
  own: boolean;
}

export interface Lent {
  page: Page;
  /** The page is loaded anew for the next one; whoever has it may not use it any more. */
  giveBack: () => Promise<void>;
}

/**
 * Pages of one browser, each lent to one test at a time. A new page costs a process and compiling everything: five
 * times as much as loading another document into one that is there.
 */
export class PageLender {
  readonly #browser: Browser;
  /** By what no page can change later. */
  readonly #free = new Map<number, Page[]>();
  /** Of the pages that are lent once: what one of them compiled, the next need not. */
  readonly #ofOwn = new Map<number, BrowserContext>();

  constructor(browser: Browser) {
    this.#browser = browser;
  }

  async lend(look: Look): Promise<Lent> {
    const { width, height, deviceScaleFactor, colorScheme, reducedMotion, own } = look;
    const free = this.#free.get(deviceScaleFactor) ?? [];
    this.#free.set(deviceScaleFactor, free);
    const page = own
      ? await this.#ownPage(deviceScaleFactor)
      : (free.pop() ?? (await (await this.#newContext(deviceScaleFactor)).newPage()));
    page.setDefaultTimeout(20_000);
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme, reducedMotion, forcedColors: null, contrast: null, media: null });
    const stopped = stoppedClock(page);
    let back = false;
    return {
      page,
      giveBack: async () => {
        if (back) return;
        back = true;
        // Its clock stands for every document to come, and every page beside it.
        if (stopped()) {
          if (this.#ofOwn.get(deviceScaleFactor) === page.context()) this.#ofOwn.delete(deviceScaleFactor);
          return page.context().close();
        }
        if (own) return page.close();
        for (const event of ['pageerror', 'console', 'request']) page.removeAllListeners(event);
        free.push(page);
      },
    };
  }

  async #ownPage(deviceScaleFactor: number): Promise<Page> {
    const context = this.#ofOwn.get(deviceScaleFactor) ?? (await this.#newContext(deviceScaleFactor));
    this.#ofOwn.set(deviceScaleFactor, context);
    return context.newPage();
  }

  #newContext(deviceScaleFactor: number): Promise<BrowserContext> {
    return this.#browser.newContext({
      viewport: { width: 400, height: 640 },
      deviceScaleFactor,
      locale: 'en-GB',
      timezoneId: 'Europe/Berlin',
    });
  }
}

function stoppedClock({ clock }: Page): () => boolean {
  let stopped = false;
  const install = clock.install.bind(clock);
  clock.install = (options) => {
    stopped = true;
    return install(options);
  };
  return () => stopped;
}
