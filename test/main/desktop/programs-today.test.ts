import { describe, expect, it } from 'vitest';
import { ProgramsToday } from '../../../main/desktop/programs-today.ts';
import { FakeClock } from '../../support/agent-parts.ts';

const NOON = new Date(2026, 2, 5, 12).getTime();
const HOUR = 3_600_000;
const asked = (at: number, program: string | null, script: string | null = null) => ({
  time: new Date(at).toISOString(),
  program,
  script,
});

describe('the programs of today', () => {
  it('are counted once each, a script by itself', () => {
    const programs = new ProgramsToday(new FakeClock(NOON), []);
    programs.see(asked(NOON, '/bin/sh', '/a.sh'));
    programs.see(asked(NOON, '/bin/sh', '/b.sh'));
    programs.see(asked(NOON, '/bin/dash', '/b.sh'));
    programs.see(asked(NOON, '/bin/sh'));
    programs.see(asked(NOON, null));
    expect(programs.count).toBe(3);
  });

  it('start at the midnight of the user', () => {
    const clock = new FakeClock(NOON);
    const midnight = new Date(2026, 2, 5).getTime();
    const programs = new ProgramsToday(clock, [
      { ...COPY, ...asked(midnight - 1, '/yesterday') },
      { ...COPY, ...asked(midnight, '/today') },
    ]);
    expect(programs.count).toBe(1);
    clock.advance(12 * HOUR - 1);
    expect(programs.count).toBe(1);
    clock.advance(1);
    expect(programs.count).toBe(0);
  });

  it('are not counted from a line without a time', () => {
    const programs = new ProgramsToday(new FakeClock(NOON), []);
    programs.see({ time: 'soon', program: '/bin/sh', script: null });
    expect(programs.count).toBe(0);
  });
});

const COPY = {
  kind: 'copy',
  scope: null,
  account: null,
  answer: 'done',
  by: 'clipboard',
  pid: null,
} as const;
