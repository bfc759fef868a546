import { describe, expect, test } from 'vitest';
import type { ScopeState, ScopeView } from '../../preload/contract.ts';
import { ICONS } from '../../renderer/parts/icons.ts';
import { scopeLook, shortDefinition } from '../../renderer/scope-look.ts';
import { NOW, scopeAt, scopes } from '../support/fake-bridge.ts';

const HOUR = 3_600_000;
const STATES: ScopeState[] = [
  'ready',
  'renewing',
  'expiring',
  'needs-sign-in',
  'needs-consent',
  'offline',
  'locked',
];

function row(change: Partial<ScopeView>): ScopeView {
  return scopeAt(scopes({ lifetime: 48 * HOUR, ...change }), 0);
}

describe('a row', () => {
  test.each<[ScopeState, number | null, string, string]>([
    ['ready', 24, '24 h', 'copy'],
    ['ready', null, 'on copy', 'copy'],
    ['ready', -1, 'ended', 'copy'],
    ['expiring', 0.05, '3 min', 'copy'],
    ['renewing', 1, 'renewing', 'copy'],
    ['offline', 9, '9 h', 'copy'],
    ['offline', -1, 'ended', 'none'],
    ['offline', null, 'offline', 'none'],
    ['locked', null, 'locked', 'none'],
    ['needs-sign-in', null, '', 'sign-in'],
    ['needs-consent', null, '', 'review'],
  ])('that is %s with %s h left shows "%s" and offers %s', (state, hours, right, action) => {
    const look = scopeLook(row({ state, expiresAt: hours === null ? null : NOW + hours * HOUR }), NOW);
    expect(look).toMatchObject({ right, action });
    expect(look.spoken).not.toBe('');
  });

  test('[C58] has a shape of its own in every state, so that colour is never the only sign', () => {
    const shapes = STATES.map((state) => ICONS[scopeLook(row({ state }), NOW).icon]);
    expect(new Set(shapes).size).toBe(STATES.length);
  });

  test.each([
    [48, 1],
    [24, 0.5],
    [0, 0],
    [-3, 0],
    [60, 1],
  ])('with %d of 48 h left has a ring filled to %d', (hours, fraction) => {
    expect(scopeLook(row({ expiresAt: NOW + hours * HOUR }), NOW).fraction).toBe(fraction);
  });

  test('without a lifetime has an empty ring', () => {
    expect(scopeLook(row({ lifetime: null }), NOW).fraction).toBe(0);
    expect(scopeLook(row({ lifetime: 0 }), NOW).fraction).toBe(0);
  });
});

test.each([
  ['Grants ability to view flows', 'View flows'],
  ['Grants all capabilities of the Flows service', 'All capabilities of the Flows service'],
  ['Something else', 'Something else'],
  ['', ''],
])('"%s" is shortened to "%s"', (definition, short) => {
  expect(shortDefinition(definition)).toBe(short);
});
