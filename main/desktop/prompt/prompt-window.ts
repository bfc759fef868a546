import { randomUUID } from 'node:crypto';
import type { BrowserWindow, BrowserWindowConstructorOptions, IpcMain } from 'electron';
import type { PromptAnswer, Prompter, Question, Term } from '../../broker/types.ts';
import type { Clock, Logger } from '../../effects.ts';
import type { WindowBounds } from '../../settings/types.ts';
import { bringToFront, showUndrawn, type DrawnHidden } from '../first-sight.ts';
import { PROMPT_URL } from '../page-protocol.ts';
import { registerPromptCalls } from './calls.ts';
import { PROMPT_WIDTH, promptWindowOptions } from './options.ts';
import { OpenQuestion, type PromptContent } from './question.ts';

/** Pixels. No title bar was seen to be higher; a window that is lower than this was put there by somebody. */
const TITLE_BAR = 48;

export interface PromptEffects extends DrawnHidden {
  create: (options: BrowserWindowConstructorOptions) => BrowserWindow;
  ipc: Pick<IpcMain, 'handle'>;
  /** Session of the page: in memory, hardened, its own. */
  partition: string;
  preload: string;
  icon: string;
  isDark: () => boolean;
  /** Pixels that the screen has for windows. */
  workArea: () => WindowBounds;
  clock: Clock;
  log: Logger;
  /** The wording, from a pure function; the page gets nothing else. */
  content: (question: Question, offers: readonly Term[]) => PromptContent;
  /** Milliseconds that the gate lets a question stand, for the countdown. */
  limit: number;
}

interface Open {
  question: OpenQuestion;
  window: BrowserWindow;
}

/**
 * Asks a person, in a small window of its own on top of the others. One question at a time, one window for
 * each: what is closed, aborted, crashed or was never drawn is answered "none" (CHECKLIST 35).
 */
export class PromptWindow implements Prompter {
  readonly #effects: PromptEffects;
  #open: Open | null = null;

  constructor(effects: PromptEffects) {
    this.#effects = effects;
    registerPromptCalls({
      ipc: effects.ipc,
      log: effects.log,
      page: () => this.#open?.window.webContents ?? null,
      handlers: {
        view: () => this.#open?.question.view() ?? null,
        answer: ({ question, choice }) => this.#open?.question.take(question, choice) ?? 'stale',
        fit: ({ height }) => this.#fit(height),
      },
    });
  }

  async ask(question: Question, offers: readonly Term[], signal: AbortSignal): Promise<PromptAnswer> {
    const { clock, log, content, limit } = this.#effects;
    // The gate asks one at a time; a second question over the first could get the first one's click.
    if (signal.aborted || this.#open !== null) return { kind: 'none' };
    const asked = new OpenQuestion(randomUUID(), content(question, offers), clock, limit);
    const none = () => asked.settle({ kind: 'none' });
    const window = this.#effects.create(promptWindowOptions(this.#effects));
    this.#open = { question: asked, window };
    signal.addEventListener('abort', none, { once: true });
    window.once('closed', none);
    window.on('move', () => {
      this.#keepEnd(window);
    });
    window.webContents.once('render-process-gone', none);
    showUndrawn(window, this.#effects, () => {
      if (!window.isVisible()) window.show();
    });
    window.loadURL(PROMPT_URL).catch((error: unknown) => {
      if (!window.isDestroyed()) log.error({ error }, 'the prompt could not be shown');
      none();
    });
    const answer = await asked.answer;
    signal.removeEventListener('abort', none);
    this.#open = null;
    // Not close(): the page has no say in it.
    if (!window.isDestroyed()) window.destroy();
    return answer;
  }

  /** Brings the open question to the front; one that is not drawn yet comes by itself. False: there is none. */
  raise(): boolean {
    const open = this.#open;
    if (open === null || open.window.isDestroyed()) return false;
    if (!open.window.isVisible()) return true;
    open.question.raised();
    bringToFront(open.window, this.#effects);
    return true;
  }

  /** The window takes the page's height, and is shown once there is one to take: never empty. */
  #fit(height: number): null {
    const open = this.#open;
    if (open === null || open.window.isDestroyed()) return null;
    open.window.setContentSize(PROMPT_WIDTH, Math.min(height, this.#effects.workArea().height));
    if (!open.window.isVisible()) {
      open.window.center();
      open.window.show();
    }
    open.question.shown();
    return null;
  }

  /**
   * The title bar that an X11 window manager adds pushes a window as high as the screen below its end, where the answers
   * are; how high it is shows there alone. The page then scrolls above them.
   */
  #keepEnd(window: BrowserWindow): void {
    const { y, height } = this.#effects.workArea();
    const content = window.getContentBounds();
    const over = content.y + content.height - (y + height);
    if (over > 0 && content.y - y <= TITLE_BAR) window.setContentSize(PROMPT_WIDTH, content.height - over);
  }
}
