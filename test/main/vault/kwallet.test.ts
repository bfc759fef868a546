import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { KWallet } from '../../../main/vault/kwallet.ts';
import { CallQueue } from '../../../main/vault/queue.ts';
import { SessionBus } from '../../../main/vault/session-bus.ts';
import { KeyringSession } from '../../support/keyring-session.ts';

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  while (cleanups.length > 0) await cleanups.pop()?.();
});

test('[C27] one that the login started is waited for, but not for ever', async () => {
  const session = await KeyringSession.open({ keyring: 'none' });
  cleanups.push(() => session.close());
  // What the bus would start instead of it leaves a file, and ends.
  const mark = join(session.services, 'started');
  const lines = ['[D-BUS Service]', 'Name=org.kde.kwalletd6', `Exec=/bin/sh -c "touch ${mark}; exit 1"`];
  await writeFile(join(session.services, 'org.kde.kwalletd6.service'), `${lines.join('\n')}\n`);
  const control = await session.connect();
  cleanups.push(() => control.connection.stream.destroy());
  const bus = 'org.freedesktop.DBus';
  await control.invoke<unknown>({ destination: bus, path: '/', interface: bus, member: 'ReloadConfig' });
  let now = 0;
  const queue = new CallQueue({ deadline: 5_000, after: () => () => undefined });
  const kwallet = new KWallet(
    new SessionBus(session.env, queue),
    () => Promise.resolve(true),
    () => now,
  );
  const started = () =>
    access(mark).then(
      () => true,
      () => false,
    );
  await kwallet.start();
  now = 119_000;
  await kwallet.start();
  expect(await started()).toBe(false);
  now = 121_000;
  await kwallet.start();
  expect(await started()).toBe(true);
});
