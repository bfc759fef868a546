import type { Agent } from '../../main/agent.ts';
import { appView } from '../../main/desktop/view.ts';
import type { AppView } from '../../preload/contract.ts';
import { alternate, measurement, median, percentile, type Measurement, type Pair } from './statistics.ts';
import { type Files, measureFrames } from './ui/frames.ts';
import { measureReal, REAL_BUDGETS, REAL_UNITS } from './ui/real.ts';
import { largeAgent, NOW } from './ui/large-agent.ts';

export const BUDGETS = {
  'ui.list': 2,
  'ui.filter_frame': 1,
  'ui.list_frame': 1,
  ...REAL_BUDGETS,
} as const;

const PAIRS = 9;
const VIEWS_PER_PAIR = 20;
/** One frame at 60 Hz, milliseconds. */
const FRAME = 1_000 / 60;
const SOCKET = '/run/user/1000/globus-token/broker.sock';

/**
 * What the window costs in the hand (`measureReal`), and with 500 scope entries, 50 flows and 10 accounts.
 *
 * - `ui.list`: one look at the agent and one view of it in main, beside writing and reading that view as JSON,
 *   the least that handing it to the page can cost.
 * - `ui.filter_frame`: how long the page is busy after a key in the filter, in a real browser, beside one frame.
 * - `ui.list_frame`: the same when the filter is given up and the list is back, as at its first sight.
 */
export async function measureUi(
  files: Files,
  log: (line: string) => void,
): Promise<Record<string, Measurement>> {
  const { agent, close } = largeAgent();
  const view = viewOf(agent);
  log(`one view: ${scopesIn(view)} scopes, ${Math.round(JSON.stringify(view).length / 1_024)} KiB of JSON`);
  const list = await measureList(agent, view);
  close();
  const { keys, all } = await measureFrames(files, view);
  for (const [name, values] of Object.entries({ 'a key in the filter': keys, 'the list is back': all })) {
    log(`${name}: p50 ${median(values).toFixed(1)} ms, p95 ${percentile(values, 0.95).toFixed(1)} ms`);
  }
  const real = Object.entries(await measureReal(log)).map(([key, pairs]) => {
    const name = key as keyof typeof REAL_BUDGETS;
    return [key, measurement(pairs, { unit: REAL_UNITS[name], budget: REAL_BUDGETS[name] })] as const;
  });
  return {
    ...Object.fromEntries(real),
    'ui.list': measurement(list, { unit: 'ms', budget: BUDGETS['ui.list'] }),
    'ui.filter_frame': measurement(
      keys.map((ours) => ({ ours, floor: FRAME })),
      { unit: 'ms', budget: BUDGETS['ui.filter_frame'] },
    ),
    'ui.list_frame': measurement(
      all.map((ours) => ({ ours, floor: FRAME })),
      { unit: 'ms', budget: BUDGETS['ui.list_frame'] },
    ),
  };
}

/** As after a change: the agent looks at itself anew, and the view is made of what it sees. */
function viewOf(agent: Agent): AppView {
  agent.dismissProblem();
  const sources = { snapshot: agent.snapshot(), clipboard: null, problem: null, version: '0.0.0', now: NOW };
  return appView({ ...sources, broker: { path: SOCKET, denyAll: false, programsToday: 0 } });
}

function scopesIn(view: AppView): number {
  return view.groups.reduce((sum, { scopes }) => sum + scopes.length, 0);
}

function measureList(agent: Agent, view: AppView): Promise<Pair[]> {
  const ours = () => timeOf(() => viewOf(agent));
  const floor = () => timeOf(() => JSON.parse(JSON.stringify(view)) as unknown);
  // Warm, as in an app that has been open for a while.
  ours();
  floor();
  return alternate(
    PAIRS,
    () => Promise.resolve(ours()),
    () => Promise.resolve(floor()),
  );
}

/** Milliseconds of one run. */
function timeOf(run: () => unknown): number {
  const started = performance.now();
  for (let index = 0; index < VIEWS_PER_PAIR; index += 1) run();
  return (performance.now() - started) / VIEWS_PER_PAIR;
}
