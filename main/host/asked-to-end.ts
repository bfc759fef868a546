const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/**
 * Resolves when somebody wants this process to end; nobody else hears of it. conf brings `when-exit`, which answers
 * such a signal by sending it to this very process once more: on Windows, where that is no signal but the end, Ctrl-C
 * would cut the agent off before it has answered and saved what is under way. What it has to do then it does at the
 * process's end as well.
 */
export function askedToEnd(process: NodeJS.EventEmitter): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of SIGNALS) {
      process.removeAllListeners(signal);
      process.once(signal, () => resolve());
    }
  });
}
