/** What the token endpoint did with one refresh token. */
export type LedgerLine =
  /** A code was exchanged; the token is new. */
  | { kind: 'issued'; refresh: string; access: string; resourceServer: string }
  /** `refresh` is what the answer gave back: the same, or a new one that ended `sent`. */
  | { kind: 'spent'; sent: string; refresh: string; access: string }
  /** It was dead already. */
  | { kind: 'refused'; sent: string }
  | { kind: 'revoked'; token: string };

/**
 * Every refresh token with its whole story, for tests that ask whether one was lost or spent twice. Holds
 * secrets, as `issued` does.
 */
export class Ledger {
  readonly lines: LedgerLine[] = [];
  readonly #live = new Set<string>();
  readonly #servers = new Map<string, string>();
  readonly #byAccess = new Map<string, string>();
  readonly #successors = new Map<string, string>();

  add(line: LedgerLine): void {
    this.lines.push(line);
    switch (line.kind) {
      case 'issued':
        this.#live.add(line.refresh);
        this.#servers.set(line.refresh, line.resourceServer);
        this.#byAccess.set(line.access, line.refresh);
        break;
      case 'spent':
        this.#byAccess.set(line.access, line.refresh);
        if (line.refresh === line.sent) break;
        this.#live.delete(line.sent);
        this.#live.add(line.refresh);
        this.#servers.set(line.refresh, this.resourceServer(line.sent) ?? '');
        this.#successors.set(line.sent, line.refresh);
        break;
      case 'revoked':
        this.#live.delete(line.token);
        break;
      case 'refused':
        break;
    }
  }

  /** Whether the server would still take this refresh token. */
  isLive(refresh: string): boolean {
    return this.#live.has(refresh);
  }

  resourceServer(refresh: string): string | undefined {
    return this.#servers.get(refresh);
  }

  /** The refresh token that came in the same answer as this access token. */
  behind(access: string): string | undefined {
    return this.#byAccess.get(access);
  }

  /** The refresh token that a rotation gave for this one. */
  successor(refresh: string): string | undefined {
    return this.#successors.get(refresh);
  }
}
