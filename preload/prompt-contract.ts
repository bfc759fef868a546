/**
 * The contract of the approval prompt's window: three calls, no event. Apart from the tray's contract, so that
 * the prompt's page can ask for nothing of the app, and the app's page can answer no question. Strings and
 * numbers only; a token is in none of them.
 */
export type PromptChoice = 'once' | 'ten-minutes' | 'hour' | 'terminal' | 'always' | 'deny' | 'never';

/** How far a value can be believed, for the eye; `note` says it in words ("seen, pid 41822"). */
export interface PromptRow {
  label: string;
  value: string;
  note: string | null;
  /** A path or another name of the system: monospaced, and always read from left to right. */
  code: boolean;
}

export interface PromptButton {
  choice: PromptChoice;
  label: string;
}

export interface PromptView {
  /** Names the question; an answer repeats it, so that no click reaches a later one. */
  question: string;
  title: string;
  body: string;
  rows: PromptRow[];
  /** In the order of the Tab key: what refuses comes first. */
  buttons: PromptButton[];
  /** "Demo (fake Globus)"; null where the tokens are real. */
  demo: string | null;
  /** Milliseconds that the question stands in all, and how many are left. */
  limit: number;
  remaining: number;
  /** Milliseconds after the window appeared in which no answer is taken. */
  inert: number;
}

/** `early`: the window has just appeared; `stale`: not the question that stands, or not one of its answers. */
export type PromptReceipt = 'taken' | 'early' | 'stale';

export interface PromptCalls {
  /** null when no question stands any more. */
  view: { request: null; answer: PromptView | null };
  answer: { request: { question: string; choice: PromptChoice }; answer: PromptReceipt };
  /** How high the page is, CSS pixels; the window follows, and has appeared when the first one is answered. */
  fit: { request: { height: number }; answer: null };
}

export type PromptCallName = keyof PromptCalls;

const calls: Record<PromptCallName, true> = { view: true, answer: true, fit: true };
export const PROMPT_CALL_NAMES = Object.keys(calls) as PromptCallName[];

export function promptChannel(name: PromptCallName): string {
  return `tray-prompt:${name}`;
}

/** What the prompt's page sees as `window.prompter`. */
export interface PromptBridge {
  view(): Promise<PromptView | null>;
  answer(question: string, choice: PromptChoice): Promise<PromptReceipt>;
  fit(height: number): Promise<null>;
}
