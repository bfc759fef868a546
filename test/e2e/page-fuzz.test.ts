import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CallName } from '../../preload/contract.ts';
import { judgeAnswer } from '../fuzz/ipc/answers.ts';
import { makeMessage, type Message } from '../fuzz/ipc/requests.ts';
import { Random } from '../fuzz/random.ts';
import { startSandbox } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { type DesktopSession, startDesktopSession } from '../support/desktop-session.ts';
import { startTrayApp, type TrayApp } from '../support/tray-app.ts';
import { signInFully } from '../support/tray-rig.ts';

const SEED = 1;
const MESSAGES = 400;
/** What would leave nothing to send messages from or about; `npm run fuzz -- --target ipc` plays these too. */
const LAST: readonly CallName[] = [
  ...(['window.close', 'setup.client', 'setup.vault'] as const),
  ...(['signOut', 'account.signOut', 'scope.signOut', 'scope.remove'] as const),
];

let session: DesktopSession;
let sandbox: Sandbox;
let tray: TrayApp;

beforeAll(async () => {
  [session, sandbox] = await Promise.all([startDesktopSession(), startSandbox()]);
  tray = await startTrayApp(session, sandbox);
  await signInFully(session, tray);
});
afterAll(async () => {
  await tray.close();
  await sandbox.close();
  await session.close();
});

/** `answer`: what came. `rejected`: the error's text, as the page sees it. */
type Outcome = { kind: 'answer'; value: unknown } | { kind: 'rejected'; text: string };

it(`[C44] [C47] a page that has been taken over sends ${MESSAGES} messages of any form: each is answered as agreed or refused, and the app goes on`, async () => {
  const random = new Random(SEED, 0);
  const shapes = new Map<string, number>();
  const outcomes: Outcome[] = [];
  for (let sent = 0; sent < MESSAGES; sent++) {
    const message = makeMessage(random, []);
    if (message.args.length !== 1) continue;
    if (message.shape !== 'unserializable' && LAST.includes(message.name)) continue;
    const outcome = await send(message, random.below(1_000));
    outcomes.push(outcome);
    const shown = `message ${sent}: ${message.shape} ${message.name}`;
    if (outcome.kind === 'answer') expect(judgeAnswer(message.name, outcome.value), shown).toBeNull();
    else expect(outcome.text, shown).toMatch(REFUSED);
    const shape = `${message.shape} ${outcome.kind}`;
    shapes.set(shape, (shapes.get(shape) ?? 0) + 1);
  }
  // It was no one-sided talk.
  expect(shapes.get('fits answer')).toBeGreaterThan(100);
  expect(shapes.get('changed rejected')).toBeGreaterThan(30);
  expect(shapes.get('unserializable rejected')).toBeGreaterThan(3);

  const state = await send({ name: 'session.unlock', shape: 'fits', args: [null] }).then(() =>
    tray.page.evaluate(() => window.tray.call('state.get', null)),
  );
  expect(state).toMatchObject({ locked: false, accounts: [{ username: 'ada@uni.example' }] });
  const said = JSON.stringify([outcomes, state]);
  expect(sandbox.issued.filter((secret) => said.includes(secret))).toEqual([]);
  expect(await tray.requests()).toEqual([]);
}, 120_000);

/** A refusal of ours, or of Chromium's for what no message can carry. Never `failed`, which is a handler that threw. */
const REFUSED = /: IpcRejected: [\w.]+: schema$|could not be cloned|object is not extensible/i;

/**
 * Sends it from the page itself; a sign-in for which nobody comes is given up. Values are built in the page: the driver's
 * own protocol stops at deep ones, and at some that the structured clone carries.
 */
function send({ name, shape, args: [request] }: Message, odd = 0): Promise<Outcome> {
  const text = shape === 'unserializable' || request === undefined ? null : JSON.stringify(request);
  return tray.page.evaluate(
    async ([call, json, which]) => {
      const circle: Record<string, unknown> = {};
      circle['scope'] = circle;
      const odds: readonly unknown[] = [
        ...[
          undefined,
          Number.NaN,
          -0,
          10n ** 30n,
          new Date(Number.NaN),
          /x/g,
          new Error('x'),
          new Array<unknown>(3),
        ],
        ...[
          new Map([['scope', 'x']]),
          new Set([1]),
          new Uint8Array(2_000_000),
          Object.create(null) as unknown,
          circle,
        ],
        ...[() => 1, Symbol('x'), document.body, new Blob(['x']), new Proxy({}, {}), window as unknown],
      ];
      const value = json === null ? odds[which % odds.length] : (JSON.parse(json) as unknown);
      const ask = window.tray.call as (name: string, request: unknown) => Promise<unknown>;
      const patience = setInterval(() => void ask('signIn.cancel', null).catch(() => undefined), 250);
      try {
        const sent = json === null && which % 2 === 1 ? { scope: value, scopes: [value] } : value;
        return { kind: 'answer' as const, value: await ask(call, sent) };
      } catch (error) {
        return { kind: 'rejected' as const, text: String(error) };
      } finally {
        clearInterval(patience);
      }
    },
    [name, text, odd] as const,
  );
}
