import { describe, expect, test } from 'vitest';
import { findSubject } from '../../../../main/broker/caller/subject.ts';
import { FabricatedTable, OURSELVES, type Row } from './fabricated.ts';

const LAUNCHER = '/opt/tray/globus-token';
const TTY = { tty: 'pts/3', session: 100 };
const TERMINAL: Row = { pid: 100, parent: 50, argv: ['-bash'], ...TTY };
const EMULATOR: Row = { pid: 50, parent: 1, argv: ['gnome-terminal-server'], session: 50 };
const SCRIPT: Row = { pid: 200, parent: 100, argv: ['bash', '/home/ada/backup.sh'] };
const curl = (parent: number, more: Partial<Row> = {}): Row => ({
  pid: 900,
  parent,
  argv: ['curl'],
  ...more,
});

/** The last row is the peer. */
function subjectOf(...rows: Row[]) {
  const table = new FabricatedTable(rows);
  const peer = table.read(rows.at(-1)?.pid ?? 0);
  if (peer === null) throw new Error('no peer');
  return findSubject(table, peer, OURSELVES).subject;
}
const backup = {
  kind: 'program',
  program: '/usr/bin/bash',
  inline: false,
  script: { path: '/home/ada/backup.sh' },
};
const cronJob = (more: Partial<Row> = {}): Row[] => [
  { pid: 60, parent: 1, argv: ['/usr/sbin/cron', '-f'], executable: null, name: 'cron', session: 60 },
  { pid: 61, parent: 60, argv: ['/usr/sbin/CRON', '-f'], executable: null, name: 'cron', session: 60 },
  { pid: 100, parent: 61, argv: ['/bin/sh', '-c', '/home/ada/backup.sh'], executable: '/usr/bin/dash' },
  { ...SCRIPT, ...more },
];

describe('subjects', () => {
  test.each<[string, Row[], object]>([
    ['a script with curl', [SCRIPT, curl(200)], { ...backup, terminal: null }],
    [
      'a script at a terminal',
      [TERMINAL, { ...SCRIPT, ...TTY }, curl(200, TTY)],
      { ...backup, startedBy: 'pts/3', terminal: { tty: 'pts/3', leader: { pid: 100, startTime: '1000' } } },
    ],
    [
      'a script that runs globus-token, which runs curl',
      [SCRIPT, { pid: 300, parent: 200, argv: ['node', '/opt/tray/globus-token.js', 'curl'] }, curl(300)],
      backup,
    ],
    ...[
      ['dash', ['/bin/sh', LAUNCHER, 'get']],
      ['busybox', ['sh', LAUNCHER, 'get']],
      ['busybox', ['busybox', 'sh', LAUNCHER, 'get']],
      ['ksh93', ['ksh', LAUNCHER, 'get']],
      ['mksh', ['mksh', LAUNCHER, 'get']],
    ].map(([shell, argv]): [string, Row[], object] => [
      `a script that runs the shell launcher (${String(shell)}), whose subshell runs curl`,
      [
        SCRIPT,
        { pid: 300, parent: 200, argv: argv as string[], executable: `/usr/bin/${String(shell)}` },
        { pid: 301, parent: 300, argv: argv as string[], executable: `/usr/bin/${String(shell)}` },
        curl(301),
      ],
      backup,
    ]),
    [
      'a shell that only names the launcher',
      [SCRIPT, { pid: 300, parent: 200, argv: ['bash', '-c', 'curl', LAUNCHER] }, curl(300)],
      { kind: 'program', process: { pid: 300 }, inline: true, script: null },
    ],
    [
      'another program with the launcher as its argument',
      [SCRIPT, { pid: 300, parent: 200, argv: ['python3', LAUNCHER] }, curl(300)],
      { kind: 'program', process: { pid: 300 }, script: { path: LAUNCHER } },
    ],
    [
      'a script that runs the packaged globus-token',
      [
        SCRIPT,
        { pid: 300, parent: 200, argv: ['x', '/opt/tray/globus-token.js'], executable: '/opt/tray/tray' },
      ],
      backup,
    ],
    [
      'a subshell of a script, through timeout and xargs',
      [
        SCRIPT,
        { ...SCRIPT, pid: 201, parent: 200 },
        { pid: 300, parent: 201, argv: ['timeout', '9', 'xargs', 'curl'] },
        { pid: 301, parent: 300, argv: ['xargs', 'curl'] },
        curl(301),
      ],
      { ...backup, process: { pid: 200 } },
    ],
    ...['gnutimeout', 'gtimeout'].map((timeout): [string, Row[], object] => [
      `a script with curl below ${timeout}, which is called timeout there`,
      [
        SCRIPT,
        { pid: 300, parent: 200, argv: ['timeout', '9', 'curl'], executable: `/usr/bin/${timeout}` },
        curl(300),
      ],
      backup,
    ]),
    [
      'a script that runs oidc-token',
      [SCRIPT, { pid: 900, parent: 200, argv: ['oidc-token', 'ada'] }],
      backup,
    ],
    [
      'curl at a terminal',
      [EMULATOR, TERMINAL, curl(100, TTY)],
      { kind: 'terminal', process: { pid: 100 }, terminal: { tty: 'pts/3', leader: { pid: 100 } } },
    ],
    [
      'a second shell in the same terminal',
      [TERMINAL, { pid: 150, parent: 100, argv: ['zsh'], ...TTY }, curl(150, TTY)],
      { kind: 'terminal', process: { pid: 150 }, terminal: { leader: { pid: 100 } } },
    ],
    [
      'python with a subprocess',
      [{ pid: 200, parent: 100, argv: ['python3', '-u', '/home/ada/fetch.py', '-c'] }, curl(200)],
      { kind: 'program', script: { path: '/home/ada/fetch.py' }, inline: false },
    ],
    [
      'python -c',
      [{ pid: 200, parent: 100, argv: ['python3', '-c', 'x'] }, curl(200)],
      { inline: true, script: null },
    ],
    [
      'python -m',
      [{ pid: 200, parent: 100, argv: ['python3', '-m', 'x'] }, curl(200)],
      { inline: true, script: null },
    ],
    [
      'an own sh -c inside a script',
      [SCRIPT, { pid: 300, parent: 200, argv: ['bash', '-c', 'curl; true'] }, curl(300)],
      { kind: 'program', process: { pid: 300 }, inline: true, script: null },
    ],
    [
      'a pipe into bash at a terminal',
      [TERMINAL, { pid: 200, parent: 100, argv: ['bash'], ...TTY, atTerminal: false }, curl(200, TTY)],
      { kind: 'program', inline: true, script: null },
    ],
    ['a cron job', [...cronJob(), curl(200)], { ...backup, startedBy: 'cron', terminal: null }],
    [
      'a systemd service',
      [{ ...SCRIPT, parent: 1, session: 200, unit: 'backup.service' }, curl(200, { session: 200 })],
      { ...backup, startedBy: 'systemd service backup.service' },
    ],
    [
      'an editor without a terminal',
      [
        { pid: 90, parent: 1, argv: ['gnome-shell'], session: 90 },
        { pid: 200, parent: 90, argv: ['code'], executable: '/usr/share/code/code' },
        curl(200),
      ],
      {
        kind: 'program',
        program: '/usr/share/code/code',
        script: null,
        // Whatever its extensions do: nothing on disk says it.
        inline: true,
        terminal: null,
        startedBy: 'gnome-shell',
      },
    ],
    [
      'a double fork: the daemon itself',
      [{ pid: 700, parent: 1, argv: ['/home/ada/syncd'], executable: '/home/ada/syncd', session: 699 }],
      { kind: 'program', program: '/home/ada/syncd', startedBy: 'nobody any more' },
    ],
    [
      'busybox wget of busybox sh',
      [
        { pid: 200, parent: 100, argv: ['busybox', 'sh', '/home/ada/backup.sh'] },
        { pid: 300, parent: 200, argv: ['wget', 'http://x'], executable: '/usr/bin/busybox' },
      ],
      { kind: 'program', script: { path: '/home/ada/backup.sh' } },
    ],
  ])('[C31] names %s', (_name, rows, expected) => {
    expect(subjectOf(...rows)).toMatchObject(expected);
  });

  // argv as the programs of Debian 12 have it: R 4.2, Octave 7.3, Snakemake 7.21, GNU make 4.3, IPython 8.5.
  const sh = (parent: number, more: Partial<Row> = {}): Row => ({
    pid: 300,
    parent,
    argv: ['sh', '-c', 'globus-token get view_flows'],
    executable: '/usr/bin/dash',
    ...more,
  });
  const python = (...argv: string[]): Row => ({
    pid: 200,
    parent: 100,
    argv: ['/usr/bin/python3', ...argv],
    executable: '/usr/bin/python3.11',
  });
  test.each<[string, Row, object]>([
    [
      "R's system()",
      {
        pid: 200,
        parent: 100,
        argv: ['/usr/lib/R/bin/exec/R', '--no-echo', '--no-restore', '--file=fetch.R'],
        executable: '/usr/lib/R/bin/exec/R',
      },
      { program: '/usr/lib/R/bin/exec/R', script: { path: 'fetch.R' }, inline: false },
    ],
    [
      "Octave's system()",
      { pid: 200, parent: 100, argv: ['octave-cli', 'fetch.m'], executable: '/usr/bin/octave-cli-7.3.0' },
      { script: { path: 'fetch.m' }, inline: false },
    ],
    ["Python's os.system()", python('fetch.py'), { script: { path: 'fetch.py' }, inline: false }],
    [
      "a rule's shell of Snakemake",
      python('/usr/bin/snakemake', '-j4'),
      { script: { path: '/usr/bin/snakemake' }, inline: false },
    ],
    [
      "a notebook's kernel",
      python('-m', 'ipykernel_launcher', '-f', '/tmp/k.json'),
      { script: null, inline: true, module: 'ipykernel_launcher' },
    ],
    [
      'a recipe of make',
      { pid: 200, parent: 100, argv: ['make', '-j4'], executable: '/usr/bin/make' },
      { program: '/usr/bin/make', script: null, inline: true },
    ],
  ])('[C31] names %s by who wrote the command, not by the shell in between', (_name, writer, expected) => {
    const named = { kind: 'program', process: { pid: 200 }, ...expected };
    expect(subjectOf(writer, sh(200), curl(300))).toMatchObject(named);
    const strict = ['bash', '-c', 'set -euo pipefail; globus-token get view_flows'];
    expect(
      subjectOf(writer, sh(200, { argv: strict, executable: '/usr/bin/bash' }), curl(300)),
    ).toMatchObject(named);
  });

  test('[C31] goes up through the helpers between a command and who wrote it', () => {
    const timeout = { pid: 250, parent: 200, argv: ['timeout', '9', 'sh'] };
    expect(subjectOf(python('fetch.py'), timeout, sh(250), curl(300))).toMatchObject({
      process: { pid: 200 },
      script: { path: 'fetch.py' },
    });
  });

  test.each<[string, Row[]]>([
    ['git, whose user wrote it', [{ pid: 200, parent: 100, argv: ['git', 'tok'] }, sh(200)]],
    ['tmux', [{ pid: 200, parent: 1, argv: ['tmux'] }, sh(200, { session: 300 })]],
    ['a terminal', [TERMINAL, sh(100, TTY)]],
    ['a script of a shell', [SCRIPT, sh(200)]],
    ['a code of bash', [{ ...SCRIPT, argv: ['bash', '-c', 'x'] }, sh(200)]],
    ['cron', [...cronJob().slice(0, 2), sh(61)]],
    ['nobody any more', [sh(1)]],
    [
      'an R that did not start it',
      [
        { pid: 200, parent: 1, argv: ['R', '--file=x.R'], executable: '/usr/lib/R/bin/exec/R', session: 200 },
        sh(200, { session: 555 }),
      ],
    ],
    [
      'a Slurm that must not be looked at',
      [{ pid: 200, parent: 1, argv: [], executable: null, name: 'slurmstepd' }, sh(200)],
    ],
  ])('[C31] leaves a command of %s a command', (_name, rows) => {
    const { session = 100 } = rows.at(-1) ?? {};
    expect(subjectOf(...rows, curl(300, { session }))).toMatchObject({
      kind: 'program',
      process: { pid: 300 },
      script: null,
      inline: true,
    });
  });

  test('[C31] says of a job step without a script that Slurm started it', () => {
    const stepd: Row = { pid: 150, parent: 1, argv: [], executable: null, name: 'slurmstepd' };
    expect(subjectOf(stepd, curl(150))).toEqual({
      kind: 'unidentified',
      why: 'slurmstepd, which starts anybody’s jobs, started it',
    });
    expect(subjectOf(stepd, { ...SCRIPT, parent: 150 }, curl(200))).toMatchObject({
      startedBy: 'slurmstepd',
    });
  });

  test.each<[string, Row[]]>([
    ['curl that outlived its parent', [curl(1)]],
    [
      "curl below a container's first process, which inherits all orphans",
      [{ pid: 1, parent: 0, argv: ['bash', '/x.sh'], session: 1 }, curl(1, { session: 1 })],
    ],
    [
      'curl that a user service manager inherited',
      [{ pid: 80, parent: 1, argv: ['/usr/lib/systemd/systemd', '--user'], session: 80 }, curl(80)],
    ],
    [
      'curl that another subreaper inherited',
      [{ pid: 80, parent: 1, argv: ['gnome-session'], session: 80 }, curl(80, { session: 555 })],
    ],
    ['curl whose parent cannot be read', [curl(200)]],
    ['curl whose parent pid is a younger process', [{ ...SCRIPT, startTime: '99999' }, curl(200)]],
    ['curl straight from cron', [...cronJob(), curl(61)]],
    [
      "curl under another user's program",
      [{ pid: 200, parent: 100, argv: [], executable: null, name: 'sudo' }, curl(200)],
    ],
    ['a deleted program', [{ ...SCRIPT, executable: '/usr/bin/bash (deleted)' }, curl(200)]],
    ['a deleted curl', [SCRIPT, curl(200, { executable: '/usr/bin/curl (deleted)' })]],
    [
      'a shell whose session leader is gone',
      [{ ...TERMINAL, session: 99 }, curl(100, { ...TTY, session: 99 })],
    ],
    ['helpers without an end', [{ pid: 901, parent: 900, argv: ['env'] }, curl(901)]],
  ])('[C31] leaves %s unidentified', (_name, rows) => {
    expect(subjectOf(...rows)).toMatchObject({ kind: 'unidentified' });
  });

  test.each<[string, string, Row[]]>([
    ['an ssh client', 'ssh', [TERMINAL, { pid: 900, parent: 100, argv: ['ssh', '-R', 'x'], ...TTY }]],
    [
      'the ssh mux',
      'ssh',
      [{ pid: 900, parent: 1, argv: ['ssh: /home/ada/.ssh/mux [mux]'], executable: '/usr/bin/ssh' }],
    ],
    [
      'an sshd that became the user',
      'sshd',
      [{ pid: 900, parent: 1, argv: ['sshd: ada'], executable: null, name: 'sshd' }],
    ],
    [
      'a remote command',
      'sshd',
      [{ pid: 200, parent: 1, argv: ['sshd: ada'], executable: null, name: 'sshd' }, curl(200)],
    ],
    ['autossh', 'autossh', [{ pid: 900, parent: 100, argv: ['autossh'] }]],
    ...[
      ...['gsissh', 'gsisshd', 'hpnssh', 'hpnsshd', 'hpnsshd-session', 'sshd-auth', 'sshd-session'],
      ...['socat1', 'plink', 'tsh', 'et', 'etserver', 'tailscaled', 'cloudflared', 'kubectl'],
    ].map((name): [string, string, Row[]] => [name, name, [{ pid: 900, parent: 100, argv: [name] }]]),
    ['socat', 'socat', [TERMINAL, { pid: 900, parent: 100, argv: ['socat', '-', 'UNIX:x'] }]],
    ['docker-proxy', 'docker-proxy', [{ pid: 900, parent: 100, argv: ['docker-proxy'] }]],
    [
      'a container runtime',
      'containerd-shim-runc-v2',
      [{ pid: 900, parent: 1, argv: ['containerd-shim-runc-v2'] }],
    ],
    ['a container with its own files', 'container', [SCRIPT, curl(200, { container: true })]],
  ])('[C35] takes %s for a relay', (_name, relay, rows) => {
    expect(subjectOf(...rows)).toEqual({ kind: 'forwarded', relay, host: null });
  });
});
