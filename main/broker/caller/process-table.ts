import type { ScriptClaim } from '../types.ts';

/** One process as the system shows it at this moment. Never changed in place. */
export interface ProcInfo {
  readonly pid: number;
  /** Clock ticks since boot, a decimal string: with the pid it names a process for good. */
  readonly startTime: string;
  /**
   * Target of /proc/<pid>/exe, with " (deleted)" when the file is gone. Null when it must not be read: another
   * user's process, or one that changed its user (sshd after the login).
   */
  readonly executable: string | null;
  /** The kernel's short name, 15 bytes at most; any process may set its own. */
  readonly name: string;
  readonly parent: number;
  /** Session ID, the pid of its leader; 0 when the leader is outside our pid namespace. */
  readonly session: number;
  /** Controlling terminal as "pts/3"; null for none. */
  readonly tty: string | null;
  /** The process's own claim: it can be rewritten at any time. Empty when unreadable. */
  readonly argv: readonly string[];
}

/** What caller identity reads from the system. Everything is synchronous, and a failure is a value. */
export interface ProcessTable {
  /** Null when there is no such process (any more). */
  read(pid: number): ProcInfo | null;
  /**
   * As `read`, but an earlier reading will do while the same program runs there: its executable, arguments and start
   * time hold; parent, session, terminal and name may be old. Cheaper.
   */
  recall(pid: number): ProcInfo | null;
  /**
   * True when the kernel says that the process still is the program that `info` was read from: neither gone
   * nor past an exec. False: not known this way, so read it again and compare. Much cheaper than that.
   */
  isUntouched(info: ProcInfo): boolean;
  /** "backup.service", "session-3.scope": the innermost systemd unit; null when there is none. */
  unit(info: ProcInfo): string | null;
  /** True when standard input is a terminal. */
  stdinIsTerminal(info: ProcInfo): boolean;
  /**
   * False when `executable` names another file for us than for the process (a container's own root), so that
   * its paths say nothing here.
   */
  sharesOurFiles(info: ProcInfo): boolean;
  /** The file that `argument` means to the process: real path, and what is in it. */
  script(info: ProcInfo, argument: string): ScriptClaim;
}

/** One that keeps files of processes open between its readings. */
export interface KeptProcessTable extends ProcessTable {
  /** There is more than `tidy` leaves. */
  readonly crowded: boolean;
  /** Closes what a next reading would have to close first: for a time in which nobody waits. */
  tidy(): void;
}
