import type { UpdateView } from '../../../preload/contract.ts';
import type { Clock, Logger, Problem, Result } from '../../effects.ts';
import { problemView } from '../problem-view.ts';
import type { InstallWay } from './install-way.ts';
import type { Look } from './look.ts';
import type { OfferedFile } from './offer.ts';
import {
  downloadProblem,
  notReadyProblem,
  switchedOffProblem,
  tamperedProblem,
  unfitProblem,
} from './problems.ts';
import { Schedule } from './schedule.ts';

/** Milliseconds without a sign of a download, which is told of every second: it is given up. */
const STALL = 10 * 60_000;

/** What puts a new version in this one's place. */
export interface Installer {
  /**
   * Resolves when the file lies ready, with the signed hash; it is then installed when the app quits.
   *
   * @param progress hears 0 to 100
   */
  download(
    version: string,
    file: OfferedFile,
    progress: (percent: number) => void,
    signal: AbortSignal,
  ): Promise<Downloaded>;
  /** Quits, installs, starts again. */
  restart(): void;
  /** What lies ready is not installed. */
  drop(): void;
}

export type Downloaded =
  | { kind: 'ready' }
  | { kind: 'cancelled' }
  /** Other bytes came than were signed; they were deleted. */
  | { kind: 'tampered' }
  | { kind: 'unfit'; why: string }
  | { kind: 'failed'; why: string };

export interface UpdateEffects {
  way: InstallWay;
  setting: () => 'auto' | 'off';
  /** Never rejects. */
  look: (signal: AbortSignal) => Promise<Look>;
  /** Loads what installs, which is much code: called when there is something to install. */
  installer: () => Promise<Installer>;
  /** Locked, or offline: the schedule waits. */
  busy: () => boolean;
  clock: Clock;
  random: () => number;
  log: Logger;
  changed: () => void;
}

const NOTHING_YET: UpdateView = { phase: 'current', checkedAt: null, older: null };

/**
 * New versions of this app: looked for now and then, downloaded in the background, installed when the app quits or
 * by a press, never in between. Switched off it asks nobody, and what was downloaded is not installed.
 */
export class Updates {
  readonly #effects: UpdateEffects;
  readonly #schedule: Schedule;
  #view: UpdateView = NOTHING_YET;
  /** What stood there before the look or the download that goes on. */
  #before: UpdateView = NOTHING_YET;
  #ready: string | null = null;
  #installer: Installer | null = null;
  #running: AbortController | null = null;

  constructor(effects: UpdateEffects) {
    this.#effects = effects;
    const { clock, random, busy } = effects;
    this.#schedule = new Schedule({ clock, random, busy, run: () => this.#run() });
  }

  view(): UpdateView {
    const { way } = this.#effects;
    if (way.kind === 'none') return { phase: 'none', why: way.why };
    return this.#isOn() ? this.#view : { phase: 'off' };
  }

  /** At the start, and whenever the setting may have been changed. */
  followSetting(): void {
    if (this.#isOn()) return this.#schedule.start();
    this.stop();
    this.#installer?.drop();
    this.#ready = null;
    this.#view = NOTHING_YET;
  }

  stop(): void {
    this.#schedule.stop();
    this.#running?.abort();
    this.#running = null;
  }

  /** Looks now; what comes of it is in the view. */
  checkNow(): Result<null> {
    if (!this.#isOn()) return { ok: false, problem: switchedOffProblem() };
    void this.#run().then((worked) => {
      this.#schedule.asked(worked);
    });
    return { ok: true, value: null };
  }

  /** Ends a look or a download, by a press; the next one is at its usual time. */
  end(): void {
    if (this.#running === null) return;
    this.#running.abort();
    this.#running = null;
    // A version that lay ready has made room for the one that was being got.
    const gone = this.#before.phase === 'ready' && this.#ready === null;
    this.#show(gone ? NOTHING_YET : this.#before);
  }

  restart(): Result<null> {
    if (!this.#isOn() || this.#ready === null || this.#installer === null)
      return { ok: false, problem: notReadyProblem() };
    this.#effects.log.info({ version: this.#ready }, 'restarting for an update');
    this.#installer.restart();
    return { ok: true, value: null };
  }

  #isOn(): boolean {
    const { way, setting } = this.#effects;
    return way.kind !== 'none' && setting() === 'auto';
  }

  /** One at a time. @returns false when it failed */
  async #run(): Promise<boolean> {
    // Another process that shares the settings may have switched it off.
    if (!this.#isOn()) this.followSetting();
    if (!this.#isOn() || this.#running !== null) return true;
    const run = new AbortController();
    this.#running = run;
    this.#before = this.#view;
    try {
      await this.#lookAndGet(run.signal);
    } catch (error) {
      // Of code that could not be loaded, say: nobody else is there to tell it.
      this.#effects.log.error({ error }, 'the update went wrong');
      this.#fail(run.signal, downloadProblem(error instanceof Error ? error.message : 'unknown error'));
    } finally {
      if (this.#running === run) this.#running = null;
    }
    return this.#view.phase !== 'failed';
  }

  async #lookAndGet(signal: AbortSignal): Promise<void> {
    const { look, log, way } = this.#effects;
    // What lies ready stays on the screen, and in the menu, until there is something newer.
    if (this.#ready === null) this.#show({ phase: 'checking' });
    const found = await look(signal);
    if (signal.aborted) return;
    switch (found.kind) {
      case 'failed':
        return this.#fail(signal, found.problem);
      case 'older':
        log.warn({ version: found.version }, 'the update server offers an older version; it is not taken');
        return this.#nothingNewer(found.version);
      case 'same':
        return this.#nothingNewer(null);
      case 'newer':
        if (found.offer.version === this.#ready) return;
        if (way.kind === 'told') return this.#tell(found.offer.version, way.how);
        if (found.offer.file !== null) return this.#get(found.offer.version, found.offer.file, signal);
        return this.#fail(signal, unfitProblem(`Version ${found.offer.version} has no file for it.`));
    }
  }

  #nothingNewer(older: string | null): void {
    const checkedAt = this.#effects.clock.now();
    if (this.#ready === null) this.#show({ phase: 'current', checkedAt, older });
  }

  #tell(version: string, how: string): void {
    this.#effects.log.info({ version }, 'there is a newer version');
    this.#show({ phase: 'found', version, how });
  }

  async #get(version: string, file: OfferedFile, signal: AbortSignal): Promise<void> {
    const { log } = this.#effects;
    log.info({ version, file: file.name }, 'downloading an update');
    this.#ready = null;
    this.#show({ phase: 'downloading', version, percent: 0 });
    this.#installer ??= await this.#effects.installer();
    if (signal.aborted) return;
    const got = await this.#watched(this.#installer, version, file, signal);
    if (signal.aborted) return;
    switch (got.kind) {
      case 'ready':
        log.info({ version }, 'an update is ready');
        this.#ready = version;
        return this.#show({ phase: 'ready', version });
      case 'cancelled':
        return this.#fail(signal, downloadProblem('Nothing more of it came.'));
      case 'tampered':
        return this.#fail(signal, tamperedProblem());
      case 'unfit':
        return this.#fail(signal, unfitProblem(got.why));
      case 'failed':
        return this.#fail(signal, downloadProblem(got.why));
    }
  }

  /** Answered `cancelled` when the download stalls, too. */
  async #watched(
    installer: Installer,
    version: string,
    file: OfferedFile,
    signal: AbortSignal,
  ): Promise<Downloaded> {
    const { clock } = this.#effects;
    const stalled = new AbortController();
    const giveUp = () => {
      stalled.abort();
    };
    let cancel = clock.after(STALL, giveUp);
    const progress = (percent: number) => {
      cancel();
      if (signal.aborted) return;
      cancel = clock.after(STALL, giveUp);
      this.#show({ phase: 'downloading', version, percent });
    };
    try {
      return await installer.download(version, file, progress, AbortSignal.any([signal, stalled.signal]));
    } finally {
      cancel();
    }
  }

  #fail(signal: AbortSignal, problem: Problem): void {
    if (signal.aborted) return;
    this.#effects.log.warn({ reason: problem.reason, detail: problem.detail }, problem.title);
    if (this.#ready === null) this.#show({ phase: 'failed', problem: problemView(problem) });
  }

  #show(view: UpdateView): void {
    const before = this.#view;
    // Told every second; drawn when it is another number.
    if (before.phase === 'downloading' && view.phase === 'downloading' && before.percent === view.percent)
      return;
    this.#view = view;
    this.#effects.changed();
  }
}
