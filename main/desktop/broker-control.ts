import type { AuditLog } from '../broker/audit-log.ts';
import type { Gate } from '../broker/approvals/gate.ts';
import type { AuditEntry, RuleAnswer } from '../broker/contract.ts';
import type { Clock } from '../effects.ts';
import { SettingsWriteError } from '../settings/store.ts';
import type { SettingsStore } from '../settings/types.ts';
import { ProgramsToday } from './programs-today.ts';

export interface BrokerControlEffects {
  gate: Pick<Gate, 'denyAll' | 'list' | 'revoke'>;
  audit: Pick<AuditLog, 'append' | 'commit' | 'newest'>;
  settings: Pick<SettingsStore, 'get' | 'update'>;
  clock: Clock;
  /** The log has grown or the switch was moved; at most once in `QUIET`. */
  changed: () => void;
  /** Told of every line, the newest of before first. */
  seen?: (entry: AuditEntry) => void;
}

/** Milliseconds between two announcements: scripts may ask by the thousand, the window redraws for people. */
export const QUIET = 250;
/** What the count of today's programs starts from, and what is known of how scopes are used. */
const LOOK_BACK = 1_000;

/** Approvals and audit log as the window uses them, and the one way into the log. */
export class BrokerControl {
  readonly #effects: BrokerControlEffects;
  readonly #programs: ProgramsToday;
  #denyAll: boolean;
  #cancel: (() => void) | null = null;

  constructor(effects: BrokerControlEffects) {
    this.#effects = effects;
    const earlier = effects.audit.newest(LOOK_BACK);
    this.#programs = new ProgramsToday(effects.clock, earlier);
    for (const entry of earlier) effects.seen?.(entry);
    this.#denyAll = effects.settings.get().denyAll;
    if (this.#denyAll) effects.gate.denyAll(true);
  }

  get denyAll(): boolean {
    return this.#denyAll;
  }

  get programsToday(): number {
    return this.#programs.count;
  }

  /** @returns false when the line is not on disk, as `AuditLog.append` */
  append(entry: Omit<AuditEntry, 'time'>): boolean {
    return this.#effects.audit.append(this.#stamp(entry));
  }

  /** The same for the broker's callers, who may come by the thousand: as `AuditLog.commit`. */
  commit(entry: Omit<AuditEntry, 'time'>): Promise<boolean> {
    return this.#effects.audit.commit(this.#stamp(entry));
  }

  /** A line for a copy made in the app. @param account username */
  noteCopy(scope: string, account: string | null): void {
    this.append({ ...BY_HAND, kind: 'copy', answer: 'done', by: 'clipboard', scope, account });
  }

  /** A line for what else was done in the window. @param by what it was */
  noteAct(
    by: string,
    of: Pick<AuditEntry, 'scope' | 'account'> = NOBODYS,
    answer: AuditEntry['answer'] = 'done',
  ): void {
    this.append({ ...BY_HAND, by, ...of, answer });
  }

  #stamp(entry: Omit<AuditEntry, 'time'>): AuditEntry {
    const { clock, changed, seen } = this.#effects;
    const stamped = { ...entry, time: new Date(clock.now()).toISOString() };
    this.#programs.see(stamped);
    seen?.(stamped);
    this.#cancel ??= clock.after(QUIET, () => {
      this.#cancel = null;
      changed();
    });
    return stamped;
  }

  /** Newest first. */
  newest(limit: number): AuditEntry[] {
    return this.#effects.audit.newest(limit);
  }

  rules(): Promise<RuleAnswer[]> {
    return this.#effects.gate.list();
  }

  /** False: no such rule. @throws as `RuleStore.revoke`: then the rule is off, but not in the file. */
  async revoke(id: string): Promise<boolean> {
    const rule = (await this.rules()).find((one) => one.id === id);
    if (rule === undefined || !(await this.#effects.gate.revoke(id))) return false;
    this.noteAct(`rule:${id}`, { scope: rule.scope, account: rule.account });
    return true;
  }

  /**
   * Holds until it is turned off, over restarts too; open questions are refused at once.
   *
   * @returns why it holds only until the app quits (it is not on disk), or null
   */
  setDenyAll(on: boolean): string | null {
    if (on !== this.#denyAll) {
      this.#denyAll = on;
      this.#effects.gate.denyAll(on);
      this.noteAct(on ? 'deny-all:on' : 'deny-all:off');
      this.#effects.changed();
    }
    return this.#keepDenyAll(on);
  }

  close(): void {
    this.#cancel?.();
  }

  #keepDenyAll(denyAll: boolean): string | null {
    const { settings } = this.#effects;
    try {
      if (settings.get().denyAll !== denyAll) settings.update((old) => ({ ...old, denyAll }));
      return null;
    } catch (error) {
      if (error instanceof SettingsWriteError) return error.message;
      throw error;
    }
  }
}

/** The window's own acts have no program. */
const BY_HAND = { kind: 'rule', pid: null, program: null, script: null } as const;
const NOBODYS = { scope: null, account: null } as const;
