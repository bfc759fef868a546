import type { CallName } from '../../../preload/contract.ts';
import type { Random } from '../random.ts';

/** Electron's event of a message, as far as the registration looks at it. */
export interface Sender {
  readonly event: unknown;
  /** Whether the registration has to let it through. */
  readonly ours: boolean;
}

interface Page {
  readonly mainFrame: { readonly url: string };
}

const PAGE = 'app://tray/index.html';
export const pages: { readonly window: Page; readonly palette: Page } = {
  window: { mainFrame: { url: PAGE } },
  palette: { mainFrame: { url: PAGE } },
};

/** What the palette may ask, by its own description: look, copy, try, go. Whoever widens it has to say so here too. */
const PALETTE: readonly CallName[] = [
  'state.get',
  'scope.copy',
  'call.run',
  'call.cancel',
  'palette.close',
  'palette.fit',
];

export function senderOf(random: Random, name: CallName): Sender {
  const { window, palette } = pages;
  const from = (page: unknown, frame: unknown, ours: boolean): Sender => ({
    event: { sender: page, senderFrame: frame },
    ours,
  });
  return random.weighted<Sender>([
    [85, from(window, window.mainFrame, true)],
    [5, from(palette, palette.mainFrame, PALETTE.includes(name))],
    [2, from(window, { url: PAGE }, false)],
    [2, from(window, null, false)],
    [2, from({ mainFrame: window.mainFrame }, window.mainFrame, false)],
    [2, from(window, palette.mainFrame, false)],
    [2, from(stranger, stranger.mainFrame, false)],
  ]);
}

const stranger: Page = { mainFrame: { url: 'https://evil.example/index.html' } };
