import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseCmdline, parseStat, ttyName, unitOfCgroup } from '../../../../main/broker/caller/proc-text.ts';

const rest = (tty: number) => `S 12 34 56 ${tty} -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 1000 200`;

test('[C31] reads the fields of stat behind any process name', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 15 }), (name) => {
      expect(parseStat(`42 (${name}) ${rest(34819)}\n`)).toEqual({
        name,
        parent: 12,
        session: 56,
        tty: 'pts/3',
        startTime: '987654',
      });
    }),
  );
});

test('[C31] reads a name that imitates the fields after it', () => {
  expect(parseStat(`42 (x) S 1 1 1 0 (y) ${rest(0)}`)).toMatchObject({ parent: 12, tty: null });
});

test('[C31] takes no garbage for a stat line', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const stat = parseStat(text);
      expect(stat === null || /^\d+$/.test(stat.startTime)).toBe(true);
    }),
  );
  expect(parseStat('42 (x) S 1 2')).toBeNull();
});

test('[C31] keeps arguments as they are, empty ones too', () => {
  const argument = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\0', ''));
  fc.assert(
    fc.property(fc.array(argument, { minLength: 1 }), (argv) => {
      fc.pre(argv.slice(1).some((text) => text !== '') || argv.length === 1 || !argv[0]?.includes(' '));
      expect(parseCmdline(argv.map((text) => `${text}\0`).join(''))).toEqual(argv);
    }),
  );
  expect(parseCmdline('')).toEqual([]);
});

test('[C31] reads a rewritten title as one argument', () => {
  expect(parseCmdline('nginx: master process\0\0\0\0')).toEqual(['nginx: master process']);
});

test.each([
  [0, null],
  [34816, 'pts/0'],
  [(136 << 8) | 0x2c | (1 << 20), 'pts/300'],
  [0x0401, 'tty1'],
  [0x0440, 'ttyS0'],
  [-2146400256, 'pts/524544'],
])('[C31] names the terminal of device %i', (device, name) => {
  expect(ttyName(device)).toBe(name);
});

test.each([
  ['0::/user.slice/user-1000.slice/user@1000.service/app.slice/backup.service\n', 'backup.service'],
  ['0::/user.slice/user-1000.slice/session-3.scope\n', 'session-3.scope'],
  ['5:cpu:/x.service\n1:name=systemd:/system.slice/cron.service\n0::/\n', 'cron.service'],
  ['0::/\n', null],
  ['', null],
])('[C31] finds the unit in %j', (text, unit) => {
  expect(unitOfCgroup(text)).toBe(unit);
});
