import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bearerToken, renderHeader } from '../../../main/snippets/header.ts';
import { bearerTokens } from '../../support/hostile.ts';

describe('renderHeader', () => {
  it('[C16] writes the header of RFC 6750 without a line end', () => {
    expect(renderHeader('AgABC-._~+/09==')).toBe('Authorization: Bearer AgABC-._~+/09==');
  });

  it('[C16] takes every b64token', () => {
    fc.assert(
      fc.property(bearerTokens, (token) => {
        expect(renderHeader(token)).toBe(`Authorization: Bearer ${token}`);
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['padding alone', '=='],
    ['padding inside', 'a=b'],
    ['a line end at the end', 'AgABC\n'],
    ['a second header', 'AgABC\r\nX-Evil: 1'],
    ['a space', 'Ag ABC'],
    ['a quote', "Ag'ABC"],
    ['a command', 'Ag$(id)'],
    ['letters beyond ASCII', 'AgÄBC'],
  ])('[C40] refuses a token with %s and does not repeat it', (_what, token) => {
    let message = 'nothing was thrown';
    try {
      bearerToken(token);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toBe('not a bearer token as RFC 6750 defines one');
  });
});
