import type { Answer, ProblemView, SettingsView, SystemView } from '../preload/contract.ts';
import { type CapturedPress, captureOf, USUAL_KEYS } from './accelerator.ts';
import type { TrayStore } from './store.svelte.ts';

/** The parts of the screen: a problem is shown in the one that it came from. */
export type SettingsPart = 'general' | 'clipboard' | 'notices' | 'palette' | 'updates';

/** What the settings screen knows beyond main's view, and what its controls do. */
export class SettingsPage {
  /** Null until the system has been asked. */
  system = $state.raw<SystemView | null>(null);
  /** The last thing that did not work, and where. */
  problem = $state.raw<{ part: SettingsPart; problem: ProblemView } | null>(null);
  /** True while the next keys that are pressed become the palette's. */
  capturing = $state(false);
  /** Modifiers that are down: "CommandOrControl+Shift". */
  held = $state('');
  /** Why the last press was not taken; empty for none. */
  refused = $state('');
  commandCopied = $state(false);
  readonly mac: boolean;
  readonly #store: TrayStore;
  /** What is switched on again after switching off. */
  #lastKeys = USUAL_KEYS;

  constructor(store: TrayStore, mac: boolean) {
    this.#store = store;
    this.mac = mac;
  }

  problemOf(part: SettingsPart): ProblemView | null {
    return this.problem?.part === part ? this.problem.problem : null;
  }

  /** Asks the system, which others change too: at first, and each time that the window is looked at again. */
  async load(): Promise<void> {
    const answer = await this.#store.ask('system.get', null);
    if (answer.ok) this.#take(answer.value);
    else this.problem = { part: 'general', problem: answer.problem };
  }

  async set(part: SettingsPart, change: Partial<SettingsView>): Promise<void> {
    if (this.#store.isPending('settings.set')) return;
    this.problem = null;
    const answer = await this.#store.ask('settings.set', change);
    if (!answer.ok) this.problem = { part, problem: answer.problem };
  }

  checkUpdates(): Promise<void> {
    return this.#askUpdates('updates.check');
  }

  /** Ends the look or the download. */
  async endUpdate(): Promise<void> {
    await this.#store.ask('call.cancel', { call: 'updates.check' });
  }

  /** See `TrayStore.after`. */
  after(milliseconds: number, run: () => void): () => void {
    return this.#store.after(milliseconds, run);
  }

  restartToUpdate(): Promise<void> {
    return this.#askUpdates('updates.restart');
  }

  async setAutostart(on: boolean): Promise<void> {
    if (this.#store.isPending('autostart.set')) return;
    this.#answered('general', await this.#store.ask('autostart.set', { on }));
  }

  async setKeys(keys: string | null): Promise<void> {
    if (this.#store.isPending('palette.setKeys')) return;
    this.#answered('palette', await this.#store.ask('palette.setKeys', { keys }));
  }

  /** True while the desktop asks the user for keys. */
  get askingKeys(): boolean {
    return this.#store.isPending('palette.askKeys');
  }

  async askKeys(): Promise<void> {
    if (this.askingKeys) return;
    this.problem = null;
    const answer = await this.#store.ask('palette.askKeys', null);
    // Whoever ended the wait knows why there are no keys.
    if (answer.ok || answer.problem.reason !== 'cancelled') this.#answered('palette', answer);
  }

  async stopAskingKeys(): Promise<void> {
    await this.#store.ask('call.cancel', { call: 'palette.askKeys' });
  }

  /** The keys that it had, or the usual ones. */
  switchKeysOn(): Promise<void> {
    return this.setKeys(this.#lastKeys);
  }

  async copyCommand(): Promise<void> {
    this.problem = null;
    const answer = await this.#store.ask('palette.copyCommand', null);
    this.commandCopied = answer.ok;
    if (!answer.ok) this.problem = { part: 'palette', problem: answer.problem };
  }

  capture(): void {
    this.capturing = true;
    this.held = '';
    this.refused = '';
  }

  giveUp(): void {
    this.capturing = false;
  }

  /** @returns false: the press is for the page (leaving by Tab) */
  press(press: CapturedPress): boolean {
    if (press.key === 'Tab') return false;
    if (press.key === 'Escape') {
      this.giveUp();
      return true;
    }
    const capture = captureOf(press, this.mac);
    this.held = capture.kind === 'held' ? capture.keys : '';
    // A modifier that goes down begins anew.
    this.refused = capture.kind === 'refused' ? capture.why : '';
    if (capture.kind === 'keys') {
      this.capturing = false;
      void this.setKeys(capture.keys);
    }
    return true;
  }

  released(): void {
    this.held = '';
  }

  async #askUpdates(call: 'updates.check' | 'updates.restart'): Promise<void> {
    if (this.#store.isPending(call)) return;
    this.problem = null;
    const answer = await this.#store.ask(call, null);
    if (!answer.ok) this.problem = { part: 'updates', problem: answer.problem };
  }

  #answered(part: SettingsPart, answer: Answer<SystemView>): void {
    this.problem = answer.ok ? null : { part, problem: answer.problem };
    if (answer.ok) this.#take(answer.value);
  }

  #take(system: SystemView): void {
    this.system = system;
    this.#lastKeys = system.palette.keys ?? this.#lastKeys;
  }
}
