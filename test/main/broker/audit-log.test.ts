import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openAuditLog, type AuditLog, type AuditLogOptions } from '../../../main/broker/audit-log.ts';
import type { AuditEntry } from '../../../main/broker/contract.ts';
import { RecordingLog } from '../../support/agent-parts.ts';

let folder: string;
let path: string;
let log: RecordingLog;
const logs: AuditLog[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'audit-'));
  path = join(folder, 'data', 'audit.jsonl');
  log = new RecordingLog();
});
afterEach(async () => {
  for (const one of logs.splice(0)) one.close();
  await rm(folder, { recursive: true, force: true });
});

function open(options: Partial<AuditLogOptions> = {}): AuditLog {
  const one = openAuditLog({ path, log, ...options });
  logs.push(one);
  return one;
}

function entry(number: number, over: Partial<AuditEntry> = {}): AuditEntry {
  return {
    time: '2030-01-01T00:00:00.000Z',
    kind: 'token',
    scope: 'https://auth.globus.org/scopes/x/view_flows',
    account: 'ada@uni.example',
    answer: 'allowed',
    by: 'prompt',
    pid: number,
    program: '/usr/bin/bash',
    script: '/home/ada/jobs/watch-runs.sh',
    ...over,
  };
}
const pids = (audit: AuditLog, limit = 1000) => audit.newest(limit).map(({ pid }) => pid);

test('[C36] keeps time, pid, path, scope and result of each decision, in a file of the user alone', () => {
  const audit = open();
  expect(audit.append(entry(1))).toBe(true);
  expect(audit.append(entry(2, { kind: 'refused', answer: 'denied', by: 'locked', script: null }))).toBe(
    true,
  );
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, 'data')).mode & 0o777).toBe(0o700);
  expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(3);
  expect(open().newest(10)).toEqual([
    entry(2, { kind: 'refused', answer: 'denied', by: 'locked', script: null }),
    entry(1),
  ]);
});

test('[C36] only adds: what is there stays, also for a second writer', () => {
  open().append(entry(1));
  const before = readFileSync(path, 'utf8');
  const [one, other] = [open(), open()];
  one.append(entry(2));
  other.append(entry(3));
  one.append(entry(4));
  expect(readFileSync(path, 'utf8').startsWith(before)).toBe(true);
  expect(pids(one)).toEqual([4, 3, 2, 1]);
});

test('repairs a mode that is too wide', () => {
  mkdirSync(join(folder, 'data'));
  writeFileSync(path, '');
  chmodSync(path, 0o644);
  open().append(entry(1));
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('rotates at the cap, keeps N older files, and reads across them', () => {
  const audit = open({ maxBytes: 600, older: 2 });
  for (let number = 1; number <= 12; number++) expect(audit.append(entry(number))).toBe(true);
  for (const name of [path, `${path}.1`, `${path}.2`]) {
    expect(statSync(name).size).toBeLessThanOrEqual(600);
    expect(statSync(name).mode & 0o777).toBe(0o600);
  }
  expect(existsSync(`${path}.3`)).toBe(false);
  const kept = pids(audit);
  expect(kept).toEqual(Array.from(kept, (_, index) => 12 - index));
  expect(kept.length).toBeGreaterThan(3);
  expect(pids(audit, 3)).toEqual([12, 11, 10]);
  expect(pids(audit, 0)).toEqual([12]);
});

test('a torn last line costs that line alone', () => {
  const first = open();
  first.append(entry(1));
  first.append(entry(2));
  truncateSync(path, statSync(path).size - 20);
  expect(pids(open())).toEqual([1]);
  const audit = open();
  audit.append(entry(3));
  audit.append(entry(4));
  expect(pids(audit)).toEqual([4, 3, 1]);
});

test('lines of somebody else are passed over', () => {
  const audit = open();
  audit.append(entry(1));
  appendFileSync(path, 'garbage\n{"time":1}\n[]\n\n');
  audit.append(entry(2));
  expect(pids(audit)).toEqual([2, 1]);
});

test('goes on in a new file when the old one was moved away', () => {
  const audit = open({ lookMs: 0 });
  audit.append(entry(1));
  renameSync(path, `${path}.1`);
  audit.append(entry(2));
  expect(readFileSync(path, 'utf8')).toContain('"pid":2');
  expect(pids(audit)).toEqual([2, 1]);
});

test('[C36] says no when the line is not on disk, reports it once, and recovers', () => {
  mkdirSync(path, { recursive: true });
  const audit = open();
  expect([audit.append(entry(1)), audit.append(entry(2))]).toEqual([false, false]);
  expect(log.lines.map(({ level }) => level)).toEqual(['error']);
  renameSync(path, join(folder, 'aside'));
  expect(audit.append(entry(3))).toBe(true);
  expect(pids(audit)).toEqual([3]);
});

test('[C36] says no on a full disk', () => {
  const audit = openAuditLog({ path: '/dev/full', log });
  expect(audit.append(entry(1))).toBe(false);
  expect(log.lines).toHaveLength(1);
});

test('[C36] does not follow a symlink', () => {
  const elsewhere = join(folder, 'elsewhere');
  writeFileSync(elsewhere, '');
  mkdirSync(join(folder, 'data'));
  symlinkSync(elsewhere, path);
  expect(open().append(entry(1))).toBe(false);
  expect(readFileSync(elsewhere, 'utf8')).toBe('');
});

test('[C36] no token passes in any field, and every entry is one line', () => {
  const audit = open({ maxBytes: 100_000_000 });
  const token = fc.stringMatching(/^[0-9A-Za-z]{40,110}$/).map((rest) => `Ag${rest}`);
  const jwt = fc.stringMatching(/^eyJ[\w-]{10,20}\.[\w-]{10,20}\.[\w-]{10,20}$/);
  const text = fc.string({ unit: 'binary', maxLength: 5000 });
  const dirty = fc.tuple(text, fc.oneof(token, jwt), text).map((parts) => parts.join(''));
  const field = fc.oneof(dirty, fc.constant(null));
  let lines = 0;
  fc.assert(
    fc.property(dirty, field, field, field, field, (by, scope, account, program, script) => {
      const extra = { secret: `Ag${'x'.repeat(90)}` };
      expect(audit.append({ ...entry(1), ...extra, by, scope, account, program, script })).toBe(true);
      lines++;
    }),
    { numRuns: 200, seed: 1 },
  );
  const written = readFileSync(path, 'utf8');
  expect(written).not.toMatch(/Ag[0-9A-Za-z]{40,}/);
  expect(written).not.toMatch(/eyJ[\w-]{10,}\.[\w-]{10,}\./);
  expect(written.split('\n')).toHaveLength(lines + 1);
  expect(audit.newest(1000)).toHaveLength(lines);
});

test('[C36] writes what comes first at once and the rest in one go, in its order, and tells everybody', async () => {
  const audit = open();
  const first = audit.commit(entry(1));
  expect(pids(audit)).toEqual([1]);
  const rest = [audit.commit(entry(2)), audit.commit(entry(3))];
  expect(pids(audit)).toEqual([1]);
  expect(audit.append(entry(4))).toBe(true);
  expect(pids(audit)).toEqual([4, 3, 2, 1]);
  await expect(Promise.all([first, ...rest])).resolves.toEqual([true, true, true]);
  const later = [audit.commit(entry(5)), audit.commit(entry(6))];
  await expect(Promise.all(later)).resolves.toEqual([true, true]);
  const last = [audit.commit(entry(7)), audit.commit(entry(8))];
  audit.close();
  await expect(Promise.all(last)).resolves.toEqual([true, true]);
  expect(pids(open())).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
});

test('[C36] while lines come several at a time, all of a turn are one write, in their order', async () => {
  const audit = open();
  const turn = (...numbers: number[]) => Promise.all(numbers.map((pid) => audit.commit(entry(pid))));
  await turn(1, 2, 3);
  const crowded = turn(4, 5);
  expect(pids(audit)).toEqual([3, 2, 1]);
  await expect(crowded).resolves.toEqual([true, true]);
  await turn(6);
  const alone = turn(7);
  expect(pids(audit)).toEqual([7, 6, 5, 4, 3, 2, 1]);
  await alone;
});

test('[C36] tells everybody of a batch that it is not on disk', async () => {
  mkdirSync(path, { recursive: true });
  const audit = open();
  await expect(Promise.all([audit.commit(entry(1)), audit.commit(entry(2))])).resolves.toEqual([
    false,
    false,
  ]);
});
