import { beforeEach, expect, test } from 'vitest';
import { LockState } from '../../../main/session/lock-state.ts';

let events: string[];
let state: LockState;
beforeEach(() => {
  events = [];
  state = new LockState({
    onLock: () => void events.push('lock'),
    onUnlock: () => void events.push('unlock'),
  });
});

test('[C29] one session’s word does not answer another session’s request to lock', () => {
  state.ask('/session/1');
  state.see('/session/2', false);
  expect(events).toEqual(['lock']);
  state.see('/session/1', false);
  expect(events).toEqual(['lock', 'unlock']);
});

test('[C29] an open screen saver answers every request, but no session’s locked hint', () => {
  state.ask('/session/1');
  state.see('/session/2', true);
  state.see('org.gnome.ScreenSaver', false);
  expect(events).toEqual(['lock', 'lock']);
  state.see('/session/2', false);
  expect(events).toEqual(['lock', 'lock', 'unlock']);
});

test('[C29] a witness that goes away unlocks nothing, and what is open from the start says nothing', () => {
  state.see('org.gnome.ScreenSaver', false);
  state.see('/session/1', true);
  state.forget('/session/1');
  expect(events).toEqual(['lock']);
});
