/** What a page did since the last `reset`, and what it will do by itself. */
export interface Counts {
  visible: string;
  /** Timers that ran, intervals among them. */
  fired: number;
  frames: number;
  /** Timers and intervals that will run. */
  pending: number;
}

/** Runs in a page before its own scripts, and may use nothing of this module. */
export function countInPage(): void {
  const counts = { fired: 0, frames: 0 };
  const pending = new Set<unknown>();
  const { setTimeout: set, clearTimeout: clear, setInterval: repeat, clearInterval: end } = window;
  const frame = window.requestAnimationFrame.bind(window);
  const stop = (id: number) => {
    pending.delete(id);
    clear.call(window, id);
    end.call(window, id);
  };
  Object.assign(window, {
    setTimeout: (run: () => void, milliseconds?: number) => {
      const id = set.call(
        window,
        () => {
          pending.delete(id);
          counts.fired += 1;
          run();
        },
        milliseconds,
      );
      pending.add(id);
      return id;
    },
    setInterval: (run: () => void, milliseconds?: number) => {
      const id = repeat.call(
        window,
        () => {
          counts.fired += 1;
          run();
        },
        milliseconds,
      );
      pending.add(id);
      return id;
    },
    clearTimeout: stop,
    clearInterval: stop,
    requestAnimationFrame: (run: FrameRequestCallback) =>
      frame((time) => {
        counts.frames += 1;
        run(time);
      }),
    counted: {
      read: () => ({ ...counts, pending: pending.size, visible: document.visibilityState }),
      reset: () => Object.assign(counts, { fired: 0, frames: 0 }),
    },
  });
}
