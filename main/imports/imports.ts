import type { Problem, Result } from '../effects.ts';
import { IDENTITY_SCOPES } from '../globus/scopes.ts';
import { adoptHoldings } from './adopt.ts';
import { discoverFiles } from './discover.ts';
import { type Held, heldTokens } from './held.ts';
import type { ImportParts } from './parts.ts';
import { elsewhereProblem, unreadableProblem } from './problems.ts';
import { readForeignFile } from './read.ts';
import { removeFile } from './remove.ts';
import type {
  Adopted,
  AdoptOptions,
  ForeignFile,
  FoundFile,
  FoundHolding,
  Holding,
  Removed,
} from './types.ts';

/**
 * Token files of globus-cli and of the Globus SDK: what they hold, taking it in, ending it (docs/import.md). Each
 * file is read anew for each of the three, and forgotten after it. Of the two that change something one is done at a
 * time; a look waits for neither, so that whoever ended an adopting that hangs can see what it left.
 */
export class Imports {
  readonly #parts: ImportParts;
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: ImportParts) {
    this.#parts = parts;
  }

  /** Files at their usual places; those that are not there are left out, and in the demo the real ones. */
  async found(): Promise<FoundFile[]> {
    const names = await discoverFiles(this.#parts.places);
    const known = await this.#known();
    const files = await Promise.all(names.map((name) => this.#look(name, known)));
    return files.filter((file) => isWorthShowing(file, this.#parts.environment.fake));
  }

  /** @param path absolute */
  async look(path: string): Promise<FoundFile> {
    return this.#look(path, await this.#known());
  }

  /**
   * Puts into the vault what was issued to this app's own client, and on the list what needs a sign-in.
   *
   * @param path absolute
   * @param named client that the file's tokens were issued to, where the file does not say
   */
  adopt(path: string, named: string | null, options: AdoptOptions = {}): Promise<Result<Adopted>> {
    return this.#inTurn(() => this.#adopt(path, named, options));
  }

  /** Revokes every token of the file, then deletes it; what Globus does not confirm is not deleted. */
  remove(path: string, named: string | null): Promise<Result<Removed>> {
    return this.#inTurn(() => this.#remove(path, named));
  }

  async #adopt(path: string, named: string | null, options: AdoptOptions): Promise<Result<Adopted>> {
    const { environment, settings, log, keeper } = this.#parts;
    const hindrance = this.#parts.hindrance();
    if (hindrance !== null) return refused(hindrance);
    const read = await readForeignFile(path, this.#parts.places);
    if (read.kind === 'refused') return refused(unreadableProblem(read.why));
    const here = read.file.holdings.filter((holding) => holding.environment === environment.name);
    if (here.length === 0) return refused(elsewhereProblem());
    const { clientId } = settings.get();
    const ours = here.filter((holding) => isOurs(holding, clientId, named));
    const others = here.filter((holding) => !ours.includes(holding) && !holding.ofClient);
    const { signal } = options;
    let adopted: Adopted = { adopted: [], already: 0, ended: [], signIn: [], problem: null };
    if (clientId !== null && ours.length > 0 && signal?.aborted !== true) {
      const held = await this.#heldOrWhy();
      if (!held.ok) return held;
      adopted = await adoptHoldings(this.#parts, clientId, ours, held.value, options);
    }
    // Whoever ended it asked for no list of what is left, and sees it in the file.
    const wanted =
      signal?.aborted === true
        ? []
        : [...adopted.signIn, ...others.flatMap(({ tokens }) => tokens.flatMap(({ scopes }) => scopes))];
    const signIn = this.#keep(wanted);
    keeper.schedule();
    this.#parts.announce();
    log.info(
      { program: read.file.program, adopted: adopted.adopted.length, ended: adopted.ended.length },
      'a token file was imported',
    );
    return { ok: true, value: { ...adopted, signIn } };
  }

  async #remove(path: string, named: string | null): Promise<Result<Removed>> {
    const hindrance = this.#parts.hindrance();
    if (hindrance !== null) return refused(hindrance);
    const read = await readForeignFile(path, this.#parts.places);
    if (read.kind === 'refused') return refused(unreadableProblem(read.why));
    const held = await this.#heldOrWhy();
    if (!held.ok) return held;
    const removed = await removeFile(this.#parts, read.file, named, held.value);
    const { log } = this.#parts;
    if (removed.ok) log.info({ program: read.file.program }, 'a token file was ended and deleted');
    else log.warn({ reason: removed.problem.reason }, 'a token file was not deleted');
    return removed;
  }

  /** Scopes that a sign-in has to ask for, kept on the list; what is no scope is left out. */
  #keep(scopes: readonly string[]): string[] {
    const roots = new Set<string>();
    for (const scope of new Set(scopes)) {
      if (IDENTITY_SCOPES.includes(scope)) continue;
      const kept = this.#parts.addScope(scope);
      if (kept.ok) roots.add(kept.value);
    }
    return [...roots];
  }

  /** Nothing is spent or ended before it is known what the vault holds, and that it can take more. */
  async #heldOrWhy(): Promise<Result<ReadonlySet<string>>> {
    const status = await this.#parts.checkVault();
    if (status !== 'ready') return refused(this.#parts.vaultProblem(status));
    const held = await heldTokens(this.#parts.grants);
    if (held.kind === 'trouble') return refused(this.#parts.vaultProblem(held.trouble));
    return { ok: true, value: held.refreshTokens };
  }

  /** For showing alone: a vault that cannot be read hides which of them are adopted, and nothing else. */
  async #known(): Promise<ReadonlySet<string>> {
    if (this.#parts.hindrance() !== null) return new Set();
    const held: Held = await heldTokens(this.#parts.grants);
    return held.kind === 'held' ? held.refreshTokens : new Set();
  }

  async #look(path: string, known: ReadonlySet<string>): Promise<FoundFile> {
    const read = await readForeignFile(path, this.#parts.places);
    if (read.kind === 'read') return this.#shown(read.file, known);
    const problem = unreadableProblem(read.why);
    return { path, program: 'other', exposed: false, problem, holdings: [] };
  }

  #shown({ path, program, exposed, holdings }: ForeignFile, known: ReadonlySet<string>): FoundFile {
    const { environment, settings, grants } = this.#parts;
    const { clientId } = settings.get();
    const accounts = new Map(grants.accounts().map(({ sub, username }) => [sub, username]));
    const shown = holdings.map((holding): FoundHolding => {
      const sub = holding.tokens.find(({ identity }) => identity !== null)?.identity ?? null;
      return {
        profile: holding.profile,
        environment: holding.environment,
        here: holding.environment === environment.name,
        clientId: holding.client?.id ?? null,
        ours: isOurs(holding, clientId, null),
        account: sub === null ? null : (accounts.get(sub) ?? sub),
        tokens: holding.tokens.map(({ resourceServer, scopes, refreshToken, expiresAt }) => ({
          resourceServer,
          scopes: [...scopes].sort(),
          renewable: refreshToken !== null,
          expiresAt,
          adopted: refreshToken !== null && known.has(refreshToken),
        })),
      };
    });
    return { path, program, exposed, problem: null, holdings: shown };
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(run);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

function isOurs({ client, ofClient }: Holding, clientId: string | null, named: string | null): boolean {
  if (clientId === null || ofClient) return false;
  return client === null ? named === clientId : client.id === clientId && client.secret === null;
}

/** The demo is shown to others: the fake Globus's files alone, and no trouble with real ones. */
function isWorthShowing({ problem, holdings }: FoundFile, fake: boolean): boolean {
  if (problem !== null) return problem.reason !== 'import-absent' && !fake;
  return holdings.some(({ here }) => here || !fake);
}

function refused(problem: Problem): { ok: false; problem: Problem } {
  return { ok: false, problem };
}
