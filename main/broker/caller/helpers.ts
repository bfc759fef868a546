import { basename } from 'node:path';
import { isShell, programName, runOf } from './interpreters.ts';
import type { ProcessTable, ProcInfo } from './process-table.ts';

/** What belongs to this installation; everything as real paths. */
export interface Ourselves {
  readonly uid: number;
  /** Executables of the app and its CLI. */
  readonly programs: readonly string[];
  /** Our CLI: the script that node, or the app's executable in its place, runs, and the one that a shell runs. */
  readonly launchers: readonly string[];
}

/**
 * Programs that only carry out what the process above them wants. A name is enough: a program that calls
 * itself `curl` to be taken for its parent could as well start the real curl in its own place.
 */
const HELPERS = /^(?:curl|wget2?|setsid|oidc-token|oidc-add)$/;
/** Of which a system can have several. */
const HELPERS_OF_SEVERAL = /^(?:env|timeout|xargs|nohup|stdbuf)$/;

/**
 * Whose one of several is, before its name: gnutimeout (Ubuntu's `timeout`, where its Rust one was replaced), gtimeout
 * (Homebrew), rust-xargs.
 */
export const MAKER = /^(?:gnu|g|rust-)/;

/** Programs that start others for everybody; no approval may be about all of them. */
const MANAGERS =
  /^(?:systemd|init|launchd|tini|dumb-init|docker-init|catatonit|runit|runsv|s6-supervise|supervisord)$/;
/** Those that do so by their own calendar or for a batch system. */
const SCHEDULERS =
  /^(?:cron|crond|anacron|atd|fcron|at|slurmstepd|pbs_mom|sge_shepherd|condor_starter|lsf_res|oarexec)$/;

/** True when approvals are about the process above this one. */
export function isTransparent(
  info: ProcInfo,
  ourselves: Ourselves,
  table: Pick<ProcessTable, 'script' | 'recall'>,
): boolean {
  const name = programName(info);
  const carries = HELPERS.test(name) || HELPERS_OF_SEVERAL.test(name.replace(MAKER, ''));
  return carries || isOurCli(info, ourselves, table) || isSubshell(info, table);
}

/** True for init, cron and other programs that run anybody's work. */
export function isLauncher(info: ProcInfo): boolean {
  return MANAGERS.test(labelOf(info)) || isScheduler(info);
}

/** True for cron, at and the part of a batch system that starts a job. */
export function isScheduler(info: ProcInfo): boolean {
  return SCHEDULERS.test(labelOf(info));
}

/** The program's name; the kernel's short one where the executable must not be read. */
export function labelOf(info: ProcInfo): string {
  return info.executable === null ? info.name : basename(programName(info)).replace(/ \(deleted\)$/, '');
}

/** As for helpers, argv's word is enough: whoever lies with it could as well start the real one. */
function isOurCli(info: ProcInfo, ourselves: Ourselves, table: Pick<ProcessTable, 'script'>): boolean {
  const ours = info.executable !== null && ourselves.programs.includes(info.executable);
  const first = info.argv[1];
  const run = ours && first !== undefined ? ({ kind: 'script', argument: first } as const) : runOf(info);
  if (run.kind !== 'script' || ourselves.launchers.length === 0) return false;
  if (!ours && !isShell(info) && !/^node/.test(programName(info))) return false;
  return ourselves.launchers.includes(table.script(info, run.argument).path);
}

/** A fork of a shell, as for `$(…)` and `… &`, has its parent's executable and argv. */
function isSubshell(info: ProcInfo, table: Pick<ProcessTable, 'recall'>): boolean {
  // Most callers are no shells, and their parents are not looked at.
  const parent = isShell(info) ? table.recall(info.parent) : null;
  return (
    parent !== null &&
    info.executable === parent.executable &&
    info.argv.length === parent.argv.length &&
    info.argv.every((argument, index) => argument === parent.argv[index])
  );
}
