import { describe, expect, it } from 'vitest';
import { renewalTrouble } from '../../main/agent-problems.ts';
import { FLOWS_SCOPES } from '../../main/globus/scopes.ts';

describe('a sign-in that ended', () => {
  const words = (scopes: readonly string[], by: 'server' | 'vault' = 'server') =>
    renewalTrouble({ kind: 'ended', by }, () => expect.unreachable(), scopes).tokens;

  it('says what it was for, by the names that people know', () => {
    const all = FLOWS_SCOPES.map(({ scope }) => scope);
    expect(words(all.slice(0, 1))).toMatch(/^It was for \w+\. Its refresh token no longer works/);
    expect(words(all)).toMatch(/^It was for \w+, \w+, \w+ and 3 more\. Its refresh token/);
    expect(words(all.slice(0, 2), 'vault')).toMatch(
      /^It was for \w+, \w+\. Its refresh token was removed by/,
    );
  });

  it('names none where it said nothing but who somebody is', () => {
    expect(words(['email', 'openid', 'profile'])).toMatch(/^Its refresh token/);
  });
});
