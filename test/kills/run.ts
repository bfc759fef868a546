import { Random } from '../fuzz/random.ts';
import { type Backend, House, SCOPES } from '../support/agent-house.ts';
import { filesWithSecrets, setAside, temporaryFiles } from './leftovers.ts';
import { type Point, pickPoint } from './points.ts';
import { Promises } from './promises.ts';
import { Sniper } from './sniper.ts';
import { signingIn, strike } from './strike.ts';

export interface KillsOptions {
  kills: number;
  seed: number;
  /** From 0 to 1: how many of the rounds go to the agent with the real keyring. */
  keyring: number;
  /** Told of the kills so far, after every one of them. */
  progress?: (kills: number) => void;
}

export interface PointCount {
  kills: number;
  /** The agent died before its work was over. */
  midst: number;
}

export interface KillsResult {
  kills: number;
  /** What did not hold; each names the kill before it. */
  violations: string[];
  /** By backend, work and point. */
  points: Map<string, PointCount>;
  /** Kills after which a half-written file lay there. */
  halfWritten: number;
  /** Sign-ins that ended with the answer of a rotation that nobody got; without rotation there are none. */
  lostWithTheirAnswer: number;
  /** Milliseconds from the start of the next agent to the token, the middle of all. */
  recovery: number;
}

/** Starts agents, kills them at random points of their work, and looks at what the next one finds. */
export async function runKills({ kills, seed, keyring, progress }: KillsOptions): Promise<KillsResult> {
  const shares: Record<Backend, number> = { keychain: Math.round(kills * keyring), passphrase: 0 };
  shares.passphrase = kills - shares.keychain;
  const run = new Run(seed);
  let done = 0;
  for (const backend of ['passphrase', 'keychain'] as const) {
    if (shares[backend] === 0) continue;
    const house = await House.open(backend);
    const sniper = new Sniper();
    try {
      await run.through(house, sniper, shares[backend], () => progress?.((done += 1)));
    } finally {
      await sniper.end();
      await house.close();
    }
  }
  return run.result();
}

class Run {
  readonly #seed: number;
  readonly #violations: string[] = [];
  readonly #points = new Map<string, PointCount>();
  readonly #recoveries: number[] = [];
  #index = 0;
  #halfWritten = 0;
  #lost = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  async through(house: House, sniper: Sniper, kills: number, progress: () => void): Promise<void> {
    const promises = new Promises(house.sandbox.ledger);
    let last = 'the beginning';
    const note = (lines: readonly string[]) => {
      this.#violations.push(...lines.map((line) => `after ${last}: ${line}`));
    };
    try {
      for (let round = 0; round < kills; round += 1) {
        note(await this.#recover(house, promises));
        const random = new Random(this.#seed, this.#index);
        const point = pickPoint(random, house.backend);
        last = `kill ${this.#index} (${house.backend}, ${point.work}, ${point.name})`;
        note(await this.#kill(house, sniper, promises, point, random));
        this.#index += 1;
        progress();
      }
      note(await this.#recover(house, promises));
      const code = await house.stop();
      if (code !== 0) note([`the last agent ended with ${String(code)}`]);
    } catch (error) {
      // Nothing can be done in this house any more, as after the loss of its vault.
      note([error instanceof Error ? error.message : String(error)]);
    }
    this.#lost += promises.lostWithTheirAnswer;
  }

  result(): KillsResult {
    const sorted = this.#recoveries.toSorted((one, other) => one - other);
    return {
      kills: this.#index,
      violations: this.#violations,
      points: this.#points,
      halfWritten: this.#halfWritten,
      lostWithTheirAnswer: this.#lost,
      recovery: Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0),
    };
  }

  /** One kill, and what its agent had promised until then. @returns what did not hold */
  async #kill(
    house: House,
    sniper: Sniper,
    promises: Promises,
    point: Point,
    random: Random,
  ): Promise<string[]> {
    const before = await house.stored();
    const { confirmed, midst } = await strike(house, sniper, point, random);
    if ((await temporaryFiles(house)).length > 0) this.#halfWritten += 1;
    this.#count(`${house.backend} ${point.work}: ${point.name}`, midst);
    switch (confirmed.kind) {
      case 'token':
        return handedOut(promises, confirmed.access);
      case 'signed-in':
        promises.signedIn(confirmed.from);
        return [];
      case 'signed-out':
        if (before.kind === 'stored') promises.signedOut(before);
        return [];
      case 'kept': {
        const stored = await house.stored();
        const kept = stored.kind === 'stored' && stored.settings.scopeEntries.includes(confirmed.scope);
        return kept === confirmed.kept ? [] : ['a change of the settings was lost'];
      }
      case 'nothing':
        return [];
    }
  }

  /** The next agent takes over from the dead one, with somebody signed in at the end. @returns what did not hold */
  async #recover(house: House, promises: Promises): Promise<string[]> {
    const stored = await house.stored();
    if (stored.kind === 'unreadable') return [stored.why, ...(await this.#arrive(house))];
    const broken = promises.check(stored);
    const usable = promises.usable(stored);
    const servers = new Map(
      stored.settings.grants.flatMap((one) =>
        one.scopes.map((scope) => [scope, one.resourceServer] as const),
      ),
    );
    const began = performance.now();
    broken.push(...(await this.#arrive(house)));
    let missing = false;
    for (const scope of SCOPES) {
      const { status, body } = await house.token(scope);
      if (status === 200) broken.push(...handedOut(promises, String(body['access_token'])));
      else {
        missing = true;
        const mustWork = usable.has(servers.get(scope) ?? '');
        const told = ['needs-sign-in', 'needs-consent'].includes(String(body['reason']));
        if (mustWork || !told) broken.push(`${scope}: no token, ${status} ${JSON.stringify(body)}`);
      }
    }
    this.#recoveries.push(performance.now() - began);
    if (missing) {
      const finish = await signingIn(house);
      const confirmed = await finish();
      if (confirmed.kind === 'signed-in') promises.signedIn(confirmed.from);
      else broken.push('signing in again did not work');
    }
    return broken;
  }

  async #arrive(house: House): Promise<string[]> {
    const broken: string[] = [];
    try {
      await house.start();
    } catch (error) {
      return [`the next agent did not start: ${String(error)}`];
    }
    const unlocked = await house.unlock();
    const state = (unlocked?.body as Record<string, unknown> | undefined)?.['vault_state'];
    if (state !== 'ready') broken.push(`the vault is ${JSON.stringify(unlocked?.body)}`);
    const left = await temporaryFiles(house);
    if (left.length > 0) broken.push(`left behind: ${left.join(', ')}`);
    const aside = await setAside(house);
    if (aside.length > 0) broken.push(`set aside: ${aside.join(', ')}`);
    const secrets = await filesWithSecrets(house);
    if (secrets.length > 0) broken.push(`a secret is in ${secrets.join(', ')}`);
    return broken;
  }

  #count(name: string, midst: boolean): void {
    const count = this.#points.get(name) ?? { kills: 0, midst: 0 };
    count.kills += 1;
    if (midst) count.midst += 1;
    this.#points.set(name, count);
  }
}

function handedOut(promises: Promises, access: string): string[] {
  const wrong = promises.handedOut(access);
  return wrong === null ? [] : [wrong];
}
