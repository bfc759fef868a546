import { serialize } from 'node:v8';
import type { IpcMain, WebContents } from 'electron';
import { IpcRejected, registerCalls } from '../../../main/desktop/ipc/register.ts';
import { channel, type CallName } from '../../../preload/contract.ts';
import { DEMO_CLIENT_ID } from '../../sandbox/index.ts';
import { ALL_SCOPES } from '../../support/sandbox-agent.ts';
import { SECRET } from '../cases.ts';
import type { Played, Stage, Target } from '../play-target.ts';
import type { Random } from '../random.ts';
import { judgeAnswer } from './answers.ts';
import { unlisted } from './effects.ts';
import { type IpcHouse, openIpcHouse } from './house.ts';
import { makeMessage, type Message } from './requests.ts';
import { pages, type Sender, senderOf } from './senders.ts';

/** Every call of the window's contract, as pages and whoever pretends to be one would send it. */
export const IPC: Target = {
  atOnce: 1,
  perStage: 2_000,
  // Node's fetch keeps a pool for every origin it has met, and each sign-in's redirect has a port of its own.
  growth: 40,
  async open(): Promise<Stage> {
    const house = await openIpcHouse();
    const listeners = new Map<string, Listener>();
    registerCalls({
      ipc: {
        handle: (name: string, listener: Listener) => void listeners.set(name, listener),
      } as unknown as IpcMain,
      page: () => pages.window as unknown as WebContents,
      palette: () => pages.palette as unknown as WebContents,
      handlers: house.handlers,
      log: house.person.log,
    });
    const play = new IpcPlay(house, listeners);
    return { play: (random) => play.one(random), close: () => house.close() };
  },
};

type Listener = (event: unknown, ...args: unknown[]) => Promise<unknown>;
type Outcome = { kind: 'answer'; value: unknown } | { kind: 'rejected'; error: unknown };

/** How long a call may wait for a person before the person gives up; nothing else takes half as long. */
const PATIENCE_MS = 120;
const MAX_OFFERS = 20;
/** An answer that waits for a server comes by then: the server is here. */
const ANSWER_MS = 20_000;

class IpcPlay {
  readonly #house: IpcHouse;
  readonly #listeners: ReadonlyMap<string, Listener>;
  readonly #offers: string[] = [];
  #turn = 0;

  constructor(house: IpcHouse, listeners: ReadonlyMap<string, Listener>) {
    this.#house = house;
    this.#listeners = listeners;
  }

  async one(random: Random): Promise<Played> {
    await this.#prepare(random);
    const house = this.#house;
    const message = makeMessage(random, this.#offers);
    const sender = senderOf(random, message.name);
    house.takeEffects();
    house.person.log.lines.length = 0;
    const outcome = await this.#send(message, sender.event);
    const effects = house.takeEffects();
    const shape = `${message.name} ${sender.ours ? message.shape : 'from elsewhere'}`;
    const violation = this.#judge(message, sender, outcome) ?? this.#world(message.name, outcome, effects);
    const said = violation === null ? null : `${violation}: ${shown(message.args)}`;
    return { shape, answer: kindOf(outcome), violation: said };
  }

  /** The state that most calls are about: signed in, unlocked, our client; now and then not. */
  async #prepare(random: Random): Promise<void> {
    const { agent, visit } = this.#house.person;
    if (this.#house.settings.get().clientId !== DEMO_CLIENT_ID) agent.setClientId(DEMO_CLIENT_ID);
    if (agent.locked && random.chance(0.6)) agent.setLocked(false);
    visit.username = random.pick(this.#house.sandbox.users)?.username ?? '';
    visit.deny = random.chance(0.2);
    visit.redirect = random.chance(0.1) ? () => null : (url) => url;
    if (agent.snapshot().accounts.length > 0 && this.#turn++ > 0) return;
    if (this.#turn > 1 && random.chance(0.7)) return;
    const redirect = visit.redirect;
    Object.assign(visit, { deny: false, redirect: (url: URL) => url });
    await agent.signIn({ scopes: ALL_SCOPES, way: 'browser' });
    Object.assign(visit, { redirect });
  }

  async #send({ name, args }: Message, event: unknown): Promise<Outcome> {
    const listener = this.#listeners.get(channel(name));
    if (listener === undefined) throw new Error(`no channel of ${name}`);
    const answered = listener(event, ...args).then(
      (value): Outcome => ({ kind: 'answer', value }),
      (error: unknown): Outcome => ({ kind: 'rejected', error }),
    );
    let over = false;
    void answered.then(() => (over = true));
    const began = performance.now();
    while (!over && performance.now() - began < PATIENCE_MS)
      await new Promise((resolve) => setImmediate(resolve));
    // A sign-in for which nobody comes is given up: again and again, for it may only begin after the flows were read.
    while (!over && performance.now() - began < ANSWER_MS) {
      this.#house.person.agent.cancelSignIn();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    if (!over) throw new Error(`${name} was not answered in ${ANSWER_MS} ms`);
    const outcome = await answered;
    this.#house.person.agent.cancelSignIn();
    return outcome;
  }

  #judge({ name, shape, args }: Message, { ours }: Sender, outcome: Outcome): string | null {
    if (outcome.kind === 'rejected') {
      const { error } = outcome;
      if (!(error instanceof IpcRejected)) return `${name} rejected with ${String(error)}`;
      if (error.message.includes(SECRET)) return `${name} repeats what was sent`;
      if (error.reason === 'failed') return `${name} failed: ${this.#failure()}`;
      if (!ours !== (error.reason === 'sender')) return `${name} was refused for its ${error.reason}`;
      return null;
    }
    if (!ours) return `${name} answered a stranger`;
    if (args.length !== 1 || shape === 'arguments') {
      if (args.length !== 1) return `${name} took ${args.length} arguments`;
    }
    return judgeAnswer(name, outcome.value);
  }

  #world(name: CallName, outcome: Outcome, effects: readonly string[]): string | null {
    const { sandbox, person, clipboard } = this.#house;
    const refused = outcome.kind === 'rejected';
    const not = refused ? effects.filter((one) => one !== 'settings grants') : unlisted(name, effects);
    if (not.length > 0) return `${name} had the effect ${not.join(', ')}`;
    const text = outcome.kind === 'answer' ? asText(outcome.value) : '';
    const log = asText(person.log.lines);
    for (const secret of sandbox.issued) {
      if (text.includes(secret)) return `a token in the answer of ${name}`;
      if (log.includes(secret)) return `a token in the log after ${name}`;
    }
    if (log.includes(SECRET)) return `the log repeats what was sent with ${name}`;
    const bare = clipboard.writes
      .splice(0)
      .find(
        ({ text: written, concealed }) =>
          !concealed && sandbox.issued.some((secret) => written.includes(secret)),
      );
    if (bare !== undefined) return `${name} copied a token without its mark`;
    this.#keepOffers(text);
    return null;
  }

  #failure(): string {
    const line = this.#house.person.log.lines.find(({ level }) => level === 'error');
    const error = line?.fields['error'];
    return error instanceof Error ? (error.stack ?? error.message).slice(0, 600) : 'no line in the log';
  }

  /** Offers of test calls, so that `call.accept` finds some. */
  #keepOffers(text: string): void {
    for (const [, id] of text.matchAll(/"(?:offer|needs)":\{"id":"([^"]+)"/g)) {
      if (id !== undefined) this.#offers.push(id);
    }
    this.#offers.splice(0, this.#offers.length - MAX_OFFERS);
  }
}

function kindOf(outcome: Outcome): string {
  if (outcome.kind === 'rejected')
    return `rejected ${outcome.error instanceof IpcRejected ? outcome.error.reason : ''}`;
  const { ok, problem } = outcome.value as { ok?: boolean; problem?: { reason: string } };
  return ok === false ? `problem ${problem?.reason ?? ''}` : 'ok';
}

function asText(value: unknown): string {
  return (
    JSON.stringify(value, (_key, one: unknown) =>
      one instanceof Error ? (one.stack ?? one.message) : one,
    ) ?? ''
  );
}

function shown(args: readonly unknown[]): string {
  try {
    return asText(args).slice(0, 300);
  } catch {
    return `${serialize(args).length} bytes`;
  }
}
