import { constants } from 'node:os';
import { inForeground, systemReads } from './process-table.ts';

/** Of all that a person or a supervisor sends to a program to have it do something. */
const PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH'] as const;
/** A terminal sends these to every process of its foreground group: the child has had its own. */
const FROM_TERMINALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT'];
/** Ctrl-C, Ctrl-Break and the closing of a console of Windows, which tells them to every program on it. */
const FROM_CONSOLES = ['SIGINT', 'SIGBREAK', 'SIGHUP'] as const;

type Handled = readonly [NodeJS.Signals, () => void];

/**
 * Passes the signals that this process gets to a child, until the returned function is called. Child and parent
 * share their process group, so that Ctrl-Z, `fg` and the terminal's input work as if the child ran alone.
 */
export function passSignals(
  send: (signal: NodeJS.Signals) => void,
  platform: NodeJS.Platform = process.platform,
): () => void {
  const pairs = platform === 'win32' ? outlived() : passedOn(send);
  for (const [signal, handler] of pairs) process.on(signal, handler);
  return () => {
    for (const [signal, handler] of pairs) process.removeListener(signal, handler);
  };
}

function passedOn(send: (signal: NodeJS.Signals) => void): Handled[] {
  return PASSED_ON.map((signal) => {
    const handler = () => {
      if (!FROM_TERMINALS.includes(signal) || !inForeground(process.pid, systemReads)) send(signal);
    };
    return [signal, handler];
  });
}

/**
 * On Windows the child has had its own, and to send one would end it at once, in the middle of what it does about it
 * (or, of SIGHUP and SIGWINCH, throw): nothing is passed on, and we stay for the child's exit code.
 */
function outlived(): Handled[] {
  return FROM_CONSOLES.map((signal) => [signal, () => undefined]);
}

/** 128 and the signal's number, as shells report it. */
export function codeOfSignal(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}
