import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';

/** Of all that a person or a supervisor sends to a program to have it do something. */
const PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH'] as const;
/** A terminal sends these to every process of its foreground group: the child has had its own. */
const FROM_TERMINALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT'];

/**
 * Passes the signals that this process gets to a child, until the returned function is called. Child and parent
 * share their process group, so that Ctrl-Z, `fg` and the terminal's input work as if the child ran alone.
 */
export function passSignals(send: (signal: NodeJS.Signals) => void): () => void {
  const pairs = PASSED_ON.map((signal) => {
    const handler = () => {
      if (!FROM_TERMINALS.includes(signal) || !inForeground()) send(signal);
    };
    return [signal, handler] as const;
  });
  for (const [signal, handler] of pairs) {
    try {
      process.on(signal, handler);
    } catch {
      // Windows has not all of them.
    }
  }
  return () => {
    for (const [signal, handler] of pairs) process.removeListener(signal, handler);
  };
}

/** 128 and the signal's number, as shells report it. */
export function codeOfSignal(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

/** Whether this process is in its terminal's foreground group. */
function inForeground(): boolean {
  try {
    const [group, foreground] = process.platform === 'linux' ? groupsOfProc() : groupsOfPs();
    return group !== undefined && group === foreground;
  } catch {
    return false;
  }
}

/** Fields 5 and 8 of /proc/self/stat (proc(5)): pgrp and tpgid. */
function groupsOfProc(): (string | undefined)[] {
  const stat = readFileSync('/proc/self/stat', 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return [fields[2], fields[5]];
}

function groupsOfPs(): (string | undefined)[] {
  const answer = execFileSync('ps', ['-o', 'pgid=,tpgid=', '-p', String(process.pid)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return answer.trim().split(/\s+/);
}
