import { constants } from 'node:os';
import { inForeground, systemReads } from './process-table.ts';

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
      if (!FROM_TERMINALS.includes(signal) || !inForeground(process.pid, systemReads)) send(signal);
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
