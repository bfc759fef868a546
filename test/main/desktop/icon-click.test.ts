import { EventEmitter } from 'node:events';
import type { BrowserWindow } from 'electron';
import { expect, it } from 'vitest';
import { IconClick } from '../../../main/desktop/icon-click.ts';
import { FakeClock } from '../../support/agent-parts.ts';

interface State {
  visible?: boolean;
  minimized?: boolean;
  focused?: boolean;
}

function clicked({ visible = true, minimized = false, focused = true }: State = {}) {
  const clock = new FakeClock();
  const iconClick = new IconClick(clock);
  const state = { visible, minimized, focused };
  const window = Object.assign(new EventEmitter(), {
    isVisible: () => state.visible,
    isMinimized: () => state.minimized,
    isFocused: () => state.focused,
  });
  iconClick.came();
  iconClick.watch(window as unknown as BrowserWindow);
  clock.advance(1_000);
  return { clock, iconClick, window, state, closes: () => iconClick.closes(window) };
}

it.each<[string, State, boolean]>([
  ['has the keyboard', {}, true],
  ['lies behind another one', { focused: false }, false],
  ['is hidden', { visible: false }, false],
  ['is in the task bar', { minimized: true }, false],
])('a window that %s: closed by a click on the icon?', (_what, state, closes) => {
  expect(clicked(state).closes()).toBe(closes);
});

it('a panel that takes the keyboard with the click does not keep the window open', () => {
  const { clock, window, state, closes } = clicked();
  state.focused = false;
  window.emit('blur');
  clock.advance(200);
  expect(closes()).toBe(true);
  clock.advance(200);
  expect(closes()).toBe(false);
});

it('the second click of a double click leaves open what the first one opened', () => {
  const { clock, iconClick, closes } = clicked();
  iconClick.came();
  clock.advance(400);
  expect(closes()).toBe(false);
  clock.advance(200);
  expect(closes()).toBe(true);
});

it('what was known of a window goes with it, and no timer stays', () => {
  const { clock, iconClick, window, state, closes } = clicked();
  window.emit('blur');
  iconClick.came();
  window.emit('closed');
  expect(clock.pendingTimers).toBe(0);
  state.focused = false;
  expect(closes()).toBe(false);
});
