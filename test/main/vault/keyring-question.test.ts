import dbus, { type Message } from 'dbus-native';
import { afterEach, describe, expect, it } from 'vitest';
import { KeyringQuestion } from '../../../main/vault/keyring-question.ts';
import { CallQueue } from '../../../main/vault/queue.ts';
import { SessionBus } from '../../../main/vault/session-bus.ts';
import { realClock } from '../../support/agent-parts.ts';
import { PrivateBus, type StandIn } from '../../support/private-bus.ts';

const SECRETS = 'org.freedesktop.secrets';
const LOGIN = '/org/freedesktop/secrets/collection/login';
const ITEMS = [`${LOGIN}/1`, `${LOGIN}/2`];
const PROMPT = '/org/freedesktop/secrets/prompt/u1';

/** A keyring that hands out a question for what is locked, and does with it what the test says. */
class Keyring {
  locked = true;
  lockedItems: string[] = [];
  /** Objects that each call of Unlock named. */
  readonly unlocks: unknown[] = [];
  prompt = PROMPT;
  onPrompt: () => void = () => undefined;
  #service: StandIn | null = null;

  async start(bus: PrivateBus): Promise<void> {
    this.#service = await bus.service(SECRETS, (message) => this.#answer(message));
  }

  answer(dismissed: boolean): void {
    const body = [dismissed, new dbus.Variant('s', '')];
    this.#service?.signal(PROMPT, 'org.freedesktop.Secret.Prompt', 'Completed', 'bv', body);
  }

  leave(): void {
    this.#service?.leave();
  }

  #answer({ member, body }: Message): [string, unknown[]] | null {
    if (member === 'ReadAlias') return ['o', [LOGIN]];
    if (member === 'Get') return ['v', [new dbus.Variant('b', this.locked)]];
    if (member === 'SearchItems') return ['aoao', [[], this.lockedItems]];
    if (member === 'Unlock') {
      this.unlocks.push(body?.[0]);
      return ['aoo', [[], this.prompt]];
    }
    if (member !== 'Prompt') return null;
    setImmediate(() => this.onPrompt());
    return ['', []];
  }
}

describe('what a keyring asks the person, when somebody wants it to', () => {
  const buses: PrivateBus[] = [];
  afterEach(async () => {
    for (const bus of buses.splice(0)) await bus.close();
  });

  async function setup(): Promise<{ keyring: Keyring; question: KeyringQuestion }> {
    const bus = await PrivateBus.open();
    buses.push(bus);
    const keyring = new Keyring();
    await keyring.start(bus);
    const env = { DBUS_SESSION_BUS_ADDRESS: `unix:path=${bus.socket}` };
    const session = new SessionBus(env, new CallQueue({ deadline: 5_000, after: realClock.after }));
    return { keyring, question: new KeyringQuestion(session, 'globus-token-tray') };
  }

  it('[C27] is its password where it is locked, and then nothing more', async () => {
    const { keyring, question } = await setup();
    keyring.onPrompt = () => {
      keyring.locked = false;
      keyring.answer(false);
    };
    await question.ask();
    expect(keyring.unlocks).toEqual([[LOGIN]]);
  });

  it('[C27] is also what is in it, where that is kept back', async () => {
    const { keyring, question } = await setup();
    keyring.lockedItems = ITEMS;
    keyring.onPrompt = () => {
      if (!keyring.locked) keyring.lockedItems = [];
      keyring.locked = false;
      keyring.answer(false);
    };
    await question.ask();
    expect(keyring.unlocks).toEqual([[LOGIN], ITEMS]);
  });

  it('is nothing where nothing is locked', async () => {
    const { keyring, question } = await setup();
    keyring.locked = false;
    await question.ask();
    expect(keyring.unlocks).toEqual([]);
  });

  it('is not asked again when it was turned down, until somebody wants it again', async () => {
    const { keyring, question } = await setup();
    keyring.onPrompt = () => keyring.answer(true);
    await question.ask();
    expect(keyring.unlocks).toEqual([[LOGIN]]);
    await question.ask();
    expect(keyring.unlocks).toEqual([[LOGIN], [LOGIN]]);
  });

  it('is one question for everybody who wants it while it is open', async () => {
    const { keyring, question } = await setup();
    const open = new Promise<void>((resolve) => (keyring.onPrompt = resolve));
    const both = Promise.all([question.ask(), question.ask()]);
    await open;
    keyring.answer(true);
    await both;
    expect(keyring.unlocks).toEqual([[LOGIN]]);
  });

  it('is over when the keyring goes away with it, or takes it back at once', async () => {
    const { keyring, question } = await setup();
    keyring.onPrompt = () => keyring.leave();
    await question.ask();
    const other = await setup();
    other.keyring.prompt = '/';
    await other.question.ask();
    expect(other.keyring.unlocks).toEqual([[LOGIN], [LOGIN]]);
  });
});
