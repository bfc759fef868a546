import { describe, expect, it, vi } from 'vitest';
import type { AuditEntry, RuleAnswer } from '../../../main/broker/contract.ts';
import { BrokerControl, QUIET } from '../../../main/desktop/broker-control.ts';
import { MemorySettingsStore, SettingsWriteError } from '../../../main/settings/store.ts';
import { FakeClock } from '../../support/agent-parts.ts';
import { NOW } from '../../support/desktop.ts';

const RULE: RuleAnswer = {
  id: 'r-1',
  program: '/bin/sh',
  script: '/home/ada/a.sh',
  scope: 'urn:x:view_flows',
  account: 'ada',
  answer: 'allow',
  until: null,
};
const ENTRY = {
  kind: 'token',
  scope: 'urn:x:view_flows',
  account: 'ada',
  answer: 'allowed',
  by: 'prompt',
  pid: 7,
  program: '/bin/sh',
  script: '/home/ada/a.sh',
} as const;

function setup({ writable = true, settings = new MemorySettingsStore(), before = [] as AuditEntry[] } = {}) {
  const clock = new FakeClock(NOW);
  const lines: AuditEntry[] = [...before];
  const seen: string[] = [];
  const switched: boolean[] = [];
  const changes: number[] = [];
  let rules = [RULE];
  const control = new BrokerControl({
    clock,
    settings,
    changed: () => void changes.push(clock.now()),
    seen: ({ by }) => void seen.push(by),
    audit: {
      append: (entry) => writable && lines.push(entry) > 0,
      commit: (entry) => Promise.resolve(writable && lines.push(entry) > 0),
      newest: (limit) => lines.toReversed().slice(0, limit),
    },
    gate: {
      denyAll: (on) => void switched.push(on),
      list: () => Promise.resolve(rules),
      revoke: (id) => {
        const before = rules.length;
        rules = rules.filter((rule) => rule.id !== id);
        return Promise.resolve(rules.length < before);
      },
    },
  });
  return { control, clock, lines, seen, switched, changes, settings };
}

describe('the broker, as the window steers it', () => {
  it('tells of every line: those of before, newest first, then each that comes', async () => {
    const time = new Date(NOW - 1).toISOString();
    const before = ['old', 'older'].map((by) => ({ ...ENTRY, time, by })).reverse();
    const { control, seen } = setup({ before });
    control.append({ ...ENTRY, by: 'new' });
    await control.commit({ ...ENTRY, by: 'newest' });
    expect(seen).toEqual(['old', 'older', 'new', 'newest']);
  });

  it('[C36] stamps each line, counts its program, and says so once however many come', () => {
    const { control, clock, lines, changes } = setup();
    for (let at = 0; at < 50; at++) expect(control.append(ENTRY)).toBe(true);
    expect(lines).toHaveLength(50);
    expect(lines[0]?.time).toBe(new Date(NOW).toISOString());
    expect(control.programsToday).toBe(1);
    expect(changes).toEqual([]);
    clock.advance(QUIET);
    expect(changes).toEqual([NOW + QUIET]);
    control.append(ENTRY);
    clock.advance(QUIET);
    expect(changes).toHaveLength(2);
  });

  it('[C36] says that a line is not on disk', () => {
    expect(setup({ writable: false }).control.append(ENTRY)).toBe(false);
  });

  it('[C36] revokes a rule, and writes down that the user did', async () => {
    const { control, lines } = setup();
    expect(await control.revoke('r-1')).toBe(true);
    expect(await control.rules()).toEqual([]);
    expect(lines).toMatchObject([
      { kind: 'rule', answer: 'done', by: 'rule:r-1', scope: RULE.scope, program: null, pid: null },
    ]);
    expect(await control.revoke('r-1')).toBe(false);
    expect(lines).toHaveLength(1);
  });

  it('[C35] turns everything off and on again, once each, and writes it down', () => {
    const { control, lines, switched, changes } = setup();
    control.setDenyAll(true);
    control.setDenyAll(true);
    expect(control.denyAll).toBe(true);
    expect(changes).toHaveLength(1);
    control.setDenyAll(false);
    expect(switched).toEqual([true, false]);
    expect(lines.map(({ by }) => by)).toEqual(['deny-all:on', 'deny-all:off']);
  });

  it('[C35] still denies everything after a restart, until it is turned off', () => {
    const before = setup();
    expect(before.control.setDenyAll(true)).toBeNull();
    const after = setup({ settings: before.settings });
    expect(after.control.denyAll).toBe(true);
    expect(after.switched).toEqual([true]);
    expect(after.lines).toEqual([]);
    after.control.setDenyAll(false);
    expect(setup({ settings: before.settings }).switched).toEqual([]);
  });

  it('[C35] [C59] moves the switch also when it cannot be kept, and says so until it can', () => {
    const { control, settings, switched, lines } = setup();
    const full = vi.spyOn(settings, 'update').mockImplementation(() => {
      throw new SettingsWriteError('failed', 'the disk is full');
    });
    expect(control.setDenyAll(true)).toBe('the disk is full');
    expect(control.denyAll).toBe(true);
    full.mockRestore();
    expect(control.setDenyAll(true)).toBeNull();
    expect(settings.get().denyAll).toBe(true);
    expect(switched).toEqual([true]);
    expect(lines).toHaveLength(1);
  });

  it('announces nothing any more when it is closed', () => {
    const { control, clock, changes } = setup();
    control.append(ENTRY);
    control.close();
    clock.advance(QUIET);
    expect(changes).toEqual([]);
  });
});
