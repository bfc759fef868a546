import { EventEmitter } from 'node:events';
import type { Notification } from 'electron';
import { expect, it } from 'vitest';
import { systemNotifications } from '../../../main/desktop/notification-port.ts';

class FakeNotification extends EventEmitter {
  shown = 0;
  closed = 0;
  show() {
    this.shown += 1;
  }
  close() {
    this.closed += 1;
  }
}

function setup(platform: NodeJS.Platform, supported = true) {
  const made: { options: unknown; fake: FakeNotification }[] = [];
  const heard: string[] = [];
  const port = systemNotifications({
    isSupported: () => supported,
    platform,
    create(options) {
      const fake = new FakeNotification();
      made.push({ options, fake });
      return fake as unknown as Notification;
    },
  });
  const takeBack = port.show(
    { title: 't', body: 'b', action: 'Renew' },
    { click: () => heard.push('click'), action: () => heard.push('action') },
  );
  return { made, heard, takeBack };
}

it.each([
  ['darwin', [{ type: 'button', text: 'Renew' }]],
  ['win32', [{ type: 'button', text: 'Renew' }]],
  ['linux', []],
] as const)('has a button on %s only where Electron has some', (platform, actions) => {
  const { made } = setup(platform);
  expect(made).toMatchObject([{ options: { title: 't', body: 'b', actions }, fake: { shown: 1 } }]);
});

it('passes clicks on, and can be taken back', () => {
  const { made, heard, takeBack } = setup('darwin');
  made[0]?.fake.emit('click');
  made[0]?.fake.emit('action', {}, 0);
  takeBack();
  expect(heard).toEqual(['click', 'action']);
  expect(made[0]?.fake.closed).toBe(1);
});

it('shows nothing on a system without notifications', () => {
  const { made, takeBack } = setup('linux', false);
  takeBack();
  expect(made).toEqual([]);
});
