/** A list that main keeps: read when it is first shown and again with each news. The newest reading counts. */
export class FreshList<T> {
  /** Null until the first answer. */
  items = $state.raw<readonly T[] | null>(null);
  /** Nothing is there to look at yet, and it is being read. */
  reading = $state(false);
  readonly #read: () => Promise<readonly T[] | null>;
  #reading = 0;

  /** @param read null: could not be read; what is shown stays */
  constructor(read: () => Promise<readonly T[] | null>) {
    this.#read = read;
  }

  async load(): Promise<void> {
    const reading = ++this.#reading;
    this.reading = this.items === null;
    const items = await this.#read();
    if (reading !== this.#reading) return;
    this.reading = false;
    if (items !== null) this.items = items;
  }
}
