/**
 * Aho and Corasick's automaton over bytes: finds every one of many patterns in one pass, and knows at any byte
 * how much of what came could still become one.
 */
export class Automaton {
  /** Length of the longest pattern. */
  readonly longest: number;
  /** Which column a byte has; 0: it is in no pattern. */
  readonly #column = new Uint16Array(256);
  readonly #columns: number;
  readonly #next: Int32Array;
  readonly #depth: Int32Array;
  readonly #found: Int32Array;

  constructor(patterns: readonly Uint8Array[]) {
    let columns = 1;
    for (const byte of patterns.flatMap((pattern) => [...pattern])) {
      if (this.#column[byte] === 0) this.#column[byte] = columns++;
    }
    const nodes = 1 + patterns.reduce((sum, { length }) => sum + length, 0);
    this.#columns = columns;
    this.#next = new Int32Array(nodes * columns);
    this.#depth = new Int32Array(nodes);
    this.#found = new Int32Array(nodes);
    this.longest = Math.max(0, ...patterns.map(({ length }) => length));
    const used = patterns.reduce((free, pattern) => this.#plant(pattern, free), 1);
    this.#link(used);
  }

  /** The state after one more byte; 0: nothing of a pattern. */
  step(state: number, byte: number): number {
    return this.#next[state * this.#columns + (this.#column[byte] ?? 0)] ?? 0;
  }

  /** How many of the last bytes may be the beginning of a pattern. */
  depth(state: number): number {
    return this.#depth[state] ?? 0;
  }

  /** Length of the longest pattern that ends here; 0: none does. */
  found(state: number): number {
    return this.#found[state] ?? 0;
  }

  /** @returns the next free node */
  #plant(pattern: Uint8Array, free: number): number {
    let node = 0;
    for (const byte of pattern) {
      const slot = node * this.#columns + (this.#column[byte] ?? 0);
      const known = this.#next[slot] ?? 0;
      if (known === 0) {
        this.#next[slot] = free;
        this.#depth[free] = (this.#depth[node] ?? 0) + 1;
        free += 1;
      }
      node = known === 0 ? free - 1 : known;
    }
    this.#found[node] = pattern.length;
    return free;
  }

  /** Breadth first: where no pattern goes on, the longest ending that still is a beginning does. */
  #link(used: number): void {
    const back = new Int32Array(used);
    const queue = [0];
    for (const node of queue) {
      const behind = back[node] ?? 0;
      if (this.#found[node] === 0) this.#found[node] = this.#found[behind] ?? 0;
      for (let column = 1; column < this.#columns; column += 1) {
        const slot = node * this.#columns + column;
        const child = this.#next[slot] ?? 0;
        const elsewhere = node === 0 ? 0 : (this.#next[behind * this.#columns + column] ?? 0);
        if (child === 0) this.#next[slot] = elsewhere;
        else {
          back[child] = elsewhere;
          queue.push(child);
        }
      }
    }
  }
}
