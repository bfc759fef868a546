import { describe, expect, test } from 'vitest';
import { offersFor } from '../../../main/broker/approvals/offers.ts';
import { promptText } from '../../../main/broker/prompt-text.ts';
import type { Question, Subject } from '../../../main/broker/types.ts';
import { shortenMiddle, visible } from '../../../main/broker/visible-text.ts';
import {
  binary,
  caller,
  forwarded,
  program,
  pts,
  question,
  terminal,
  unidentified,
} from '../../support/questions.ts';

const HOME = '/home/ada';
const textOf = (asked: Question) => promptText(asked, offersFor(asked.caller.subject).terms, HOME);
const rowsOf = (asked: Question) => textOf(asked).rows.map(({ label, value, note }) => [label, value, note]);

test('[C31] shows a script of cron as in the design', () => {
  const about = { definition: 'Check the status of runs', alsoAllows: [], lifetime: 45 * 3_600_000 };
  const text = textOf(question(program(), { about }));
  expect(text).toEqual({
    title: 'Let this script use run_status?',
    body: 'It gets an access token: “Check the status of runs” for 45 h. Your sign-in stays here.',
    rows: [
      { label: 'Script', value: '~/jobs/watch-runs.sh', mark: 'claimed', note: 'claimed', code: true },
      { label: 'Program', value: '/usr/bin/bash', mark: 'seen', note: 'seen, pid 41822', code: true },
      { label: 'Started by', value: 'cron', mark: null, note: 'no terminal', code: false },
      { label: 'Asked through', value: '/usr/bin/curl', mark: 'seen', note: 'seen', code: true },
      { label: 'Account', value: 'ada@uni.example', mark: null, note: null, code: false },
    ],
    buttons: [
      { choice: 'deny', label: 'Deny' },
      { choice: 'never', label: 'Never' },
      { choice: 'once', label: 'Allow once' },
      { choice: 'ten-minutes', label: 'Allow 10 minutes' },
      { choice: 'hour', label: 'Allow 1 hour' },
      { choice: 'always', label: 'Always allow' },
    ],
  });
});

const THROUGH = ['Asked through', '/usr/bin/curl', 'seen'];
const ACCOUNT = ['Account', 'ada@uni.example', null];
const CRON = ['Started by', 'cron', 'no terminal'];
const cases: [string, Subject, string, (string | null)[][], string[]][] = [
  [
    'a program of its own',
    binary({ terminal: pts, startedBy: 'pts/3' }),
    'Let this program use run_status?',
    [['Program', '/opt/app/mytool', 'seen, pid 41822'], ['Started by', 'pts/3', null], THROUGH, ACCOUNT],
    ['deny', 'never', 'once', 'ten-minutes', 'hour', 'terminal', 'always'],
  ],
  [
    'inline code',
    program({ inline: true, script: null }),
    'Let this command use run_status?',
    [
      ['Script', 'none: code given on the command line or as input', 'claimed'],
      ['Program', '/usr/bin/bash', 'seen, pid 41822'],
      CRON,
      THROUGH,
      ACCOUNT,
    ],
    ['deny', 'once', 'ten-minutes', 'hour'],
  ],
  [
    'a notebook',
    program({ program: '/usr/bin/python3.11', inline: true, script: null, module: 'ipykernel_launcher' }),
    'Let this command use run_status?',
    [
      ['Script', 'none: the module ipykernel_launcher', 'claimed'],
      ['Program', '/usr/bin/python3.11', 'seen, pid 41822'],
      CRON,
      THROUGH,
      ACCOUNT,
    ],
    ['deny', 'once', 'ten-minutes', 'hour'],
  ],
  [
    'a terminal',
    terminal,
    'Let this terminal use run_status?',
    [['Terminal', 'pts/3', 'seen'], ['Shell', '/usr/bin/zsh', 'seen, pid 900'], THROUGH, ACCOUNT],
    ['deny', 'once', 'ten-minutes', 'hour', 'terminal'],
  ],
  [
    'a forward',
    forwarded(),
    'Let login.hpc.example use run_status?',
    [
      ['Host', 'login.hpc.example', 'claimed'],
      ['Program', 'unknown: it runs on the other machine', 'unverified'],
      ['Comes through', '/usr/bin/ssh', 'seen, pid 42000'],
      ACCOUNT,
    ],
    ['deny', 'once', 'ten-minutes', 'hour'],
  ],
  [
    'a relay of an unknown host',
    forwarded(null),
    'Let another machine use run_status?',
    [
      ['Host', 'unknown', 'claimed'],
      ['Program', 'unknown: it runs on the other machine', 'unverified'],
      ['Comes through', '/usr/bin/ssh', 'seen, pid 42000'],
      ACCOUNT,
    ],
    ['deny', 'once', 'ten-minutes'],
  ],
  [
    'a container',
    { kind: 'forwarded', relay: 'container', host: null },
    'Let a container use run_status?',
    [
      ['Program', 'unknown: it runs in a container, with files of its own', 'unverified'],
      ['Asked through', '/usr/bin/ssh', 'seen, pid 42000, a path in there'],
      ACCOUNT,
    ],
    ['deny', 'once', 'ten-minutes'],
  ],
  [
    'an unidentified caller',
    unidentified,
    'Let an unidentified program use run_status?',
    [
      ['Program', 'unknown', 'unverified'],
      ['Why', 'its parent is gone', null],
      ['Asked through', '/usr/bin/curl', 'seen, pid 42000'],
      ACCOUNT,
    ],
    ['deny', 'once'],
  ],
];

test.each(cases)(
  '[C31] says of %s what is seen, claimed and unverified',
  (_name, subject, title, rows, buttons) => {
    const text = textOf(question(subject));
    expect(text.title).toBe(title);
    expect(rowsOf(question(subject))).toEqual(rows);
    expect(text.buttons.map(({ choice }) => choice)).toEqual(buttons);
    expect(text.body).toBe('It gets a short-lived access token for this scope. Your sign-in stays here.');
  },
);

test.each([
  ['of a socket for forwarding', 'login.hpc.example', '/home/ada/x/ssh', '~/x/ssh'],
  ['of a plain forward', null, '/home/ada/x/ssh', '~/x/ssh'],
  ['that the kernel does not show', 'login.hpc.example', '[ssh]', 'ssh'],
  ['that was replaced while it ran', 'hpc', '/usr/bin/ssh (deleted)', '/usr/bin/ssh (deleted)'],
])(
  '[C35] the relay %s is shown with its whole path, or an impostor would look the same',
  (_name, host, executable, shown) => {
    const subject = { kind: 'forwarded', relay: 'ssh', host } as const;
    const peer = { pid: 42, startTime: '1', executable };
    const rows = rowsOf(question(subject, { caller: caller(subject, { peer, chain: [peer] }) }));
    expect(rows).toContainEqual(['Comes through', shown, 'seen, pid 42']);
  },
);

test('[C35] the relay above a helper is what is shown', () => {
  const subject = { kind: 'forwarded', relay: 'socat1', host: null } as const;
  const chain = ['/usr/bin/curl', '/usr/bin/socat1', '/usr/bin/bash'].map((executable, pid) => ({
    ...{ pid, startTime: '1', executable },
  }));
  const rows = rowsOf(question(subject, { caller: caller(subject, { chain }) }));
  expect(rows).toContainEqual(['Comes through', '/usr/bin/socat1', 'seen, pid 1']);
});

test('[C31] a name that the caller gave itself is unverified, and short', () => {
  expect(rowsOf(question(program(), { selfName: 'nightly backup' }))).toContainEqual([
    'Calls itself',
    'nightly backup',
    'unverified',
  ]);
  const [, value] =
    rowsOf(question(program(), { selfName: 'x'.repeat(500) })).find(([label]) => label === 'Calls itself') ??
    [];
  expect([...(value ?? '')]).toHaveLength(80);
});

test('[C31] names every helper between the subject and the socket, in the order of starting', () => {
  const subject = program();
  const helper = { pid: 41900, startTime: '1', executable: '/usr/bin/timeout' };
  const { peer } = caller(subject);
  const above = { pid: 1, startTime: '1', executable: '/usr/sbin/cron' };
  const chain = [peer, helper, subject.process, above];
  expect(rowsOf(question(subject, { caller: caller(subject, { chain }) }))).toContainEqual([
    'Asked through',
    '/usr/bin/timeout → /usr/bin/curl',
    'seen',
  ]);
  const direct = caller(subject, { chain: [subject.process, above] });
  expect(rowsOf(question(subject, { caller: direct })).map(([label]) => label)).not.toContain(
    'Asked through',
  );
});

test('says what else the token can do, a few by name', () => {
  const about = { definition: 'View flows', alsoAllows: ['a', 'b', 'c', 'd', 'e', 'f'], lifetime: 90_000 };
  expect(textOf(question(program(), { about })).body).toBe(
    'It gets an access token: “View flows” for 1 min. It can also: a, b, c, d and 2 more. Your sign-in stays here.',
  );
});

test('keeps the end of a long path, and a home that is only a prefix of a name', () => {
  const path = `/home/ada/${'deep/'.repeat(40)}watch-runs.sh`;
  const [[, value] = []] = rowsOf(question(program({ script: { path, binding: null } })));
  expect([...(value ?? '')]).toHaveLength(56);
  expect(value).toMatch(/^~\/deep.*….*\/watch-runs\.sh$/);
  const [[, near] = []] = rowsOf(question(program({ script: { path: '/home/adam/x.sh', binding: null } })));
  expect(near).toBe('/home/adam/x.sh');
});

describe('text that somebody else wrote', () => {
  test.each([
    ['a line feed', 'a\nb', 'a�b'],
    ['an escape sequence', 'a\u001b[31mb', 'a�[31mb'],
    ['a bidi override', 'a\u202Egnp.sh', 'a�gnp.sh'],
    ['a bidi isolate', 'a\u2066b\u2069', 'a�b�'],
    ['a zero-width space', 'a\u200Bb', 'a�b'],
    ['a soft hyphen', 'a\u00ADb', 'a�b'],
    ['a tag character', 'a\u{E0041}b', 'a�b'],
    ['a variation selector', 'a\uFE0Fb', 'a�b'],
    ['a Hangul filler', 'a\u3164b', 'a�b'],
    ['a braille blank', 'a\u2800b', 'a�b'],
    ['a no-break space', 'a\u00A0b', 'a�b'],
    ['a line separator', 'a\u2028b', 'a�b'],
    ['a lone surrogate', 'a\uD800b', 'a�b'],
    ['piled accents', `a${'\u0301'.repeat(20)}b`, 'a�b'],
    ['runs of spaces', 'a   b ', 'a␣␣␣b␣'],
    ['ordinary text', 'Grüße, 流れ/файл.sh', 'Grüße, 流れ/файл.sh'],
  ])('[C31] %s shows itself', (_name, text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  test('[C31] is made visible in every place of the prompt', () => {
    const evil = 'x\u202E\n\u200Bx';
    const process = { pid: 1, startTime: '1', executable: evil };
    const subjects: Subject[] = [
      program({
        program: evil,
        process,
        script: { path: evil, binding: null },
        startedBy: evil,
        terminal: { ...pts, tty: evil },
      }),
      { ...terminal, process, terminal: { ...pts, tty: evil } } as Subject,
      { kind: 'forwarded', relay: evil, host: evil },
      { kind: 'unidentified', why: evil },
    ];
    for (const subject of subjects) {
      const peer = { ...process, pid: 2 };
      const asked = question(subject, {
        caller: caller(subject, { peer, chain: [peer, process] }),
        scopeName: evil,
        selfName: evil,
        account: { sub: 's', username: evil },
        about: { definition: evil, alsoAllows: [evil], lifetime: null },
      });
      expect(JSON.stringify(textOf(asked))).not.toMatch(/\\n|\u202E|\u200B/);
    }
  });
});

test('shortens between characters, not within them', () => {
  expect(shortenMiddle('😀'.repeat(10), 5)).toBe('😀…😀😀😀');
});
