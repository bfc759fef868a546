import type { TokenModeView } from '../preload/contract.ts';

/** As a menu says it. */
export const MODE_LABELS: Readonly<Record<TokenModeView, string>> = {
  fetched: 'fetches the token',
  variable: 'reads $TOKEN',
  literal: 'contains the token',
};

/**
 * What the token mode means, in one line. `literal` is worded by the detail, which knows the end of the token.
 * @param mode null: the tool signs in by itself
 */
export function modeMeaning(mode: TokenModeView | null): string | null {
  switch (mode) {
    case 'fetched':
      return 'Asks this app for the token when it runs: nothing secret in it, nor in your shell’s history.';
    case 'variable':
      return 'Reads the token from the variable TOKEN: nothing secret in it, but TOKEN has to be set first.';
    case 'literal':
      return null;
    case null:
      return 'This tool signs in by itself: no token of this app is in it.';
  }
}
