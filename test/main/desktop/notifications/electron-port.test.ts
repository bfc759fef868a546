import { EventEmitter } from 'node:events';
import type { Notification } from 'electron';
import { expect, it } from 'vitest';
import { electronNotifications } from '../../../../main/desktop/notifications/electron-port.ts';
import { RecordingLog } from '../../../support/agent-parts.ts';
import type { Notice } from '../../../../main/desktop/notifications/port.ts';

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

function setup(notice: Partial<Notice> = {}, supported = true) {
  const made: { options: unknown; fake: FakeNotification }[] = [];
  const heard: string[] = [];
  const log = new RecordingLog();
  const port = electronNotifications({
    isSupported: () => supported,
    log,
    create(options) {
      const fake = new FakeNotification();
      made.push({ options, fake });
      return fake as unknown as Notification;
    },
  });
  const takeBack = port.show(
    { title: 't', body: 'b', action: 'Renew', ...notice },
    { click: () => heard.push('click'), action: () => heard.push('action') },
  );
  return { made, heard, takeBack, log };
}

it('shows title, text and one button', () => {
  const { made } = setup();
  expect(made).toMatchObject([
    {
      options: { title: 't', body: 'b', silent: false, actions: [{ type: 'button', text: 'Renew' }] },
      fake: { shown: 1 },
    },
  ]);
});

it('shows a quiet one without a sound and with low urgency, and none without a button', () => {
  const { made } = setup({ quiet: true, action: null });
  expect(made[0]?.options).toEqual({ title: 't', body: 'b', silent: true, urgency: 'low' });
});

it('passes clicks on, and can be taken back', () => {
  const { made, heard, takeBack } = setup();
  made[0]?.fake.emit('click');
  made[0]?.fake.emit('action', {}, 0);
  takeBack();
  expect(heard).toEqual(['click', 'action']);
  expect(made[0]?.fake.closed).toBe(1);
});

it('writes down what the system did not show: macOS shows nothing of an app that nobody signed', () => {
  const { made, log } = setup();
  made[0]?.fake.emit('failed', {}, 'Notifications are not allowed for this application');
  expect(JSON.stringify(log)).toContain('Notifications are not allowed');
});

it('shows nothing on a system without notifications', () => {
  const { made, takeBack } = setup({}, false);
  takeBack();
  expect(made).toEqual([]);
});
