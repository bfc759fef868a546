import { describe, expect, it } from 'vitest';
import { hasDisplay, parseDemoArguments } from '../../scripts/demo-arguments.mjs';

describe('parseDemoArguments()', () => {
  it.each([
    [[], 'desktop', false],
    [['--test-runtime'], 'desktop', true],
    [['--terminal'], 'terminal', false],
    [['--script'], 'script', false],
    [['--test-runtime', '--script'], 'script', true],
    [['-h'], 'help', false],
    [['--script', '--help'], 'help', false],
  ] as const)('reads %j as %s', (words, mode, testRuntime) => {
    expect(parseDemoArguments(words)).toEqual({ ok: true, choice: { mode, testRuntime } });
  });

  it.each([
    [['--frob'], 'unknown argument "--frob"'],
    [['script'], 'unknown argument "script"'],
    [['--script', '--terminal'], '--script and --terminal exclude each other'],
  ])('refuses %j', (words, message) => {
    expect(parseDemoArguments(words)).toEqual({ ok: false, message });
  });
});

describe('hasDisplay()', () => {
  it.each([
    [{}, 'linux', false],
    [{ DISPLAY: '' }, 'linux', false],
    [{ DISPLAY: ':0' }, 'linux', true],
    [{ WAYLAND_DISPLAY: 'wayland-0' }, 'linux', true],
    [{}, 'darwin', true],
    [{}, 'win32', true],
  ] as const)('of %j on %s is %s', (env, platform, expected) => {
    expect(hasDisplay(env, platform)).toBe(expected);
  });
});
