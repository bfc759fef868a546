import { randomBytes } from 'node:crypto';
import { lstatSync, readdirSync, unlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { type Broker, startBroker } from '../broker/broker.ts';
import type { ForwardAnswer } from '../broker/contract.ts';
import type { ManagePort } from '../broker/manage-port.ts';
import type { BrokerPorts } from '../broker/ports.ts';
import type { BrokerLimits } from '../broker/server.ts';
import { brokerSocketPath } from '../broker/socket-path.ts';
import { BrokerStartError, errorCode } from '../broker/start-error.ts';
import { onlyTells } from './forwarded-manage.ts';
import type { ManagedForwards } from './manage/parts.ts';
import { done, refused } from './manage/refusals.ts';

export type Forwards = ManagedForwards;

export interface ForwardParts {
  /** Those of the main broker. */
  readonly ports: BrokerPorts;
  /** Where the main broker listens; null: it does not. */
  readonly socket: () => string | null;
  /** Asked whether a token will last, and for snippets; null: those routes are not there. */
  readonly manage: () => Pick<ManagePort, 'check' | 'snippet'> | null;
}

const MOST = 16;
/** Seconds: seven days. */
const LONGEST = 604_800;
/** One machine asks here, by what one person runs on it. */
const LIMITS: Partial<BrokerLimits> = { connections: 64 };
const FILE = /^forward-[0-9a-f]{8}\.sock$/;

interface Open {
  readonly answer: ForwardAnswer;
  readonly broker: Broker;
  /** Stops the timer of its end. */
  readonly cancel: () => void;
}

/**
 * Sockets made for another machine (`globus-token forward`): beside the main one, each a broker of its own that
 * hands out the tokens of some scopes until its time is over, takes every caller for one of that machine, and
 * knows no route that changes the agent. They end with the agent.
 */
export function openForwards({ ports, socket, manage }: ForwardParts): Forwards {
  const { clock, log } = ports;
  const open = new Map<string, Open>();
  let starting = 0;
  let over = false;
  let swept: Promise<void> | null = null;
  const sweep = (path: string) => (swept ??= removeDead(path));
  const atStart = socket();
  if (atStart !== null) void sweep(atStart);

  const close = async (id: string): Promise<boolean> => {
    const found = open.get(id);
    if (found === undefined) return false;
    open.delete(id);
    found.cancel();
    await found.broker.close();
    log.info({ id }, 'a socket for forwarding is closed');
    return true;
  };

  const start = async (main: string, host: string, scopes: readonly string[], seconds: number) => {
    await sweep(main);
    const name = randomBytes(4).toString('hex');
    const path = pathBeside(main, name);
    const lasts = Math.min(Math.max(seconds, 0), LONGEST) * 1_000;
    const until = clock.now() + lasts;
    const limit = { scopes: [...scopes], until };
    const tells = manage();
    const broker = await startBroker({
      ...limited(ports),
      ...(tells === null ? {} : { manage: onlyTells(tells) }),
      ...{ path, limit, limits: LIMITS, forwardedFrom: host },
    });
    const id = `f-${name}`;
    const answer = { id, host, path, scopes: [...scopes], until: Math.floor(until / 1_000) };
    // The broker goes by the wall clock, which stands for the user's "until"; this timer does not follow it when
    // it is set back, so that the socket ends even then.
    const cancel = clock.after(lasts, () => void close(id));
    open.set(id, { answer, broker, cancel });
    // The agent ended meanwhile, and nobody else would close it.
    if (over) await close(id);
    return answer;
  };

  /** A socket whose file was removed, with its folder perhaps, is met by nobody any more. */
  const closeLost = () => {
    for (const [id, { answer }] of open) if (isLost(answer.path)) void close(id);
  };

  return {
    list() {
      closeLost();
      return [...open.values()].map(({ answer }) => ({ ...answer, scopes: [...answer.scopes] }));
    },
    async open(host, scopes, seconds) {
      const main = socket();
      if (main === null || over)
        return refused('busy', 'The agent has no socket now, so none can be made beside it.');
      closeLost();
      if (open.size + starting >= MOST) {
        return refused(
          'busy',
          `${MOST} sockets are open for forwarding, and no more can be.`,
          'globus-token forward --list, then globus-token forward --close <id>',
        );
      }
      starting += 1;
      try {
        return done(await start(main, host, scopes, seconds));
      } catch (error) {
        if (!(error instanceof BrokerStartError)) throw error;
        log.error({ error: error.trouble }, 'a socket for forwarding could not be made');
        return refused('internal', `No socket was made, and nothing is forwarded: ${error.message}.`);
      } finally {
        starting -= 1;
      }
    },
    close,
    async closeAll() {
      over = true;
      await Promise.all([...open.keys()].map(close));
    },
  };
}

/** What a forwarded machine may use of the ports. */
function limited(ports: BrokerPorts): BrokerPorts {
  const { identifier, approvals, tokens, audit, rules, clock, log } = ports;
  return {
    ...{ identifier, approvals, tokens, audit, rules, clock, log },
    status: () => ports.status(),
    scopes: () => ports.scopes(),
    about: (scope) => ports.about?.(scope),
    origins: (scope) => ports.origins?.(scope) ?? [],
    // Nobody there may start a sign-in here: it would open a browser at home for a machine elsewhere.
    signIn: () => Promise.resolve({ kind: 'refused', reason: 'needs-sign-in' }),
    lock: () => undefined,
  };
}

/** @throws BrokerStartError `path-too-long` */
function pathBeside(main: string, name: string): string {
  if (isPipe(main)) return `${main}-forward-${name}`;
  const path = join(dirname(main), `forward-${name}.sock`);
  // Only its length is judged: the folder is the main socket's.
  return brokerSocketPath({ GLOBUS_TOKEN_SOCK: path }, null, process.platform);
}

/** Removes what an agent left that was killed: sockets for forwarding that nobody listens at. */
async function removeDead(main: string): Promise<void> {
  if (isPipe(main)) return;
  const folder = dirname(main);
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => FILE.test(name));
  } catch {
    return;
  }
  await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      try {
        if (lstatSync(path).isSocket() && (await isDead(path))) unlinkSync(path);
      } catch {
        // Another start removed it first.
      }
    }),
  );
}

/** Only a refused connect proves that nobody listens. */
function isDead(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect({ path });
    probe.once('connect', () => {
      probe.destroy();
      resolve(false);
    });
    probe.once('error', (error) => resolve(errorCode(error) === 'ECONNREFUSED'));
  });
}

function isLost(path: string): boolean {
  return !isPipe(path) && lstatSync(path, { throwIfNoEntry: false }) === undefined;
}

function isPipe(path: string): boolean {
  return path.startsWith('\\\\');
}
