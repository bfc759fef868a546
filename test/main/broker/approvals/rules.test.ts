import { chmod, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Socket } from 'node:net';
import { createCallerIdentifier } from '../../../../main/broker/caller/identifier.ts';
import { openRules } from '../../../../main/broker/approvals/rules.ts';
import { memoryTextFile, openTextFile, type TextFile } from '../../../../main/broker/approvals/text-file.ts';
import { FakeClock, RecordingLog } from '../../../support/agent-parts.ts';
import {
  binary,
  caller,
  forwarded,
  HASH,
  program,
  pts,
  question,
  terminal,
  unidentified,
} from '../../../support/questions.ts';

let folder: string;
let path: string;
let clock: FakeClock;
let log: RecordingLog;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rules-'));
  path = join(folder, 'data', 'rules.json');
  clock = new FakeClock(1_000_000);
  log = new RecordingLog();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = (file: TextFile = openTextFile(path, clock.now)) =>
  openRules({ file, clock, log, random: () => 0.5 });

describe('answers without an end', () => {
  test('[C35] are kept across a restart, in a file of the user alone', async () => {
    const id = await open().add(question(), 'always');
    expect(id).toMatch(/^r-[0-9a-f]{8}$/);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'data'))).mode & 0o777).toBe(0o700);
    expect(await open().match(question())).toEqual({ id, answer: 'allow' });
    expect(await readdir(join(folder, 'data'))).toEqual(['rules.json']);
  });

  test.each([
    ['another script', program({ script: { path: '/x.sh', binding: { inode: '12', sha256: HASH } } })],
    [
      'the script with other content',
      program({
        script: { path: '/home/ada/jobs/watch-runs.sh', binding: { inode: '12', sha256: 'b'.repeat(64) } },
      }),
    ],
    [
      'the script in another file',
      program({ script: { path: '/home/ada/jobs/watch-runs.sh', binding: { inode: '13', sha256: HASH } } }),
    ],
    [
      'the script when it cannot be read',
      program({ script: { path: '/home/ada/jobs/watch-runs.sh', binding: null } }),
    ],
    ['the program without a script', program({ script: null })],
    ['inline code', program({ inline: true })],
    ['another program', program({ program: '/usr/bin/dash' })],
    ['a terminal', terminal],
    ['a forwarded request', forwarded()],
    ['an unidentified caller', unidentified],
  ])('[C35] do not hold for %s', async (_name, subject) => {
    const rules = open();
    await rules.add(question(), 'always');
    expect(await rules.match(question(subject))).toBeNull();
  });

  test('[C35] do not hold for another scope or account', async () => {
    const rules = open();
    await rules.add(question(), 'always');
    expect(await rules.match(question(program(), { scope: 'other' }))).toBeNull();
    expect(
      await rules.match(question(program(), { account: { sub: 'sub-2', username: 'ada@uni.example' } })),
    ).toBeNull();
  });

  test('[C35] hold for a program of its own', async () => {
    const rules = open();
    await rules.add(question(binary()), 'always');
    expect(await rules.match(question(binary()))).toMatchObject({ answer: 'allow' });
    expect(await rules.match(question(binary({ inline: true })))).toBeNull();
  });

  test('[C35] "never" holds for the script whatever it contains by then, and before any yes', async () => {
    const rules = open();
    await rules.add(question(), 'always');
    await rules.add(question(), 'never');
    expect(await rules.match(question())).toMatchObject({ answer: 'deny' });
    const changed = program({ script: { path: '/home/ada/jobs/watch-runs.sh', binding: null } });
    expect(await open().match(question(changed))).toMatchObject({ answer: 'deny' });
  });

  test.each([
    ['a terminal', terminal, 'always'],
    ['a forward', forwarded(), 'always'],
    ['a forward, "never"', forwarded(), 'never'],
    ['an unidentified caller', unidentified, 'hour'],
    ['inline code', program({ inline: true, script: null }), 'always'],
    ['an unreadable script', program({ script: { path: '/a', binding: null } }), 'always'],
    ['curl', binary({ program: '/usr/bin/curl' }), 'always'],
    ['curl, "never"', binary({ program: '/usr/bin/curl' }), 'never'],
    ['one answer', program(), 'once'],
  ] as const)('[C35] are not made for %s, whatever the prompt said', async (_name, subject, answer) => {
    const rules = open();
    expect(await rules.add(question(subject), answer)).toBeNull();
    expect(await rules.list()).toEqual([]);
  });
});

describe('answers with an end', () => {
  test.each([
    ['ten-minutes', 600_000],
    ['hour', 3_600_000],
  ] as const)('[C35] "%s" ends by the clock and is not on disk', async (term, life) => {
    const file = memoryTextFile();
    const rules = open(file);
    await rules.add(question(), term);
    expect(file.text).toBeNull();
    clock.advance(life - 1);
    expect(await rules.match(question())).not.toBeNull();
    expect(await rules.list()).toMatchObject([{ until: (1_000_000 + life) / 1000 }]);
    clock.advance(1);
    expect(await rules.match(question())).toBeNull();
    expect(await rules.list()).toEqual([]);
  });

  test('[C35] a clock that is set back ends them too', async () => {
    const rules = open();
    await rules.add(question(), 'hour');
    clock.advance(-1);
    expect(await rules.match(question())).toBeNull();
  });

  test('[C35] "terminal" ends with that session, not with its number', async () => {
    const rules = open();
    await rules.add(question(terminal), 'terminal');
    expect(await rules.list()).toMatchObject([{ program: '/usr/bin/zsh', terminal: 'pts/3', until: null }]);
    expect(await rules.match(question(terminal))).not.toBeNull();
    const reused = { ...pts, leader: { pid: 900, startTime: '6000' } };
    expect(await rules.match(question({ ...terminal, terminal: reused } as typeof terminal))).toBeNull();
    expect(await open().match(question(terminal))).toBeNull();
  });

  test('[C35] of inline code without a terminal end with that very process', async () => {
    const rules = open();
    const inline = program({ inline: true, script: null });
    await rules.add(question(inline), 'hour');
    expect(await rules.match(question(inline))).not.toBeNull();
    const other = program({ inline: true, script: null, process: { ...inline.process, pid: 5 } });
    expect(await rules.match(question(other))).toBeNull();
  });

  test('[C35] of inline code at a terminal hold in that terminal alone', async () => {
    const rules = open();
    const inline = program({ inline: true, script: null, terminal: pts });
    await rules.add(question(inline), 'terminal');
    expect(await rules.match(question({ ...inline, process: { ...inline.process, pid: 5 } }))).not.toBeNull();
    expect(await rules.match(question({ ...inline, terminal: null }))).toBeNull();
  });

  test('[C35] of a forward hold for that relay process alone', async () => {
    const rules = open();
    await rules.add(question(forwarded()), 'ten-minutes');
    expect(await rules.match(question(forwarded()))).not.toBeNull();
    expect(await rules.list()).toMatchObject([{ program: '/usr/bin/ssh', host: 'login.hpc.example' }]);
    const peer = { pid: 42001, startTime: '999', executable: '/usr/bin/ssh' };
    expect(await rules.match(question(forwarded(), { caller: caller(forwarded(), { peer }) }))).toBeNull();
    expect(await rules.match(question(forwarded('other')))).toBeNull();
  });

  test.each(['darwin', 'win32'] as const)('[C35] of a forward are none on %s', async (platform) => {
    const credentials = () =>
      platform === 'win32'
        ? ({ kind: 'unsupported' } as const)
        : ({ kind: 'peer', pid: 5, uid: 1000 } as const);
    const ourselves = { uid: 1000, programs: [], launchers: [] };
    const identifier = createCallerIdentifier({ table: null, credentials, ourselves, platform });
    const come = () => {
      const identified = identifier.identify(new Socket(), 'login.hpc.example');
      if (identified.kind !== 'caller') throw new Error(identified.kind);
      return question(identified.caller.subject, { caller: identified.caller });
    };
    const rules = open();
    expect(await rules.add(come(), 'hour')).toBeNull();
    expect(await rules.match(come())).toBeNull();
  });
});

test('lists and revokes, and a revoked rule stays away', async () => {
  const rules = open();
  const id = await rules.add(question(), 'always');
  expect(await rules.list()).toEqual([
    {
      id,
      program: '/usr/bin/bash',
      script: '/home/ada/jobs/watch-runs.sh',
      scope: question().scope,
      account: 'ada@uni.example',
      answer: 'allow',
      until: null,
    },
  ]);
  expect(await rules.revoke('r-00000000')).toBe(false);
  expect(await rules.revoke(id ?? '')).toBe(true);
  expect(await rules.match(question())).toBeNull();
  expect(await open().list()).toEqual([]);
});

test('a revocation that cannot be saved says so, and is in force all the same', async () => {
  const file = memoryTextFile();
  const rules = open(file);
  const id = await rules.add(question(), 'always');
  file.write = () => Promise.reject(new Error('disk full'));
  await expect(rules.revoke(id ?? '')).rejects.toThrow('disk full');
  expect(await rules.match(question())).toBeNull();
});

test('an answer that cannot be saved holds until the end, and is logged', async () => {
  const file = memoryTextFile();
  file.write = () => Promise.reject(new Error('disk full'));
  const rules = open(file);
  await rules.add(question(), 'never');
  expect(await rules.match(question())).toMatchObject({ answer: 'deny' });
  expect(log.lines.map((line) => line.level)).toEqual(['error']);
});

test('50 answers at once all end up in the file', async () => {
  const rules = open();
  const scopes = Array.from({ length: 50 }, (_, number) => `scope-${number}`);
  await Promise.all(scopes.map((scope) => rules.add(question(program(), { scope }), 'always')));
  const kept = await open().list();
  expect(new Set(kept.map((rule) => rule.id)).size).toBe(50);
});

describe('a rules file that cannot be taken', () => {
  const good = async () => {
    const file = memoryTextFile();
    await open(file).add(question(), 'always');
    return file.text ?? '';
  };
  const bad: [string, (text: string) => string][] = [
    ['cut off', (text) => text.slice(0, -20)],
    ['empty', () => ''],
    ['of another version', (text) => text.replace('"version": 1', '"version": 2')],
    ['with an unknown field', (text) => text.replace('"since"', '"sinse"')],
  ];
  test.each(bad)('[C35] %s counts as no rules and is kept aside', async (_name, spoil) => {
    const file = memoryTextFile(spoil(await good()));
    const spoilt = file.text;
    const rules = open(file);
    expect(await rules.match(question())).toBeNull();
    expect(file.aside).toEqual([spoilt]);
    expect(log.lines.at(-1)?.level).toBe('error');
    expect(await rules.add(question(), 'always')).not.toBeNull();
  });

  test.each<[string, (text: string) => string]>([
    ['about a helper', (text) => text.replace('/usr/bin/bash', '/usr/bin/curl')],
    ['about an interpreter without a hash', (text) => text.replace(`"${HASH}"`, 'null')],
  ])('[C35] with an allowing rule %s loses that rule alone, and says so', async (_name, spoil) => {
    const file = memoryTextFile();
    const before = open(file);
    const id = await before.add(question(), 'always');
    file.text = spoil(file.text ?? '');
    const other = question(binary());
    const kept = openRules({ file, clock, log, random: () => 0.25 });
    await kept.add(other, 'always');
    expect(await kept.match(question())).toBeNull();
    expect(await open(file).match(other)).toMatchObject({ answer: 'allow' });
    expect(file.aside).toEqual([]);
    expect(log.lines).toEqual([expect.objectContaining({ level: 'warn', fields: { dropped: [id] } })]);
  });

  test('[C35] keeps a "never" about a program that is known for a helper by now', async () => {
    const file = memoryTextFile();
    await open(file).add(question(binary()), 'never');
    file.text = file.text?.replace('/opt/app/mytool', '/usr/bin/find') ?? null;
    expect(await open(file).match(question(binary({ program: '/usr/bin/find' })))).toMatchObject({
      answer: 'deny',
    });
  });

  test('[C35] just now is tried again with the next question, and is neither lost nor written over', async () => {
    const file = memoryTextFile(await good());
    const before = file.text;
    const { read } = file;
    file.read = () => Promise.reject(Object.assign(new Error('no descriptors'), { code: 'EMFILE' }));
    const rules = openRules({ file, clock, log, random: () => 0.25 });
    expect(await rules.match(question())).toBeNull();
    expect(await rules.add(question(binary()), 'always')).not.toBeNull();
    expect(await rules.match(question(binary()))).toMatchObject({ answer: 'allow' });
    expect(file.aside).toEqual([]);
    expect(file.text).toBe(before);
    file.read = read;
    expect(await rules.match(question())).toMatchObject({ answer: 'allow' });
    await rules.add(question(binary(), { scope: 'another' }), 'always');
    expect(await open(file).list()).toHaveLength(3);
  });

  test('[C35] that others can write counts as no rules', async () => {
    await open().add(question(), 'always');
    await chmod(path, 0o666);
    expect(await open().match(question())).toBeNull();
    expect((await readdir(join(folder, 'data')))[0]).toMatch(/^rules\.json\.corrupt-/);
  });

  test('[C35] that is a symlink counts as no rules, and what it points to is left alone', async () => {
    const elsewhere = join(folder, 'elsewhere');
    await writeFile(elsewhere, await good(), { mode: 0o600 });
    const link = join(folder, 'link.json');
    await symlink(elsewhere, link);
    expect(await open(openTextFile(link, clock.now)).match(question())).toBeNull();
    expect(await readFile(elsewhere, 'utf8')).toBe(await good());
  });
});
