import type { AppView, ClipboardView, UpdateView } from '../../preload/contract.ts';
import type { Agent } from '../agent.ts';
import type { Clock, Problem } from '../effects.ts';
import type { SettingsStore } from '../settings/types.ts';
import type { DesktopBroker } from './broker.ts';
import { recoveredProblem } from './notices.ts';
import { pulse, type Pulse } from './pulse.ts';
import { ReportedProblem } from './reported-problem.ts';
import type { TrayAction } from './tray-items.ts';
import { appView, settingsView } from './view.ts';

/** Milliseconds between two pictures of the state: about three frames, too short to be seen. */
const PUSH_GAP = 50;

export interface ShownStateParts {
  agent: Pick<Agent, 'snapshot' | 'others'>;
  settings: Pick<SettingsStore, 'get' | 'recovered'>;
  version: string;
  flatpak: boolean;
  /** Asked at every view, as all that follows: each is made after this, since each tells of its changes here. */
  clipboard: () => ClipboardView | null;
  late: () => {
    readonly broker: Pick<DesktopBroker, 'view'> | null;
    /** Why this app holds no vault. */
    readonly problem: Problem | null;
  };
  /** null: not loaded yet. */
  update: () => UpdateView | null;
  flowInput: () => (flowId: string) => unknown;
  /** Hands a view to every face. */
  show: (view: AppView) => void;
  clock: Clock;
}

/** What window, palette and tray show: one view of all parts, handed to them after every change. */
export class ShownState {
  readonly #parts: ShownStateParts;
  readonly #reported: ReportedProblem;
  /** Something that the view is made of is not what it was. */
  readonly changed: Pulse;

  constructor(parts: ShownStateParts) {
    this.#parts = parts;
    const { recovered } = parts.settings;
    this.#reported = new ReportedProblem(recovered === null ? null : recoveredProblem(recovered));
    this.changed = pulse(
      () => {
        const seen = this.view();
        parts.show(this.#reported.look(seen) ? this.view() : seen);
      },
      PUSH_GAP,
      parts.clock,
    );
  }

  /** The desktop's own problem; null: there is none. */
  get problem(): Problem | null {
    return this.#reported.current;
  }

  readonly view = (): AppView => {
    const { agent, settings, version, flatpak, clipboard, late, update, flowInput, clock } = this.#parts;
    const snapshot = agent.snapshot();
    const { broker, problem: held } = late();
    const news = update();
    return appView({
      // Whoever has no vault has no other problem worth naming.
      snapshot: held === null ? snapshot : { ...snapshot, problem: held },
      others: agent.others(),
      clipboard: clipboard(),
      problem: this.#reported.current,
      version,
      now: clock.now(),
      broker: broker?.view() ?? null,
      flatpak,
      settings: settingsView(settings.get()),
      ...(news === null ? {} : { update: news }),
      flowInput: flowInput(),
    });
  };

  readonly setProblem = (next: Problem | null): void => {
    this.#reported.set(next);
    this.changed();
  };

  /** Stands until the same goes well, or what it was about is in order again. */
  failed(problem: Problem, action: TrayAction): void {
    this.#reported.failed(problem, action, this.view());
    this.changed();
  }

  wentWell(action: TrayAction): void {
    if (this.#reported.wentWell(action)) this.changed();
  }
}
