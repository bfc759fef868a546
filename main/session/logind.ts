import { z } from 'zod';
import type { Clock } from '../effects.ts';
import type { LockState } from './lock-state.ts';
import { type Ask, type BusSignal, watchBus } from './signal-bus.ts';

/**
 * logind's word on the sessions of one user: all of them, because an agent without a window belongs to none
 * (org.freedesktop.login1(5), "Manager Object", "Session Objects"). Returns its end.
 *
 * @param path socket of the system bus
 */
export function watchLogind(
  path: string,
  uid: number,
  clock: Clock,
  state: LockState,
  listeners: { onSleep(): void; onWake(): void },
): () => void {
  let sessions = new Set<string>();

  const refresh = async (ask: Ask): Promise<void> => {
    const all = sessionList.parse(await ask({ ...MANAGER, member: 'ListSessions' }));
    const ours = new Set(all.filter(([, owner]) => owner === uid).map(([, , , , session]) => session));
    for (const gone of sessions) if (!ours.has(gone)) state.forget(gone);
    sessions = ours;
  };

  const onSession = async (signal: BusSignal, ask: Ask): Promise<void> => {
    // A session newer than our list; asked about rather than missed.
    if (!sessions.has(signal.path)) await refresh(ask);
    if (!sessions.has(signal.path)) return;
    if (signal.interface === SESSION && signal.member === 'Lock') state.ask(signal.path);
    if (signal.interface === SESSION && signal.member === 'Unlock') state.see(signal.path, false);
    if (signal.interface !== PROPERTIES || signal.member !== 'PropertiesChanged') return;
    const changed = propertiesChanged.safeParse(signal.body);
    if (!changed.success || changed.data[0] !== SESSION) return;
    const hint = changed.data[1]['LockedHint'];
    if (typeof hint === 'boolean') state.see(signal.path, hint);
    else if (changed.data[2].includes('LockedHint')) await look(signal.path, ask, state);
  };

  return watchBus(path, clock, {
    names: [LOGIND],
    appeared: async (_name, ask) => {
      await refresh(ask);
      for (const session of sessions) await look(session, ask, state).catch(() => undefined);
    },
    signal: async (signal, ask) => {
      if (signal.path.startsWith(SESSIONS)) return onSession(signal, ask);
      if (signal.interface !== MANAGER.interface) return;
      if (signal.member === 'SessionRemoved' || signal.member === 'SessionNew') return refresh(ask);
      if (signal.member !== 'PrepareForSleep') return;
      if (signal.body[0] === true) listeners.onSleep();
      if (signal.body[0] === false) listeners.onWake();
    },
  });
}

async function look(session: string, ask: Ask, state: LockState): Promise<void> {
  const get = { to: LOGIND, path: session, interface: PROPERTIES, member: 'Get', signature: 'ss' };
  state.see(session, z.boolean().parse(await ask({ ...get, body: [SESSION, 'LockedHint'] })));
}

const LOGIND = 'org.freedesktop.login1';
const SESSION = `${LOGIND}.Session`;
const SESSIONS = '/org/freedesktop/login1/session/';
const PROPERTIES = 'org.freedesktop.DBus.Properties';
const MANAGER = { to: LOGIND, path: '/org/freedesktop/login1', interface: `${LOGIND}.Manager` };
/** ID, uid, user name, seat, object path. */
const sessionList = z.array(z.tuple([z.string(), z.number(), z.string(), z.string(), z.string()]));
/** Interface, changed properties, names of properties that changed without a value. */
const propertiesChanged = z.tuple([z.string(), z.record(z.string(), z.unknown()), z.array(z.string())]);
