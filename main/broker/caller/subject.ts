import type { ProcessIdentity, Subject, TerminalSession } from '../types.ts';
import { isLauncher, isScheduler, isTransparent, labelOf, type Ourselves } from './helpers.ts';
import { inlineOf, isShell, runOf } from './interpreters.ts';
import type { ProcessTable, ProcInfo } from './process-table.ts';
import { CONTAINER, relayOf } from './relay.ts';

/** `links`: from the peer up to the process that the subject is, or to where the search ended. */
export interface Found {
  readonly subject: Subject;
  readonly links: readonly ProcInfo[];
}

/** Deeper than any chain of helpers that a person builds. */
const MAX_DEPTH = 32;

/**
 * Who the peer asks for: the first process above transparent helpers (docs/architecture.md, "subject").
 * A pure function of the table. What cannot be said for sure is `unidentified`.
 */
export function findSubject(table: ProcessTable, peer: ProcInfo, ourselves: Ourselves): Found {
  return searchFrom(table, [peer], peer, ourselves);
}

function searchFrom(table: ProcessTable, links: ProcInfo[], from: ProcInfo, ourselves: Ourselves): Found {
  let at = from;
  for (;;) {
    const relay = relayOf(at);
    if (relay !== null) return { links, subject: { kind: 'forwarded', relay, host: null } };
    if (at.executable === null) return { links, subject: unidentified(`${at.name} must not be looked at`) };
    if (at.executable.endsWith(' (deleted)'))
      return { links, subject: unidentified('its program was replaced or deleted while it ran') };
    if (!table.sharesOurFiles(at))
      return { links, subject: { kind: 'forwarded', relay: CONTAINER, host: null } };
    if (!isTransparent(at, ourselves, table))
      return behindCommand(table, at, links, ourselves) ?? { links, subject: subjectOf(table, at, links) };
    const above = table.read(at.parent);
    const why = above === null ? 'its parent is gone' : orphaned(at, above);
    if (above === null || why !== null || links.length >= MAX_DEPTH)
      return { links, subject: unidentified(why ?? 'its chain of helpers has no end') };
    links.push(above);
    at = above;
  }
}

/**
 * Whose a shell's `-c` is: that of the program that wrote the command, where this is one that runs code of somebody's.
 * R's system(), Octave's, Python's os.system(), a recipe of make and a rule of Snakemake's all come with a shell in
 * between, and "sh -c" tells nobody what asks. No more is given by it: the same program could start the helper without a
 * shell. Any other program (git, tmux, sshd) lets its users write the command, a shell at a terminal is a person, and a
 * shell's script has no need of one: there the shell itself is what asks. Null: it is no such shell, or not known whose it is.
 */
function behindCommand(
  table: ProcessTable,
  at: ProcInfo,
  links: readonly ProcInfo[],
  ourselves: Ourselves,
): Found | null {
  if (!isShell(at) || runOf(at).kind !== 'inline' || !inlineOf(at).command) return null;
  if (links.length >= MAX_DEPTH) return null;
  const above = table.read(at.parent);
  if (above === null || orphaned(at, above) !== null) return null;
  const found = searchFrom(table, [...links, above], above, ourselves);
  if (found.subject.kind !== 'program') return null;
  const writer = found.links.at(-1);
  return writer !== undefined && !isShell(writer) && runOf(writer).kind !== 'program' ? found : null;
}

/** The executable as prompts show it: "[sshd]" where it must not be read, as ps(1) writes it. */
export function identityOf(info: ProcInfo): ProcessIdentity {
  return { pid: info.pid, startTime: info.startTime, executable: info.executable ?? `[${info.name}]` };
}

/**
 * Why `above` is not who started `at`, or null. A process whose parent died is given to init or to a subreaper
 * (systemd --user, a container's init): it then has neither its own session nor its new parent's.
 */
function orphaned(at: ProcInfo, above: ProcInfo): string | null {
  if (isScheduler(above)) return `${labelOf(above)}, which starts anybody’s jobs, started it`;
  if (above.pid === 1 || isLauncher(above)) return 'its parent is gone, or a service manager started it';
  if (at.session !== above.session && at.session !== at.pid) return 'its parent is gone';
  // The pid was free and taken again between the two reads.
  if (Number(above.startTime) > Number(at.startTime)) return 'its parent is gone';
  return null;
}

function subjectOf(table: ProcessTable, at: ProcInfo, links: readonly ProcInfo[]): Subject {
  if (links.length > 1 && (at.pid === 1 || isLauncher(at)))
    return unidentified('a service manager started it');
  const run = runOf(at);
  const module = run.kind === 'inline' ? inlineOf(at).module : null;
  const terminal = terminalOf(table, at);
  const interactive = run.kind === 'prompt' && at.tty !== null && table.stdinIsTerminal(at);
  if (interactive && isShell(at)) {
    return terminal === null
      ? unidentified('its terminal session has ended')
      : { kind: 'terminal', process: identityOf(at), terminal };
  }
  return {
    kind: 'program',
    process: identityOf(at),
    program: identityOf(at).executable,
    script: run.kind === 'script' ? table.script(at, run.argument) : null,
    inline: run.kind === 'inline' || run.kind === 'prompt',
    ...(module !== null && { module }),
    terminal,
    startedBy: startedBy(table, at),
  };
}

function terminalOf(table: ProcessTable, info: ProcInfo): TerminalSession | null {
  if (info.tty === null) return null;
  const leader = info.session === info.pid ? info : table.read(info.session);
  // A leader that is gone, or a later process with its pid, is in another session or on another terminal.
  if (leader === null || leader.session !== leader.pid || leader.tty !== info.tty) return null;
  return { tty: info.tty, leader: { pid: leader.pid, startTime: leader.startTime } };
}

/** By the very reading, so that a busy caller's ancestors are not walked for every request. */
const STARTERS = new WeakMap<ProcInfo, string>();

/** For people only: nothing is decided by it. */
function startedBy(table: ProcessTable, info: ProcInfo): string {
  const starter = STARTERS.get(info) ?? findStarter(table, info);
  STARTERS.set(info, starter);
  return starter;
}

function findStarter(table: ProcessTable, info: ProcInfo): string {
  if (info.tty !== null) return info.tty;
  const parent = table.read(info.parent);
  let above = parent;
  for (let depth = 0; above !== null && above.pid > 1 && depth < MAX_DEPTH; depth++) {
    const label = labelOf(above);
    if (isScheduler(above)) return label === 'crond' ? 'cron' : label;
    above = table.read(above.parent);
  }
  const unit = table.unit(info);
  if (unit?.endsWith('.service') === true && !unit.startsWith('user@')) return `systemd service ${unit}`;
  if (parent !== null && parent.pid > 1) return labelOf(parent);
  return unit === null ? 'nobody any more' : `systemd ${unit}`;
}

function unidentified(why: string): Subject {
  return { kind: 'unidentified', why };
}
