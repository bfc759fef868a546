import { FLOWS_SCOPES } from '../../main/globus/scopes.ts';
import type { Random } from '../fuzz/random.ts';
import type { Fault } from '../sandbox/types.ts';
import type { Child } from '../support/child-rpc.ts';
import type { CallerCounts, CallerOrder } from './callers.ts';
import type { SoakHouse } from './house.ts';
import { SIGNED_IN } from './kept.ts';

const MINUTE = 60_000;
const TOKEN = '/v2/oauth2/token';

/** What may happen in a minute besides callers, by weight. */
const EVENTS: readonly [readonly [number, string], ...(readonly [number, string])[]] = [
  [5, 'fault'],
  [5, 'rotation'],
  [3, 'lock'],
  [2, 'offline'],
  [2, 'wake'],
  [3, 'sign-in that nobody finishes'],
  [2, 'sign-in that is denied'],
  [3, 'sign-in again'],
  [4, 'copies'],
  [4, 'list'],
  [4, 'waiting caller'],
];
/** Longer than a question waits for an answer. */
const RUNS_OUT = 6;

/** What has begun and ends at a minute of its own. */
interface Spell {
  readonly until: number;
  readonly end: () => Promise<void>;
}

/** What happens around the agent, minute by minute; the same for the same seed. */
export class Day {
  /** How often what was answered or happened. */
  readonly counts = new Map<string, number>();
  readonly #house: SoakHouse;
  readonly #world: Child;
  readonly #usernames: readonly string[];
  #spells: Spell[] = [];
  #waiting: Promise<unknown>[] = [];
  #signIn: Promise<unknown> = Promise.resolve();

  constructor(house: SoakHouse, world: Child, usernames: readonly string[]) {
    this.#house = house;
    this.#world = world;
    this.#usernames = usernames;
  }

  /** Everybody signs in, one after another. */
  async begin(): Promise<void> {
    for (const username of this.#usernames) {
      this.#house.visit = (url) => this.#world.ask({ kind: 'visit', url, username, deny: false });
      const result = await this.#house.agent.signIn({ scopes: SIGNED_IN, way: 'browser', account: 'new' });
      if (!result.ok) throw new Error(`${username} could not sign in: ${result.problem.title}`);
    }
  }

  /** Each kind of thing once: what its first use makes is made before anything is measured. */
  async everything(random: Random): Promise<void> {
    // Before the first minute of the day.
    let minute = -EVENTS.length - RUNS_OUT;
    for (const [, what] of EVENTS) {
      await this.#noSignIn();
      await this.#happen(what, minute, random);
      await this.minute(minute++, random);
    }
    while (minute < 0) await this.minute(minute++, random);
    await this.rest();
  }

  /** @param minute since the start */
  async minute(minute: number, random: Random): Promise<void> {
    const { clock, agent } = this.#house;
    await this.#world.ask({ kind: 'time', now: clock.now() + MINUTE });
    clock.advance(MINUTE);
    for (const spell of this.#spells.filter(({ until }) => until <= minute)) await spell.end();
    this.#spells = this.#spells.filter(({ until }) => until > minute);
    await this.#turn(minute, random);
    agent.snapshot();
    agent.others();
    const orders = random.list(3, 9, () => this.#order(random));
    // Renewals that the new minute brought are under way meanwhile.
    this.#add(await this.#world.ask<CallerCounts>({ kind: 'call', orders }));
    await this.#house.quiet();
  }

  /** Ends whatever is under way, so that what is still there afterwards is there by mistake. */
  async rest(): Promise<void> {
    for (const { end } of this.#spells.splice(0)) await end();
    await this.#noSignIn();
    await this.#world.ask({ kind: 'hang-up' });
    await Promise.all(this.#waiting.splice(0));
    await this.#house.quiet();
    // The other process's ends of its sockets are seen a moment later.
    const { broker } = this.#house.broker;
    const end = performance.now() + 2_000;
    while (broker.connections > 0 && performance.now() < end)
      await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }

  /** Again and again: one that is only about to begin is not to be cancelled yet, and the clock stands still. */
  async #noSignIn(): Promise<void> {
    let over = false;
    void this.#signIn.then(() => (over = true));
    for (;;) {
      this.#house.agent.cancelSignIn();
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (over) break;
    }
    this.#house.agent.dismissSignIn();
  }

  async #turn(minute: number, random: Random): Promise<void> {
    if (random.chance(0.5)) return;
    await this.#happen(random.weighted(EVENTS), minute, random);
  }

  async #happen(what: string, minute: number, random: Random): Promise<void> {
    const { agent } = this.#house;
    const minutes = random.between(1, 5);
    this.#add({ [what]: 1 });
    switch (what) {
      case 'fault':
        await this.#world.ask({ kind: 'fault', fault: faultOf(random) });
        return this.#spell(minute + minutes, () => this.#world.ask({ kind: 'recover' }));
      case 'rotation':
        return this.#world.ask({
          kind: 'fault',
          fault: { host: 'auth', path: TOKEN, kind: 'rotate', times: random.between(1, 5) },
        });
      case 'lock':
        this.#house.lock();
        return this.#spell(minute + minutes, () => this.#house.unlock());
      case 'offline':
        agent.setOnline(false);
        return this.#spell(minute + minutes, () => Promise.resolve(agent.setOnline(true)));
      case 'wake':
        return agent.wake();
      case 'sign-in that nobody finishes':
        return this.#begin(null);
      case 'sign-in that is denied':
        return this.#begin({ username: this.#somebody(random), deny: true });
      case 'sign-in again':
        return this.#begin({ username: this.#somebody(random), deny: false });
      case 'copies':
        for (const scope of SIGNED_IN) await agent.render({ scope, format: 'header' });
        return;
      case 'list':
        return this.#list(random);
      case 'waiting caller':
        return this.#wait(random);
      default:
        return;
    }
  }

  #spell(until: number, end: () => Promise<void>): void {
    this.#spells.push({ until, end });
  }

  #begin(person: { readonly username: string; readonly deny: boolean } | null): void {
    if (this.#house.agent.snapshot().signIn.phase !== 'idle') this.#house.agent.dismissSignIn();
    this.#house.visit = person === null ? null : (url) => this.#world.ask({ kind: 'visit', url, ...person });
    const signedIn = this.#house.agent.signIn({ scopes: SIGNED_IN, way: 'browser', account: 'new' });
    this.#signIn = Promise.all([
      this.#signIn,
      signedIn.then((result) => this.#add({ [outcome(result)]: 1 })),
    ]);
  }

  #list(random: Random): void {
    const { agent } = this.#house;
    const scope = random.pick(FLOWS_SCOPES)?.scope ?? '';
    const entry = agent.entry(scope);
    agent.removeScope(scope);
    if (entry !== null) agent.putBack(entry);
    agent.setKeepAlive(random.chance(0.5));
  }

  /** A program that no rule is about, until its question runs out or it leaves. */
  #wait(random: Random): void {
    const scope = encodeURIComponent(random.pick(FLOWS_SCOPES)?.scope ?? '');
    const order = {
      manner: 'broker',
      path: this.#house.broker.broker.path,
      what: `/v1/token?scope=${scope}&wait=1`,
    };
    const asked = this.#world.ask<CallerCounts>({ kind: 'call', orders: [order] });
    this.#waiting.push(asked.then((counts) => this.#add(counts)));
  }

  #order(random: Random): CallerOrder {
    const manner = random.weighted<CallerOrder['manner']>([
      [60, 'broker'],
      [20, 'oidc'],
      [8, 'early'],
      [6, 'slow'],
      [2, 'stalled'],
      [4, 'garbage'],
    ]);
    const { broker, oidc } = this.#house.broker;
    const overOidc = manner === 'oidc' || random.chance(0.3);
    const scope = random.pick(SIGNED_IN) ?? '';
    const account = this.#somebody(random);
    const request = JSON.stringify({ request: 'access_token', account, scope });
    if (overOidc && oidc.path !== null && manner !== 'broker')
      return { manner, path: oidc.path, what: request };
    const query = new URLSearchParams({ scope, account, wait: '0' }).toString();
    const target = random.weighted<string>([
      [10, `/v1/token?${query}`],
      [4, `/v1/header?${query}`],
      [2, `/v1/token?${query}&min_ttl=1000`],
      [1, '/v1/scopes'],
      [1, '/v1/status'],
      [1, '/v1/token?scope=nonsense'],
      [1, '/v1/audit?limit=50'],
      [1, '/nowhere'],
    ]);
    const what =
      manner === 'broker' ? target : `GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;
    return { manner, path: broker.path, what };
  }

  #somebody(random: Random): string {
    return random.pick(this.#usernames) ?? '';
  }

  #add(counts: CallerCounts): void {
    for (const [what, count] of Object.entries(counts)) {
      this.counts.set(what, (this.counts.get(what) ?? 0) + count);
    }
  }
}

function outcome(result: Awaited<ReturnType<SoakHouse['agent']['signIn']>>): string {
  return result.ok ? 'signed in' : `not signed in: ${result.problem.reason}`;
}

function faultOf(random: Random): Fault {
  const path = random.chance(0.9) ? TOKEN : '/.well-known';
  const kind = random.pick(['status', 'status', 'cut', 'broken_json', 'slow'] as const);
  const status = random.pick([429, 500, 502, 503]);
  return {
    host: 'auth',
    path,
    kind,
    ...(kind === 'status' ? { status, ...(random.chance(0.3) ? { retryAfter: 30 } : {}) } : {}),
    ...(kind === 'slow' ? { milliseconds: 10 } : {}),
  };
}
