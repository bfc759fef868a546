import type { PowerMonitor } from 'electron';
import type { Clock, Problem } from '../effects.ts';
import type { StartedAgent } from './agent-start.ts';
import type { BrokerParts, DesktopBroker } from './broker.ts';
import { watchPower } from './power.ts';
import type { AgentSetup } from './setup-agent.ts';
import type { LazyUpdates } from './updates/lazy.ts';

export interface LateParts {
  setup: AgentSetup;
  clock: Clock;
  power: Pick<PowerMonitor, 'on' | 'removeListener'>;
  isOnline: () => boolean;
  /** What the broker is made of, besides what is here. */
  broker: Omit<BrokerParts, 'agent' | 'clock' | 'log' | 'power' | 'replace' | 'settings' | 'vault'>;
  updates: Pick<LazyUpdates, 'now' | 'start'>;
  /** The broker has been set up. @param problem why scripts cannot reach it; null: they can */
  opened: (problem: Problem | null) => void;
}

/**
 * What starts behind the first picture, since keychain and broker block the process while they load: the agent's lock
 * and its vault, the broker, the watch of sleep and network, the updates.
 */
export class LateStart {
  readonly #parts: LateParts;
  #begun = false;
  #done: Promise<void> = Promise.resolve();
  #broker: DesktopBroker | null = null;
  #started: StartedAgent | null = null;
  #stopPower: () => void = () => undefined;

  constructor(parts: LateParts) {
    this.#parts = parts;
  }

  /** null: not set up yet, or it failed. */
  get broker(): DesktopBroker | null {
    return this.#broker;
  }

  /** Why this app holds no vault; null when it does, or nobody knows yet. */
  get problem(): Problem | null {
    return this.#started?.problem ?? null;
  }

  /** Does nothing the second time. */
  start(): void {
    if (this.#begun) return;
    this.#begun = true;
    this.#done = this.#startAgent().catch((error: unknown) => {
      this.#parts.setup.log.error({ error }, 'the agent could not be set up');
    });
  }

  /** Resolves when what was begun stands. @returns null where there is no broker */
  async ready(): Promise<DesktopBroker | null> {
    await this.#done;
    return this.#broker;
  }

  /** Nobody is told of anything, and no caller is answered, any more. */
  async close(): Promise<void> {
    await this.#done;
    this.#parts.updates.now?.stop();
    this.#stopPower();
    await this.#broker?.close();
  }

  /** The next process may have the vault. */
  release(): void {
    this.#started?.release();
  }

  async #startAgent(): Promise<void> {
    const { setup, clock, power, isOnline, updates, broker } = this.#parts;
    const { startAsAgent } = await import('./agent-start.ts');
    const startBroker = (replace: boolean) => this.#startBroker(replace);
    this.#started = await startAsAgent({ ...setup, clock, startBroker });
    if (this.#started.problem !== null) return broker.changed();
    // News of the network make the agent renew: only now is it sure to be the one that does.
    this.#stopPower = watchPower(power, {
      ...{ agent: setup.agent, clock, isOnline },
      onAway: broker.clearClipboard,
    });
    await updates.start();
  }

  /** Behind an import: the icon and the window do not wait for it. */
  async #startBroker(replace: boolean): Promise<string | null> {
    const { setup, clock, power, broker, opened } = this.#parts;
    const { agent, log, settings, vault } = setup;
    const { setupBroker } = await import('./broker.ts');
    this.#broker = await setupBroker({ ...broker, agent, clock, log, power, replace, settings, vault });
    opened(this.#broker.problem);
    return this.#broker.path;
  }
}
