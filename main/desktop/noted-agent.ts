import type { Act, AuditEntry } from '../broker/contract.ts';
import type { DesktopAgent } from './agent-port.ts';

/** A line of the audit log. `denied`: it was not done, or not all of it. */
export type NoteAct = (
  act: Act,
  of?: Pick<AuditEntry, 'scope' | 'account'>,
  answer?: AuditEntry['answer'],
) => void;

/**
 * The agent as window, tray and palette have it: what decides whose sign-ins there are, and whether anybody gets
 * something of them, leaves a line in the audit log, as it does when it comes through the socket (broker/acts.ts).
 */
export function notedAgent(agent: DesktopAgent, note: NoteAct): DesktopAgent {
  const noted: Pick<DesktopAgent, 'setClientId' | 'setLocked' | 'signIn' | 'signOut'> = {
    setClientId(clientId) {
      const result = agent.setClientId(clientId);
      if (result.ok) note('client');
      return result;
    },
    setLocked(locked) {
      const was = agent.snapshot().locked;
      agent.setLocked(locked);
      if (was !== locked) note(locked ? 'lock' : 'unlock');
    },
    async signIn(request) {
      const result = await agent.signIn(request);
      if (result.ok) note('sign-in');
      return result;
    },
    async signOut(wish) {
      // Read before: a sign-out takes the account with it.
      const of = aboutSignOut(agent, wish);
      const result = await agent.signOut(wish);
      const act = wish?.unconfirmed === true ? 'sign-out-unconfirmed' : 'sign-out';
      note(act, of, result.ok ? 'done' : 'denied');
      return result;
    },
  };
  return new Proxy(agent, {
    get(target, name) {
      if (Object.hasOwn(noted, name)) return Reflect.get(noted, name) as unknown;
      const value: unknown = Reflect.get(target, name, target);
      // With itself as `this`: its private fields are not the proxy's.
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

/** Everybody's, when neither account nor scope is named. */
function aboutSignOut(
  agent: DesktopAgent,
  { account, scope }: NonNullable<Parameters<DesktopAgent['signOut']>[0]> = {},
): Pick<AuditEntry, 'scope' | 'account'> {
  const { accounts, account: usual } = agent.snapshot();
  const named = accounts.find(({ sub }) => sub === account) ?? null;
  const whose = account === undefined && scope !== undefined ? usual : named;
  return { scope: scope ?? null, account: whose?.username ?? null };
}
