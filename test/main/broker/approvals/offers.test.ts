import { expect, test } from 'vitest';
import { offersFor } from '../../../../main/broker/approvals/offers.ts';
import { isHelper, isInterpreter } from '../../../../main/broker/approvals/programs.ts';
import type { Subject } from '../../../../main/broker/types.ts';
import { binary, forwarded, program, pts, terminal, unidentified } from '../../../support/questions.ts';

const unread = { path: '/home/ada/a.py', binding: null };
const cases: [string, Subject, string[], boolean][] = [
  ['a bound script', program(), ['once', 'ten-minutes', 'hour', 'always'], true],
  [
    'a bound script at a terminal',
    program({ terminal: pts }),
    ['once', 'ten-minutes', 'hour', 'terminal', 'always'],
    true,
  ],
  ['a program of its own', binary(), ['once', 'ten-minutes', 'hour', 'always'], true],
  [
    'a replaced program',
    binary({ program: '/opt/app/mytool (deleted)' }),
    ['once', 'ten-minutes', 'hour'],
    false,
  ],
  ['inline code', program({ script: null, inline: true }), ['once', 'ten-minutes', 'hour'], false],
  ['inline code with a script beside it', program({ inline: true }), ['once', 'ten-minutes', 'hour'], false],
  [
    'inline code at a terminal',
    program({ script: null, inline: true, terminal: pts }),
    ['once', 'ten-minutes', 'hour', 'terminal'],
    false,
  ],
  ['an unreadable script', program({ script: unread }), ['once', 'ten-minutes', 'hour'], false],
  [
    'a bare interpreter',
    program({ program: '/usr/bin/python3.11', script: null }),
    ['once', 'ten-minutes', 'hour'],
    false,
  ],
  ['a helper', binary({ program: '/usr/bin/curl' }), ['once'], false],
  ['a terminal', terminal, ['once', 'ten-minutes', 'hour', 'terminal'], false],
  ['a forward', forwarded(), ['once', 'ten-minutes', 'hour'], false],
  ['a relay without a host', forwarded(null), ['once', 'ten-minutes'], false],
  [
    'a forward where no process can be read',
    { kind: 'forwarded', relay: 'forward', host: 'login.hpc.example', unread: true },
    ['once'],
    false,
  ],
  ['an unidentified caller', unidentified, ['once'], false],
];

test.each(cases)('[C35] offers %s no more than its kind can get', (_name, subject, terms, remember) => {
  expect(offersFor(subject)).toEqual({ terms, remember });
});

test.each([
  '/usr/bin/curl',
  '/usr/bin/wget',
  '/usr/bin/oidc-token',
  '/usr/bin/env',
  '/usr/bin/socat',
  '/usr/bin/ssh',
  '/usr/bin/socat1',
  '/usr/bin/gsissh',
  '/opt/hpnssh/hpnsshd',
  '/usr/bin/find',
  '/usr/bin/sudo.ws',
  '/usr/bin/su-rs',
  '/usr/lib/cargo/bin/sudo',
  '/usr/bin/gnutimeout',
  '/usr/bin/gnutimeout (deleted)',
  '/opt/homebrew/opt/coreutils/bin/gnice',
  '/bin/curl (deleted)',
])('[C35] knows %s for a helper', (path) => expect(isHelper(path)).toBe(true));

test.each([
  '/usr/bin/python3.11',
  '/bin/sh',
  '/usr/bin/dash',
  '/usr/bin/node',
  '/usr/bin/perl',
  '/usr/bin/pwsh',
  '/usr/bin/mawk',
  '/usr/bin/octave-cli-8.4.0',
  '/opt/matlab/bin/glnxa64/MATLAB',
  '/usr/bin/qemu-x86_64-static',
  '/usr/lib/wine/wine64-preloader',
  '/usr/bin/vim.basic',
  '/usr/lib/erlang/erts-15.2/bin/beam.smp',
  '/usr/lib/swi-prolog/bin/swipl',
  '/usr/share/code/code',
  '/usr/bin/jshell',
])('[C35] knows %s for an interpreter', (path) => expect(isInterpreter(path)).toBe(true));

test.each([
  '/opt/app/mytool',
  '/usr/bin/rclone',
  '/usr/bin/git',
  '/opt/app/sshfs-backup',
  '/opt/app/codec',
  '/usr/bin/gnuplot-x',
  '/opt/app/cargo-rs',
])('[C35] takes %s for a program of its own', (path) => {
  expect(isInterpreter(path) || isHelper(path)).toBe(false);
});
