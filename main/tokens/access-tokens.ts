/** An access token in memory. It is never written anywhere. */
export interface AccessToken {
  readonly value: string;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  readonly expiresAt: number;
}

/** A token counts as expired this much early (GLOBUS.md §2.2). */
export const EARLY_MS = 60_000;
/** Superseded tokens stay valid at the server until they end; sign-out revokes them too. */
const MAX_RETIRED = 20;

/** Access tokens by grant name: memory only, dropped on lock, sign-out and quit. */
export class AccessTokens {
  readonly #current = new Map<string, AccessToken>();
  readonly #retired = new Map<string, AccessToken[]>();

  get(grant: string): AccessToken | undefined {
    return this.#current.get(grant);
  }

  /** The token when it is still good for `minimumMs` beyond the early margin. */
  usable(grant: string, now: number, minimumMs = 0): AccessToken | undefined {
    const token = this.#current.get(grant);
    return token !== undefined && token.expiresAt - EARLY_MS - minimumMs > now ? token : undefined;
  }

  put(grant: string, token: AccessToken): void {
    const previous = this.#current.get(grant);
    if (previous !== undefined && previous.value !== token.value) {
      const retired = [...(this.#retired.get(grant) ?? []), previous];
      this.#retired.set(grant, retired.filter((old) => old.expiresAt > token.receivedAt).slice(-MAX_RETIRED));
    }
    this.#current.set(grant, token);
  }

  /** Every token of this grant that the server may still honour. */
  all(grant: string): string[] {
    const current = this.#current.get(grant);
    const retired = this.#retired.get(grant) ?? [];
    return [...retired, ...(current === undefined ? [] : [current])].map((token) => token.value);
  }

  /** Hands the tokens of a superseded grant to its successor's list, so that sign-out still finds them. */
  moveTo(from: string, to: string): void {
    const current = this.#current.get(from);
    const moved = [...(this.#retired.get(from) ?? []), ...(current === undefined ? [] : [current])];
    this.#retired.set(to, [...(this.#retired.get(to) ?? []), ...moved].slice(-MAX_RETIRED));
    this.drop(from);
  }

  drop(grant: string): void {
    this.#current.delete(grant);
    this.#retired.delete(grant);
  }

  clear(): void {
    this.#current.clear();
    this.#retired.clear();
  }
}
