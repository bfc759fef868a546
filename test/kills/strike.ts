import type { Random } from '../fuzz/random.ts';
import { approveInProcess } from '../sandbox/visitor.ts';
import type { LoginAnswer } from '../../main/broker/contract.ts';
import { type House, SCOPES, SPARE_SCOPE } from '../support/agent-house.ts';
import type { Point, Trigger, Work } from './points.ts';
import type { Sniper } from './sniper.ts';

/** Seconds that access tokens live: those of a start, and those of a renewal that somebody asks for. */
const LIFE = { first: 10_000, later: 100_000 };

export type Confirmed =
  /** The agent died before anybody had an answer, or the answer was a no. */
  | { kind: 'nothing' }
  | { kind: 'token'; access: string }
  | { kind: 'signed-in'; from: number }
  | { kind: 'signed-out' }
  | { kind: 'kept'; scope: string; kept: boolean };

export interface Struck {
  confirmed: Confirmed;
  /** The agent died before its work was over. */
  midst: boolean;
}

const NOTHING: Confirmed = { kind: 'nothing' };

/** Has the agent do its work, and kills it at the point. The agent runs, but for the work `start`. */
export async function strike(house: House, sniper: Sniper, point: Point, random: Random): Promise<Struck> {
  const { sandbox } = house;
  const { trigger } = point;
  if (point.work === 'start') await house.kill();
  const work = await prepare(house, point.work, random);
  const rotates = point.rotate ?? random.chance(0.5);
  if (rotates) sandbox.addFault({ host: 'auth', path: '/v2/oauth2/token', kind: 'rotate' });
  if (trigger.kind === 'unavailable') {
    sandbox.addFault({ host: 'auth', path: '/v2/oauth2/token', kind: 'status', status: 503 });
  }
  if (trigger.kind === 'held') {
    sandbox.addFault({ host: 'auth', path: trigger.path, kind: 'slow', milliseconds: 600_000 });
  }
  const aimed =
    trigger.kind === 'sight'
      ? await sniper.aim({
          ...{ pid: house.pid, folder: house.data, sight: trigger.sight },
          ...{ nth: random.between(1, trigger.nth), later: random.below(400) },
        })
      : null;
  const moment = momentOf(house, trigger, random);
  let over = false;
  const done = work().then((confirmed) => {
    over = true;
    return confirmed;
  });
  await Promise.race([done, moment]);
  const shot = (await aimed?.over()) ?? false;
  const midst = shot || !over;
  await house.kill();
  sandbox.clearFaults();
  sandbox.accessTokenSeconds = LIFE.first;
  return { confirmed: await done, midst };
}

/** Resolves when it is time; never, where the end of the work is the time. */
function momentOf(house: House, trigger: Trigger, random: Random): Promise<void> {
  const { sandbox } = house;
  const from = sandbox.log.length;
  switch (trigger.kind) {
    case 'any-moment':
      return later(random.next() * trigger.most);
    case 'held':
      return sandbox.waitForRequest(({ path }) => path === trigger.path, from).then(() => undefined);
    case 'leaving': {
      let left = random.between(1, trigger.nth);
      const wait = random.next() * trigger.most;
      return sandbox
        .waitForRequest(({ path }) => path === trigger.path && (left -= 1) === 0, from)
        .then(() => later(wait));
    }
    case 'sight':
    case 'answered':
    case 'unavailable':
      return new Promise(() => undefined);
  }
}

/** What comes before the dangerous part. @returns that part */
async function prepare(house: House, work: Work, random: Random): Promise<() => Promise<Confirmed>> {
  switch (work) {
    case 'start':
      return async () => {
        await house.start().catch(() => undefined);
        await house.unlock();
        // It renews what it has, until it is killed for that or for taking too long.
        await Promise.race([house.ended(), later(3_000)]);
        return NOTHING;
      };
    case 'refresh': {
      const scope = random.pick(SCOPES);
      house.sandbox.accessTokenSeconds = LIFE.later;
      return async () => {
        const { status, body } = await house.token(scope, LIFE.first);
        return status === 200 ? { kind: 'token', access: String(body['access_token']) } : NOTHING;
      };
    }
    case 'sign-in':
      return signingIn(house);
    case 'sign-out':
      return async () => {
        const said = await house.say('POST', '/v1/sign-out', {});
        return said?.status === 200 ? { kind: 'signed-out' } : NOTHING;
      };
    case 'settings': {
      const stored = await house.stored();
      const kept = stored.kind === 'stored' && !stored.settings.scopeEntries.includes(SPARE_SCOPE);
      return async () => {
        const query = new URLSearchParams({ scope: SPARE_SCOPE }).toString();
        const said = kept
          ? await house.say('POST', '/v1/scopes', { scope: SPARE_SCOPE })
          : await house.say('DELETE', `/v1/scopes?${query}`);
        return said?.status === 200 ? { kind: 'kept', scope: SPARE_SCOPE, kept } : NOTHING;
      };
    }
  }
}

/** Up to the code that the person brings back. @throws when the sign-in cannot begin */
export async function signingIn(house: House): Promise<() => Promise<Confirmed>> {
  const begun = await house.say('POST', '/v1/login', { way: 'paste', scopes: SCOPES.join(' ') });
  const { link } = (begun?.body ?? {}) as Partial<LoginAnswer>;
  if (typeof link !== 'string') throw new Error(`no sign-in began: ${JSON.stringify(begun)}`);
  const code = await approveInProcess(link);
  const from = house.sandbox.ledger.lines.length;
  return async () => {
    const said = await house.say('POST', '/v1/login/code', { code });
    const { phase } = (said?.body ?? {}) as Partial<LoginAnswer>;
    return phase === 'done' ? { kind: 'signed-in', from } : NOTHING;
  };
}

function later(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
