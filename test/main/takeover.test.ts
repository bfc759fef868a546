import { describe, expect, it } from 'vitest';
import type { HeldLock, LockAttempt, LockHolder } from '../../main/session/locks/types.ts';
import { claimAgent, type ClaimParts, type Retirement } from '../../main/takeover.ts';
import { realClock, RecordingLog } from '../support/agent-parts.ts';

const HEADLESS: LockHolder = { kind: 'headless', socket: '/run/a.sock', pid: 4711, host: 'pc', since: 0 };
const DESKTOP: LockHolder = { ...HEADLESS, kind: 'desktop' };
const lock: HeldLock = { note: () => undefined, release: () => undefined };
const HELD: LockAttempt = { kind: 'held', lock };
const taken = (holder: LockHolder | null): LockAttempt => ({ kind: 'taken', holder });

/** Attempts and waits are answered in this order, the last one for ever. */
function claim(
  kind: ClaimParts['kind'],
  script: readonly LockAttempt[],
  answers: readonly Retirement[] = [],
) {
  const asked: string[] = [];
  const left = [...script];
  const replies = [...answers];
  const next = (): LockAttempt => (left.length > 1 ? left.shift() : left[0]) ?? HELD;
  const claimed = claimAgent({
    kind,
    locks: {
      attempt: next,
      wait: () => new Promise((resolve) => setImmediate(() => resolve(next()))),
    },
    retire(socket) {
      asked.push(socket);
      return Promise.resolve(replies.shift() ?? { kind: 'gone' });
    },
    clock: realClock,
    log: new RecordingLog(),
    limits: { takeoverMs: 200, lookMs: 1 },
  });
  return { claimed, asked };
}

const agreeing = (pid: number, released: number[] = []): Retirement => ({
  ...{ kind: 'retired', pid, sealed: ['sealed'] },
  release: () => released.push(pid),
});

describe('[C20] claimAgent', () => {
  it.each(['desktop', 'headless'] as const)('gives a free lock to a %s at once', async (kind) => {
    const { claimed, asked } = claim(kind, [HELD]);
    expect(await claimed).toEqual({ kind: 'held', lock, before: null });
    expect(asked).toEqual([]);
  });

  it.each([HEADLESS, DESKTOP])('lets an agent without a window ask nobody to go', async (holder) => {
    const { claimed, asked } = claim('headless', [taken(holder)]);
    expect(await claimed).toEqual({ kind: 'taken', holder, detail: null });
    expect(asked).toEqual([]);
  });

  it('lets the desktop ask no other desktop to go', async () => {
    const { claimed, asked } = claim('desktop', [taken(DESKTOP)]);
    expect(await claimed).toEqual({ kind: 'taken', holder: DESKTOP, detail: null });
    expect(asked).toEqual([]);
  });

  it('lets the desktop follow an agent without a window, whose connection stays open', async () => {
    const released: number[] = [];
    const { claimed, asked } = claim('desktop', [taken(HEADLESS), HELD], [agreeing(4711, released)]);
    expect(await claimed).toMatchObject({ kind: 'held', before: { pid: 4711, sealed: ['sealed'] } });
    expect(asked).toEqual(['/run/a.sock']);
    expect(released).toEqual([]);
  });

  it('says why an agent without a window stays', async () => {
    const refused: Retirement = { kind: 'refused', detail: 'A sign-in is under way.' };
    const { claimed } = claim('desktop', [taken(HEADLESS)], [refused]);
    expect(await claimed).toMatchObject({ kind: 'taken', detail: 'A sign-in is under way.' });
  });

  it('takes what a holder left that is gone when it is asked', async () => {
    const { claimed, asked } = claim('desktop', [taken(HEADLESS), HELD], [{ kind: 'gone' }]);
    expect(await claimed).toMatchObject({ kind: 'held', before: null });
    expect(asked).toHaveLength(1);
  });

  it('waits for the note and for the socket of a holder that starts', async () => {
    const starting = { ...HEADLESS, socket: null };
    const script = [taken(null), taken(starting), taken(HEADLESS), HELD];
    const { claimed, asked } = claim('desktop', script, [agreeing(4711)]);
    expect(await claimed).toMatchObject({ kind: 'held', before: { pid: 4711 } });
    expect(asked).toEqual(['/run/a.sock']);
  });

  it('lets the first of two predecessors go when a second one came between', async () => {
    const released: number[] = [];
    const second = { ...HEADLESS, pid: 4712, socket: '/run/b.sock' };
    const script = [taken(HEADLESS), taken(second), HELD];
    const answers = [agreeing(4711, released), agreeing(4712, released)];
    const { claimed, asked } = claim('desktop', script, answers);
    expect(await claimed).toMatchObject({ kind: 'held', before: { pid: 4712 } });
    expect(asked).toEqual(['/run/a.sock', '/run/b.sock']);
    expect(released).toEqual([4711]);
  });

  it('gives up in time, and lets go of who agreed and did not follow', async () => {
    const released: number[] = [];
    const many = Array.from({ length: 100_000 }, () => agreeing(4711, released));
    const { claimed } = claim('desktop', [taken(HEADLESS)], many);
    expect(await claimed).toMatchObject({ kind: 'taken', detail: 'It did not stop in time.' });
    expect(released.length).toBeGreaterThan(0);
  });

  it('fails closed when the lock cannot be tried', async () => {
    const broken = () => {
      throw new Error('EACCES');
    };
    const log = new RecordingLog();
    const claimed = await claimAgent({
      kind: 'desktop',
      locks: { attempt: broken, wait: broken },
      retire: () => Promise.resolve({ kind: 'gone' }),
      clock: realClock,
      log,
    });
    expect(claimed).toMatchObject({ kind: 'taken', holder: null });
  });
});
