import { randomText } from '../secrets.ts';
import type { SandboxClock, SandboxUser, SessionFacts } from '../types.ts';
import type { Identity } from '../users.ts';

/** Who has signed in with one browser, when, and how (GLOBUS.md §1.7). */
export interface BrowserSession {
  id: string;
  account: SandboxUser;
  /** Identity ID → time of its newest sign-in. */
  authentications: Map<string, number>;
  mfa: boolean;
  policies: Set<string>;
}

/** The `session_*` parameters of an authorize request (GLOBUS.md §1.3). */
export interface SessionRequirements {
  identities: readonly string[];
  domains: readonly string[];
  policies: readonly string[];
  mfa: boolean;
}

export class BrowserSessions {
  private readonly sessions = new Map<string, BrowserSession>();
  private readonly clock: SandboxClock;

  constructor(clock: SandboxClock) {
    this.clock = clock;
  }

  get(id: string | undefined): BrowserSession | undefined {
    return id === undefined ? undefined : this.sessions.get(id);
  }

  /** Another sign-in of the same account adds to its session; another account starts a new one. */
  signIn(
    identity: Identity,
    how: { mfa: boolean; policies: readonly string[] },
    current: BrowserSession | undefined,
  ): BrowserSession {
    const same = current?.account.sub === identity.account.sub ? current : undefined;
    const session: BrowserSession = {
      // A new ID at every sign-in, so that a planted cookie is worth nothing.
      id: randomText(40),
      account: identity.account,
      authentications: new Map(same?.authentications).set(identity.sub, this.clock.now()),
      mfa: how.mfa || (same?.mfa ?? false),
      policies: new Set([...(same?.policies ?? []), ...how.policies]),
    };
    if (current !== undefined) this.sessions.delete(current.id);
    this.sessions.set(session.id, session);
    return session;
  }

  end(id: string | undefined): void {
    if (id !== undefined) this.sessions.delete(id);
  }
}

/** What a token keeps of the session it was asked for in. */
export function factsOf(session: BrowserSession): SessionFacts {
  return {
    identities: [...session.authentications.keys()],
    authenticatedAt: Math.max(...session.authentications.values()),
    mfa: session.mfa,
    policies: [...session.policies],
  };
}

/** MFA counts only together with identities or a domain (GLOBUS.md §1.3). */
export function readRequirements(query: URLSearchParams): SessionRequirements {
  const identities = list(query, 'session_required_identities');
  const domains = list(query, 'session_required_single_domain');
  const mfa = (query.get('session_required_mfa') ?? '').toLowerCase() === 'true';
  return {
    identities,
    domains,
    policies: list(query, 'session_required_policies'),
    mfa: mfa && identities.length + domains.length > 0,
  };
}

/** True when nothing more has to be asked of the user. Every identity must be there, of the domains one. */
export function isSatisfied(
  session: BrowserSession,
  requirements: SessionRequirements,
  identities: readonly Identity[],
): boolean {
  const present = identities.filter((identity) => session.authentications.has(identity.sub));
  return (
    requirements.identities.every((wanted) => present.some((identity) => isIdentity(identity, wanted))) &&
    (requirements.domains.length === 0 ||
      present.some((identity) => inDomain(identity, requirements.domains))) &&
    requirements.policies.every((policy) => session.policies.has(policy)) &&
    (!requirements.mfa || session.mfa)
  );
}

/** May this identity be used to meet the requirements at all? */
export function isAcceptable(identity: Identity, requirements: SessionRequirements): boolean {
  const { identities, domains } = requirements;
  return (
    (identities.length === 0 || identities.some((wanted) => isIdentity(identity, wanted))) &&
    (domains.length === 0 || inDomain(identity, domains))
  );
}

/** Identity IDs by the book; usernames and URNs were seen as well (GLOBUS.md §1.3). */
function isIdentity(identity: Identity, wanted: string): boolean {
  return [identity.sub, identity.username, `urn:globus:auth:identity:${identity.sub}`].includes(wanted);
}

function inDomain(identity: Identity, domains: readonly string[]): boolean {
  return domains.includes(identity.username.split('@')[1] ?? '');
}

function list(query: URLSearchParams, name: string): string[] {
  return (query.get(name) ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
