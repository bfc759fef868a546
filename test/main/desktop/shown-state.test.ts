import { expect, it } from 'vitest';
import type { AppView } from '../../../preload/contract.ts';
import { ShownState } from '../../../main/desktop/shown-state.ts';
import { defaultSettings } from '../../../main/settings/defaults.ts';
import { FakeClock } from '../../support/agent-parts.ts';
import { agentSnapshot, HOUR, NOW, scopeStatus } from '../../support/desktop.ts';

const PROBLEM = { reason: 'unreachable', title: 'Globus cannot be reached', tokens: 'k', next: 'n' };
const HELD = { ...PROBLEM, title: 'Another program has the vault' };

function setup(found: { keptAs: string; why: string } | null = null) {
  const clock = new FakeClock(NOW);
  const shown: AppView[] = [];
  const now = { snapshot: agentSnapshot(), held: null as typeof HELD | null };
  const state = new ShownState({
    agent: { snapshot: () => now.snapshot, others: () => [] },
    settings: { get: defaultSettings, recovered: found },
    version: '1',
    flatpak: false,
    clipboard: () => null,
    late: () => ({ broker: null, problem: now.held }),
    update: () => null,
    flowInput: () => () => undefined,
    show: (view) => void shown.push(view),
    clock,
  });
  return { state, shown, now, clock };
}

const titles = (shown: readonly AppView[]) => shown.map(({ problem }) => problem?.title ?? null);

it('is handed to the faces with a problem that was set, and again when that is dismissed', () => {
  const { state, shown, clock } = setup();
  state.setProblem(PROBLEM);
  clock.advance(50);
  state.setProblem(null);
  expect(titles(shown)).toEqual([PROBLEM.title, null]);
});

it('begins with what was found in the settings at the start', () => {
  const { state } = setup({ keptAs: '/d/settings.bad', why: 'it is not JSON' });
  expect(state.view().problem?.title).toBe('The settings file could not be used');
});

it('says first that another program has the vault, whatever else is wrong', () => {
  const { state, now } = setup();
  state.setProblem(PROBLEM);
  now.snapshot = agentSnapshot({ problem: { ...PROBLEM, title: 'Another' } });
  now.held = HELD;
  expect(state.view().problem?.title).toBe(HELD.title);
});

it('shows no problem of an action beside the token that ended it', () => {
  const { state, shown, now, clock } = setup();
  const [row] = now.snapshot.scopes;
  state.failed(PROBLEM, { kind: 'renew', scope: row?.entry.scope ?? '' });
  clock.advance(50);
  now.snapshot = agentSnapshot({ scopes: [scopeStatus(0, { expiresAt: NOW + 96 * HOUR })] });
  state.changed();
  expect(titles(shown)).toEqual([PROBLEM.title, null]);
});

it('ends the problem of an action that goes well, and tells nobody where there was none', () => {
  const { state, shown, clock } = setup();
  const action = { kind: 'lock' } as const;
  state.wentWell(action);
  expect(shown).toEqual([]);
  state.failed(PROBLEM, action);
  clock.advance(50);
  state.wentWell(action);
  expect(titles(shown)).toEqual([PROBLEM.title, null]);
});
