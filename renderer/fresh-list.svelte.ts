/** A list that main keeps: read when it is first shown and again with each news. The newest reading counts. */
export class FreshList<T> {
  /** Null until the first answer. */
  items = $state.raw<readonly T[] | null>(null);
  readonly #read: () => Promise<readonly T[] | null>;
  #reading = 0;

  /** @param read null: could not be read; what is shown stays */
  constructor(read: () => Promise<readonly T[] | null>) {
    this.#read = read;
  }

  async load(): Promise<void> {
    const reading = ++this.#reading;
    const items = await this.#read();
    if (reading === this.#reading && items !== null) this.items = items;
  }
}
