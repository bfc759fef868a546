import { readdirSync } from 'node:fs';
import { Session } from 'node:inspector';
import type { Sample } from './verdict.ts';

/** Reads this process, collected as far as it goes. @param timers of the agent's own clock */
export async function measure(hour: number, timers: number): Promise<Sample> {
  const { listeners, signals, entries } = await counts();
  const { heapUsed, external, arrayBuffers, rss } = process.memoryUsage();
  return {
    hour,
    heap: heapUsed,
    external: external + arrayBuffers,
    resident: rss,
    descriptors: readdirSync('/proc/self/fd').length,
    // What is over within a turn of the event loop says nothing.
    handles: process.getActiveResourcesInfo().filter((name) => !/Immediate|TickObject/.test(name)).length,
    timers,
    listeners,
    signals,
    entries,
  };
}

/**
 * Asks V8's inspector for every live object of a kind, which collects before it counts: listeners are counted wherever they
 * are, also on what nobody has a name for any more.
 */
async function counts(): Promise<Counts & { readonly signals: number }> {
  const session = new Session();
  session.connect();
  try {
    const emitters = await overAll(session, EMITTER, ON_EMITTERS);
    const signals = await overAll(session, 'AbortSignal', ON_SIGNALS);
    const sets = await overAll(session, 'Set', IN_COLLECTIONS);
    const maps = await overAll(session, 'Map', IN_COLLECTIONS);
    // What was counted with is gone before the heap is read.
    await post(session, 'HeapProfiler.collectGarbage');
    await post(session, 'HeapProfiler.collectGarbage');
    return {
      listeners: emitters.listeners + sets.listeners,
      signals: signals.listeners,
      entries: sets.entries + maps.entries,
    };
  } finally {
    session.disconnect();
  }
}

const EVENTS = `process.getBuiltinModule('node:events')`;
const EMITTER = `${EVENTS}.EventEmitter`;
const ON_EMITTERS = `function () {
  let listeners = 0;
  for (const one of this) {
    // Prototypes of classes are emitters by their chain alone.
    if (!Object.hasOwn(one, '_events') || one._events === undefined) continue;
    for (const name of one.eventNames()) listeners += one.listenerCount(name);
  }
  return { listeners, entries: 0 };
}`;
const ON_SIGNALS = `function () {
  const { getEventListeners } = ${EVENTS};
  let listeners = 0;
  for (const one of this) {
    try { listeners += getEventListeners(one, 'abort').length; } catch { /* the prototype itself */ }
  }
  return { listeners, entries: 0 };
}`;
/** A set of functions is how most of this app keeps listeners. */
const IN_COLLECTIONS = `function () {
  let listeners = 0;
  let entries = 0;
  for (const one of this) {
    try { entries += one.size; } catch { continue; /* the prototype itself */ }
    if (one instanceof Set) for (const value of one) if (typeof value === 'function') listeners += 1;
  }
  return { listeners, entries };
}`;

interface Counts {
  readonly listeners: number;
  readonly entries: number;
}

/** Counts over all live objects of this class. */
async function overAll(session: Session, expression: string, over: string): Promise<Counts> {
  const objectGroup = 'soak';
  const made = await post(session, 'Runtime.evaluate', {
    expression: `(${expression}).prototype`,
    objectGroup,
  });
  const prototypeObjectId = made.result?.objectId;
  if (prototypeObjectId === undefined) throw new Error(`no ${expression}`);
  const { objects } = await post(session, 'Runtime.queryObjects', { prototypeObjectId, objectGroup });
  const called = await post(session, 'Runtime.callFunctionOn', {
    functionDeclaration: over,
    objectId: objects?.objectId,
    returnByValue: true,
  });
  await post(session, 'Runtime.releaseObjectGroup', { objectGroup });
  const counted = called.result?.value;
  if (counted === undefined) throw new Error(`cannot count on ${expression}`);
  return counted;
}

/** As far as the answers are looked at. */
interface Posted {
  readonly result?: { readonly objectId?: string; readonly value?: Counts };
  readonly objects?: { readonly objectId?: string };
}

function post(session: Session, method: string, parameters: object = {}): Promise<Posted> {
  return new Promise((resolve, reject) => {
    session.post(method, parameters, (error: Error | null, answer?: object) => {
      if (error === null) resolve(answer ?? {});
      else reject(error);
    });
  });
}
