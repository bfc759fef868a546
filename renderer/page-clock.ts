/** The page's effects on time: a monotonic clock, timers, and whether anybody can see the page. */
export interface PageClock {
  /** Milliseconds since some fixed moment; never runs backwards. */
  elapsed(): number;
  /** Returns the cancel. */
  after(milliseconds: number, run: () => void): () => void;
  visible(): boolean;
  /** Called when the page is shown or hidden. Returns the unsubscribe. */
  onVisibility(listener: () => void): () => void;
}

export function pageClock(document: Document): PageClock {
  return {
    elapsed: () => performance.now(),
    after(milliseconds, run) {
      const timer = setTimeout(run, milliseconds);
      return () => clearTimeout(timer);
    },
    visible: () => document.visibilityState === 'visible',
    onVisibility(listener) {
      document.addEventListener('visibilitychange', listener);
      return () => document.removeEventListener('visibilitychange', listener);
    },
  };
}
