import type { LaunchOptions } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import type { AppView } from '../../preload/contract.ts';
import { type OpenOptions, type OpenPage, PageHost } from './host.ts';

/** What opens pages while the tests of a file run. */
export interface FileHost extends Pick<PageHost, 'open' | 'parts'> {
  /** A page for as long as `run` takes. A test that does not fail there fails if the page complained. */
  with: (
    view: AppView,
    options: OpenOptions | undefined,
    run: (opened: OpenPage) => Promise<void>,
  ) => Promise<void>;
}

/**
 * One browser for a file of tests, from before its first test to after its last.
 *
 * @param launch more options of the browser, asked for before it starts
 */
export function pageHost(launch?: () => Promise<LaunchOptions>): FileHost {
  let started: PageHost | null = null;
  beforeAll(async () => {
    started = await PageHost.start(await launch?.());
  });
  afterAll(() => started?.stop());
  const host = (): PageHost => {
    if (started === null)
      throw new Error('pages are opened in tests and hooks: there is no browser before them');
    return started;
  };
  return {
    open: (view, options) => host().open(view, options),
    get parts() {
      return host().parts;
    },
    async with(view, options, run) {
      const opened = await host().open(view, options);
      try {
        await run(opened);
        expect(await opened.complaints()).toEqual([]);
      } finally {
        await opened.close();
      }
    },
  };
}
