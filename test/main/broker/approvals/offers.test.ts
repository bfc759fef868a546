import { expect, test } from 'vitest';
import { offersFor } from '../../../../main/broker/approvals/offers.ts';
import { isHelper, isInterpreter } from '../../../../main/broker/approvals/programs.ts';
import type { Subject } from '../../../../main/broker/types.ts';
import { binary, forwarded, HASH, program, pts, terminal, unidentified } from '../../../support/questions.ts';

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

/** As Debian's packages install them, and as they ran here; the last two were made by the runs themselves. */
const handed = [
  ['/usr/bin/perl', '/usr/bin/parallel'],
  ['/usr/bin/python3.11', '/usr/bin/snakemake'],
  ['/usr/bin/python3.11', '/usr/bin/ansible-playbook'],
  ['/usr/bin/python3.11', '/usr/bin/jupyter-nbconvert'],
  ['/usr/bin/python3.11', '/usr/bin/ipython3'],
  ['/usr/bin/python3.11', '/usr/bin/pytest-3'],
  ['/usr/bin/tclsh8.6', '/usr/lib/x86_64-linux-gnu/modulecmd.tcl'],
  ['/usr/bin/dash', '/usr/bin/xvfb-run'],
  ['/usr/bin/node', '/usr/share/nodejs/npm/bin/npm-cli.js'],
  ['/usr/bin/python3.11', '/home/ada/.ansible/tmp/ansible-tmp-1764.5-7-81/AnsiballZ_command.py'],
  ['/usr/bin/python3.11', '/home/ada/flow/.snakemake/scripts/tmpx7o9ghe2.c.py'],
] as const;

test.each(handed)('[C35] offers nothing for good for what %s %s is handed', (interpreter, path) => {
  const subject = program({ program: interpreter, script: { path, binding: { inode: '1', sha256: HASH } } });
  expect(offersFor(subject)).toEqual({ terms: ['once', 'ten-minutes', 'hour'], remember: false });
});

test.each(['/home/ada/bin/parallel.sh', '/home/ada/jobs/pytest.py', '/home/ada/jobs/snakemake-report'])(
  "[C35] takes the user's own %s for what it is",
  (path) => {
    const subject = program({ script: { path, binding: { inode: '1', sha256: HASH } } });
    expect(offersFor(subject).terms).toContain('always');
  },
);

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
  '/usr/bin/tmux',
  '/usr/bin/screen',
  '/usr/bin/screen-4.9.0',
  '/usr/bin/salloc',
  '/usr/bin/orterun',
  '/usr/bin/xterm',
  '/usr/bin/direnv',
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
