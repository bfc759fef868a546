const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/**
 * Resolves when somebody wants this process to end; nobody else hears of it. conf brings `when-exit`, which answers
 * such a signal by sending it to this very process once more: that is the end at once for an app in Electron, and on
 * Windows for the agent too, before it has answered and saved what is under way and cleared the clipboard. What it has
 * to do then it does at the process's end as well.
 */
export function askedToEnd(process: NodeJS.EventEmitter): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of SIGNALS) {
      process.removeAllListeners(signal);
      process.once(signal, () => resolve());
    }
  });
}
