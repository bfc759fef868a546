const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/**
 * Resolves when somebody wants this process to end; nobody else hears of it. conf brings `when-exit`, which answers
 * such a signal by sending it to this very process once more: that is the end at once for an app in Electron, and on
 * Windows for the agent too, before it has answered and saved what is under way and cleared the clipboard. What it has
 * to do then it does at the process's end as well.
 *
 * A signal may have come since its import already, and is not yet handed out: Node would drop it with the last listener
 * of its name, and who asked would wait for ever. So ours is there before the others go.
 */
export function askedToEnd(process: NodeJS.EventEmitter): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of SIGNALS) {
      const others = process.rawListeners(signal) as (() => void)[];
      process.once(signal, () => resolve());
      for (const other of others) process.removeListener(signal, other);
    }
  });
}

/**
 * In Electron, once it is ready: Chromium has put handlers of its own below Node's by then, and Node puts its own back
 * for a first listener alone. What came before, Chromium has answered.
 */
export function askedToEndInElectron(process: NodeJS.EventEmitter): Promise<void> {
  for (const signal of SIGNALS) process.removeAllListeners(signal);
  return askedToEnd(process);
}
