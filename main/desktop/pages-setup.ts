import { join } from 'node:path';
import { BrowserWindow, app, nativeTheme, screen, type BrowserWindowConstructorOptions } from 'electron';
import { PAGE_PARTITION, PROMPT_PARTITION, pageSessions } from './page-session.ts';
import type { PromptEffects } from './prompt/prompt-window.ts';
import { drawingFacts, drawsOnWayland } from './wayland.ts';
import type { WindowEffects } from './window.ts';

export interface PagesSetup {
  /** For the windows of the app's own page: window and palette. */
  page: Pick<WindowEffects, 'create' | 'partition' | 'preload' | 'icon' | 'drawnHidden'>;
  /** For the window that asks about a program: a page and a session of its own. */
  prompt: Pick<PromptEffects, 'create' | 'partition' | 'icon' | 'drawnHidden' | 'isDark' | 'workArea'>;
}

/** How this machine's windows get their pages. @param dist folder of the built code @param icons of the PNG files */
export function setupPages(dist: string, icons: string): PagesSetup {
  const prepareSession = pageSessions(join(dist, 'renderer'));
  const createIn = (partition: string) => (options: BrowserWindowConstructorOptions) => {
    prepareSession(partition);
    return new BrowserWindow(options);
  };
  const drawn = {
    icon: join(icons, 'app-icon', '256.png'),
    drawnHidden: !drawsOnWayland(drawingFacts(app)),
  };
  return {
    page: {
      ...drawn,
      create: createIn(PAGE_PARTITION),
      partition: PAGE_PARTITION,
      preload: join(dist, 'preload', 'index.cjs'),
    },
    prompt: {
      ...drawn,
      create: createIn(PROMPT_PARTITION),
      partition: PROMPT_PARTITION,
      isDark: () => nativeTheme.shouldUseDarkColors,
      workArea: () => screen.getPrimaryDisplay().workArea,
    },
  };
}
