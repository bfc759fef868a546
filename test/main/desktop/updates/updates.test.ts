import { describe, expect, it } from 'vitest';
import type { UpdateView } from '../../../../preload/contract.ts';
import type { InstallWay } from '../../../../main/desktop/updates/install-way.ts';
import type { Look } from '../../../../main/desktop/updates/look.ts';
import { feedProblem } from '../../../../main/desktop/updates/problems.ts';
import { Updates, type Downloaded } from '../../../../main/desktop/updates/updates.ts';
import { FakeClock, RecordingLog } from '../../../support/agent-parts.ts';

const HOUR = 3_600_000;
const NOW = 1_760_000_000_000;
const FILE = { name: 'App.AppImage', sha512: 'x' };
const newer = (version = '0.2.0'): Look => ({ kind: 'newer', offer: { version, file: FILE } });

/** A feed and an installer that answer when the test says so. */
function setup(way: InstallWay = { kind: 'self' }) {
  const clock = new FakeClock(NOW);
  const log = new RecordingLog();
  const seen: UpdateView[] = [];
  const did: string[] = [];
  const state: { setting: 'auto' | 'off'; found: Look; got: Downloaded; load: boolean } = {
    setting: 'auto',
    found: newer(),
    got: { kind: 'ready' },
    load: true,
  };
  let finish: ((got: Downloaded) => void) | null = null;
  let tell: (percent: number) => void = () => undefined;
  let failLoading: (error: Error) => void = () => undefined;
  const held = { download: false, load: false };
  const updates: Updates = new Updates({
    way,
    setting: () => state.setting,
    look: (signal) => {
      did.push('look');
      signal.addEventListener('abort', () => did.push('look ended'));
      return Promise.resolve(state.found);
    },
    installer: () => {
      if (!state.load) return Promise.reject(new Error('the code is not there'));
      if (held.load) return new Promise((_resolve, reject) => (failLoading = reject));
      did.push('loaded');
      return Promise.resolve({
        download: (version, _file, progress, signal) => {
          did.push(`download ${version}`);
          tell = progress;
          if (!held.download) return Promise.resolve(state.got);
          return new Promise((resolve) => {
            finish = resolve;
            signal.addEventListener('abort', () => resolve({ kind: 'cancelled' }));
          });
        },
        restart: () => void did.push('restart'),
        drop: () => void did.push('drop'),
      });
    },
    busy: () => false,
    clock,
    random: () => 0.5,
    log,
    changed: () => void seen.push(updates.view()),
  });
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return {
    ...{ updates, clock, log, seen, did, state, held, settled },
    tell: (percent: number) => tell(percent),
    finish: (got: Downloaded) => finish?.(got),
    failLoading: () => failLoading(new Error('the code is not there')),
    phases: () => seen.map(({ phase }) => phase),
    async check() {
      expect(updates.checkNow()).toEqual({ ok: true, value: null });
      await settled();
    },
  };
}

describe('a newer version', () => {
  it('is downloaded and waits for the end of the app: nothing restarts by itself', async () => {
    const { updates, clock, did, phases, settled } = setup();
    updates.followSetting();
    clock.advance(10 * 60_000);
    await settled();
    expect(phases()).toEqual(['checking', 'downloading', 'ready']);
    clock.advance(HOUR);
    await settled();
    expect(did).toEqual(['look', 'loaded', 'download 0.2.0']);
    expect(updates.view()).toEqual({ phase: 'ready', version: '0.2.0' });
    expect(updates.restart()).toEqual({ ok: true, value: null });
    expect(did.at(-1)).toBe('restart');
  });

  it('is downloaded once, stays ready while others are looked for, and gives way to a newer one', async () => {
    const { updates, did, state, check, phases } = setup();
    await check();
    await check();
    expect(did.filter((one) => one.startsWith('download'))).toEqual(['download 0.2.0']);
    state.found = { kind: 'failed', problem: feedProblem('down') };
    await check();
    expect(updates.view()).toEqual({ phase: 'ready', version: '0.2.0' });
    expect(phases()).toEqual(['checking', 'downloading', 'ready']);
    state.found = newer('0.3.0');
    await check();
    expect(updates.view()).toEqual({ phase: 'ready', version: '0.3.0' });
  });

  it('shows how far it is, once per percent', async () => {
    const { held, check, tell, finish, seen, settled } = setup();
    held.download = true;
    await check();
    for (const percent of [0, 1, 1, 50]) tell(percent);
    finish({ kind: 'ready' });
    await settled();
    expect(seen.map((view) => (view.phase === 'downloading' ? view.percent : view.phase))).toEqual([
      'checking',
      0,
      1,
      50,
      'ready',
    ]);
  });

  it('is only told of where somebody else installs: nothing is loaded or downloaded', async () => {
    const { updates, did, check } = setup({ kind: 'told', how: 'Somebody else does.' });
    await check();
    expect(updates.view()).toEqual({ phase: 'found', version: '0.2.0', how: 'Somebody else does.' });
    expect(did).toEqual(['look']);
    expect(updates.restart()).toMatchObject({ ok: false, problem: { reason: 'update-not-ready' } });
  });
});

describe('[C59] what goes wrong is said', () => {
  it.each<[string, Downloaded, string]>([
    ['other bytes than were signed', { kind: 'tampered' }, 'update-tampered'],
    ['a broken line', { kind: 'failed', why: 'net::ERR' }, 'update-download'],
    ['a system that is too old', { kind: 'unfit', why: 'old' }, 'update-unfit'],
  ])('%s', async (_title, got, reason) => {
    const { updates, state, check, log } = setup();
    state.got = got;
    await check();
    expect(updates.view()).toMatchObject({ phase: 'failed', problem: { reason } });
    expect(log.lines.at(-1)).toMatchObject({ level: 'warn', fields: { reason } });
    // And tried again.
    state.got = { kind: 'ready' };
    await check();
    expect(updates.view()).toMatchObject({ phase: 'ready' });
  });

  it('a list without a file for this system', async () => {
    const { updates, state, check, did } = setup();
    state.found = { kind: 'newer', offer: { version: '0.2.0', file: null } };
    await check();
    expect(updates.view()).toMatchObject({ phase: 'failed', problem: { reason: 'update-unfit' } });
    expect(did).toEqual(['look']);
  });

  it('an older version, which is not taken', async () => {
    const { updates, state, check, log } = setup();
    state.found = { kind: 'older', version: '0.0.9' };
    await check();
    expect(updates.view()).toEqual({ phase: 'current', checkedAt: NOW, older: '0.0.9' });
    expect(log.lines.map(({ level }) => level)).toEqual(['warn']);
  });

  it('code that cannot be loaded', async () => {
    const { updates, state, check } = setup();
    state.load = false;
    await check();
    expect(updates.view()).toMatchObject({ phase: 'failed', problem: { reason: 'update-download' } });
  });

  it('a download that stalls', async () => {
    const { updates, held, check, clock, tell, settled } = setup();
    held.download = true;
    await check();
    clock.advance(9 * 60_000);
    tell(1);
    clock.advance(9 * 60_000);
    await settled();
    expect(updates.view()).toMatchObject({ phase: 'downloading', percent: 1 });
    clock.advance(60_000);
    await settled();
    expect(updates.view()).toMatchObject({ phase: 'failed', problem: { reason: 'update-download' } });
  });
});

describe('ended by a press', () => {
  it('a download: nothing of it is kept or installed, and the next look begins anew', async () => {
    const { updates, held, check, tell, did, phases, settled } = setup();
    held.download = true;
    await check();
    tell(40);
    updates.end();
    await settled();
    expect(updates.view()).toEqual({ phase: 'current', checkedAt: null, older: null });
    expect(updates.restart()).toMatchObject({ ok: false });
    tell(50);
    expect(updates.view().phase).toBe('current');
    expect(phases()).not.toContain('failed');
    held.download = false;
    await check();
    expect(updates.view().phase).toBe('ready');
    expect(did.filter((done) => done === 'look')).toHaveLength(2);
  });

  it('a download that made room of the version before: neither is ready', async () => {
    const { updates, state, held, check, settled } = setup();
    await check();
    expect(updates.view().phase).toBe('ready');
    state.found = newer('0.3.0');
    held.download = true;
    await check();
    updates.end();
    await settled();
    expect(updates.view()).toEqual({ phase: 'current', checkedAt: null, older: null });
    expect(updates.restart()).toMatchObject({ ok: false });
  });

  it.each<Downloaded>([{ kind: 'ready' }, { kind: 'tampered' }, { kind: 'failed', why: 'cut' }])(
    'a download at the moment when it was over: %j counts no more',
    async (got) => {
      const { updates, held, check, finish, phases, log, settled } = setup();
      held.download = true;
      await check();
      finish(got);
      updates.end();
      await settled();
      expect(updates.view()).toEqual({ phase: 'current', checkedAt: null, older: null });
      expect(updates.restart()).toMatchObject({ ok: false });
      expect(phases()).not.toContain('failed');
      expect(JSON.stringify(log.lines)).not.toContain('an update is ready');
    },
  );

  it('a look at the moment when it failed: that is nobody’s', async () => {
    const { updates, state, settled, phases } = setup();
    state.found = { kind: 'failed', problem: feedProblem('down') };
    updates.checkNow();
    updates.end();
    await settled();
    expect(phases()).toEqual(['checking', 'current']);
  });

  it('[C59] code that could not be loaded after that: what nobody waits for is no trouble of theirs', async () => {
    const { updates, held, check, failLoading, settled, phases } = setup();
    held.load = true;
    await check();
    expect(updates.view().phase).toBe('downloading');
    updates.end();
    failLoading();
    await settled();
    expect(updates.view()).toEqual({ phase: 'current', checkedAt: null, older: null });
    expect(phases()).not.toContain('failed');
  });

  it('a look: what was known before stands again; without one nothing changes', async () => {
    const { updates, state, check, did, clock, seen } = setup();
    state.found = { kind: 'same' };
    await check();
    const known = updates.view();
    expect(known).toEqual({ phase: 'current', checkedAt: clock.now(), older: null });
    updates.end();
    expect(seen.at(-1)).toEqual(known);
    expect(did).not.toContain('look ended');
    expect(updates.checkNow()).toMatchObject({ ok: true });
    expect(updates.view().phase).toBe('checking');
    updates.end();
    expect(updates.view()).toEqual(known);
    expect(did).toContain('look ended');
  });
});

describe('switched off', () => {
  it('nobody is asked: not by the clock, not by hand', async () => {
    const { updates, state, clock, did, settled } = setup();
    state.setting = 'off';
    updates.followSetting();
    expect(clock.pendingTimers).toBe(0);
    clock.advance(100 * HOUR);
    await settled();
    expect(updates.view()).toEqual({ phase: 'off' });
    expect(updates.checkNow()).toMatchObject({ ok: false, problem: { reason: 'update-off' } });
    expect(did).toEqual([]);
  });

  it('in the middle of a download: it ends, and is not installed', async () => {
    const { updates, state, held, check, did, clock, settled } = setup();
    held.download = true;
    await check();
    state.setting = 'off';
    updates.followSetting();
    await settled();
    expect(did).toContain('drop');
    expect(updates.view()).toEqual({ phase: 'off' });
    expect(clock.pendingTimers).toBe(0);
    // On again it begins anew.
    state.setting = 'auto';
    updates.followSetting();
    expect(updates.view()).toEqual({ phase: 'current', checkedAt: null, older: null });
  });

  it('with an update that is ready: it is not installed when the app quits', async () => {
    const { updates, state, check, did } = setup();
    await check();
    state.setting = 'off';
    updates.followSetting();
    expect(did.at(-1)).toBe('drop');
    expect(updates.restart()).toMatchObject({ ok: false });
  });

  it('by another process that shares the settings: the next question is not asked', async () => {
    const { updates, state, clock, did, settled } = setup();
    updates.followSetting();
    state.setting = 'off';
    expect(updates.view()).toEqual({ phase: 'off' });
    clock.advance(100 * HOUR);
    await settled();
    expect(did).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });
});

it('a start that does not update itself says why, and has no timer', () => {
  const { updates, clock, did } = setup({ kind: 'none', why: 'It is a test.' });
  updates.followSetting();
  expect(updates.view()).toEqual({ phase: 'none', why: 'It is a test.' });
  expect(updates.checkNow()).toMatchObject({ ok: false });
  expect(clock.pendingTimers).toBe(0);
  expect(did).toEqual([]);
});

it('[C57] the end of the app ends everything', async () => {
  const { updates, held, check, clock } = setup();
  updates.followSetting();
  held.download = true;
  await check();
  updates.stop();
  await new Promise((resolve) => setImmediate(resolve));
  expect(clock.pendingTimers).toBe(0);
});
