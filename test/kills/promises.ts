import type { Ledger, LedgerLine } from '../sandbox/auth/ledger.ts';
import type { Stored } from '../support/agent-house.ts';

type Kept = Extract<Stored, { kind: 'stored' }>;

/** What the agent has promised of its user's sign-ins, held against what the server and the disk say after its death. */
export class Promises {
  readonly #ledger: Ledger;
  /** By resource server: the refresh token behind the newest answer that somebody got. */
  readonly #due = new Map<string, string>();
  readonly #everDue = new Set<string>();
  readonly #gone = new Set<string>();
  #read = 0;
  /** Grants that ended because a rotated token died with the answer that held it, before anybody had it. */
  lostWithTheirAnswer = 0;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** Somebody has this access token: the refresh token that came with it must outlive the agent. */
  handedOut(access: string): string | null {
    const refresh = this.#ledger.behind(access);
    if (refresh === undefined) return 'a token was handed out that the server never issued';
    this.#promise(refresh);
    return null;
  }

  /** The user was told that the sign-in is done. @param from where the ledger stood before it */
  signedIn(from: number): void {
    for (const line of this.#ledger.lines.slice(from))
      if (line.kind === 'issued') this.#promise(line.refresh);
  }

  /** The user was told that everything is signed out. */
  signedOut(before: Kept): void {
    for (const token of before.tokens.values()) this.#gone.add(token);
    this.#due.clear();
  }

  /** @returns one line for each promise that was broken */
  check({ settings, tokens }: Kept): string[] {
    const broken: string[] = [];
    const live = new Set<string>();
    for (const { name, resourceServer } of settings.grants) {
      const token = tokens.get(name);
      if (token === undefined) continue;
      if (this.#gone.has(token)) broken.push(`${resourceServer}: signed out, and still stored`);
      if (this.#ledger.isLive(token)) live.add(resourceServer);
    }
    for (const token of this.#gone) {
      if (this.#ledger.isLive(token)) broken.push('signed out, and still live at the server');
    }
    for (const [server, token] of this.#due) {
      if (live.has(server)) continue;
      if (this.#ledger.isLive(token)) broken.push(`${server}: the grant is live, and nowhere stored`);
      else this.#excuse(server, token);
    }
    return [...broken, ...this.#doubleSpends()];
  }

  /** Resource servers whose scopes must be had from what is stored. */
  usable({ settings, tokens }: Kept): Set<string> {
    const live = settings.grants.filter(({ name }) => this.#ledger.isLive(tokens.get(name) ?? ''));
    return new Set(live.map(({ resourceServer }) => resourceServer));
  }

  #promise(refresh: string): void {
    this.#everDue.add(refresh);
    this.#due.set(this.#ledger.resourceServer(refresh) ?? '', refresh);
  }

  /** Dead at the server: by a sign-out on its way, or by a rotation whose answer never reached anybody. */
  #excuse(server: string, token: string): void {
    this.#due.delete(server);
    if (this.#ledger.successor(token) !== undefined) this.lostWithTheirAnswer += 1;
  }

  /**
   * A dead token may be sent again: after a sign-out that did not come to its end, or when its successor died
   * with the process that had asked for it. Not when anybody has what came with the successor.
   */
  #doubleSpends(): string[] {
    const fresh = this.#ledger.lines.slice(this.#read);
    this.#read = this.#ledger.lines.length;
    return fresh.filter((line) => this.#isWrong(line)).map(() => 'a refresh token was spent twice');
  }

  #isWrong(line: LedgerLine): boolean {
    const next = line.kind === 'refused' ? this.#ledger.successor(line.sent) : undefined;
    return next !== undefined && this.#everDue.has(next);
  }
}
