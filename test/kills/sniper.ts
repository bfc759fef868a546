import { Worker } from 'node:worker_threads';

/** What in a data folder the agent is killed at. */
export type Sight =
  /** The temporary file of a write of `vault.bin`, or of the settings. */
  | 'vault-temp'
  | 'settings-temp'
  /** `vault.bin`, or `settings.json`, is another file than before. */
  | 'vault'
  | 'settings';

export interface Shot {
  pid: number;
  folder: string;
  sight: Sight;
  /** At how many of these; 1 is the first. */
  nth: number;
  /** Microseconds from the sight to the kill. */
  later: number;
}

/**
 * Looks without a pause, because a write is over in less time than an event of the file system takes to come
 * through the event loop, which serves the sandbox meanwhile.
 */
const LOOK = `
const { parentPort, workerData } = require('node:worker_threads');
const { readdirSync, statSync } = require('node:fs');
const stop = new Int32Array(workerData);
const TEMPORARY = { 'vault-temp': /^vault\\.bin\\..*\\.tmp$/, 'settings-temp': /^settings\\.json\\.tmp-/ };
const FILES = { vault: 'vault.bin', settings: 'settings.json' };
const stampOf = (path) => {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? '' : [stat.ino, stat.mtimeNs, stat.size].join(' ');
};
function look({ pid, folder, sight, nth, later }) {
  const pattern = TEMPORARY[sight];
  const path = folder + '/' + FILES[sight];
  const seen = new Set(pattern === undefined ? [stampOf(path)] : readdirSync(folder));
  const before = seen.size;
  while (Atomics.load(stop, 0) === 0) {
    if (pattern === undefined) seen.add(stampOf(path));
    else for (const name of readdirSync(folder)) if (pattern.test(name)) seen.add(name);
    if (seen.size - before < nth) continue;
    const end = process.hrtime.bigint() + BigInt(later) * 1000n;
    while (process.hrtime.bigint() < end);
    try { process.kill(pid, 'SIGKILL'); } catch { return false; }
    return true;
  }
  return false;
}
parentPort.on('message', (shot) => {
  parentPort.postMessage('looking');
  parentPort.postMessage(look(shot));
});
`;

/** Kills an agent the moment that a file of its folder changes. */
export class Sniper {
  readonly #stop = new Int32Array(new SharedArrayBuffer(4));
  readonly #worker = new Worker(LOOK, { eval: true, workerData: this.#stop.buffer });

  /** @returns after it began to look: `over` ends the looking and tells whether it killed */
  async aim(shot: Shot): Promise<{ over(): Promise<boolean> }> {
    Atomics.store(this.#stop, 0, 0);
    let looking: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (looking = resolve));
    const killed = new Promise<boolean>((resolve) => {
      const hear = (message: unknown): void => {
        if (message === 'looking') return looking();
        this.#worker.off('message', hear);
        resolve(message === true);
      };
      this.#worker.on('message', hear);
    });
    this.#worker.postMessage(shot);
    await begun;
    return {
      over: () => {
        Atomics.store(this.#stop, 0, 1);
        return killed;
      },
    };
  }

  async end(): Promise<void> {
    Atomics.store(this.#stop, 0, 1);
    await this.#worker.terminate();
  }
}
