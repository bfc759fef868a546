const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A person pressed Ctrl-C, or the terminal closed: what was begun is to be given up. */
export class Interrupted extends Error {
  readonly signal: NodeJS.Signals;

  constructor(signal: NodeJS.Signals) {
    super(signal);
    this.name = 'Interrupted';
    this.signal = signal;
  }
}

/**
 * Does `work`; when a signal comes meanwhile, `giveUp` first and then what the signal would have done anyway.
 *
 * @param work gets a signal that aborts with `Interrupted`
 * @returns what `work` came to; 128 and the signal's number never return, because the process ends by it
 */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  giveUp: () => Promise<unknown>,
): Promise<T> {
  const abort = new AbortController();
  const interrupted = new Promise<never>((_, reject) => {
    abort.signal.addEventListener('abort', () => reject(abort.signal.reason as Error), { once: true });
  });
  interrupted.catch(() => undefined);
  const take = (name: NodeJS.Signals) => abort.abort(new Interrupted(name));
  for (const name of SIGNALS) process.on(name, take);
  try {
    return await Promise.race([work(abort.signal), interrupted]);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    await giveUp().catch(() => undefined);
    for (const name of SIGNALS) process.off(name, take);
    process.kill(process.pid, error.signal);
    // The signal ends the process before this is over.
    return await new Promise<never>(() => undefined);
  } finally {
    for (const name of SIGNALS) process.off(name, take);
  }
}
