import { oauthContext } from './agent-context.ts';
import { Entries } from './agent-entries.ts';
import { Troubles } from './agent-troubles.ts';
import type { AgentEffects, AgentSnapshot } from './agent-types.ts';
import type { OAuthContext } from './oauth/context.ts';
import { discover } from './oauth/discovery.ts';
import { Providers } from './oauth/providers.ts';
import { Session } from './session/session.ts';
import type { GrantRecord } from './settings/types.ts';
import { ClockSkew } from './tokens/clock-skew.ts';
import { Grants } from './tokens/grants.ts';
import { Keeper } from './tokens/keeper.ts';
import { KeptScopes } from './tokens/kept-scopes.ts';
import type { RenewalResult } from './tokens/renewal.ts';
import { renewalAcross } from './tokens/renewal-lock.ts';
import { Retirement } from './tokens/retirement.ts';
import { SignIns } from './tokens/sign-ins.ts';

/** What the agent is made of, each part knowing only what it needs. */
export interface AgentParts {
  readonly session: Session;
  readonly grants: Grants;
  readonly entries: Entries;
  readonly troubles: Troubles;
  readonly keeper: Keeper;
  readonly signIns: SignIns;
  readonly retirement: Retirement;
  readonly providers: Providers;
  readonly skew: ClockSkew;
  /** null until a client ID is set. */
  readonly context: () => OAuthContext | null;
}

export interface AgentHooks {
  /** Something that the faces show has changed. */
  announce: () => void;
  renewed: (grant: GrantRecord, result: RenewalResult) => void;
}

/** Builds the parts and connects them; nothing runs yet. */
export function agentParts(effects: AgentEffects, hooks: AgentHooks): AgentParts {
  const { clock, log, random, settings, vault, environment, hostname } = effects;
  const { announce } = hooks;
  const session = new Session();
  const providers = new Providers();
  const skew = new ClockSkew();
  const kept = new KeptScopes(settings, environment.name);
  const grants = new Grants(settings, vault, environment.name, log);
  const troubles = new Troubles(effects, grants, announce);
  const context = () => oauthContext(effects, skew, announce);
  const keeper = new Keeper({
    clock,
    log,
    random,
    settings,
    announce,
    kept,
    session,
    grants,
    context,
    provider: (one) => providers.get(one),
    outcome: hooks.renewed,
    ...(effects.locks === undefined ? {} : { across: renewalAcross(effects.locks, effects.sibling, log) }),
  });
  const signIns = new SignIns({
    clock,
    log,
    hostname,
    announce,
    settings,
    kept,
    grants,
    keeper,
    context,
    discover,
    environment: environment.name,
    openBrowser: (url) => effects.openBrowser(url),
    vaultProblem: (trouble) => troubles.ofVault(trouble),
  });
  const retirement = new Retirement({
    clock,
    log,
    vault,
    announce,
    grants,
    keeper,
    locked: () => session.locked,
    signingIn: () => ['waiting', 'exchanging'].includes(signIns.progress.phase),
  });
  const entries = new Entries(settings, environment.name);
  return { session, grants, entries, troubles, keeper, signIns, retirement, providers, skew, context };
}

/** What the faces are told, as things stand now. */
export function lookAt(parts: AgentParts, effects: AgentEffects): AgentSnapshot {
  const { grants, entries, troubles, session, keeper, signIns, skew } = parts;
  const { environment, settings, vault } = effects;
  const account = grants.account();
  return {
    environment,
    clientId: settings.get().clientId,
    account,
    accounts: grants.accounts().map((one) => ({ ...one, isDefault: one.sub === account?.sub })),
    flows: entries.flows(),
    vault: { ...vault.describe(), status: troubles.vaultStatus },
    online: session.online,
    locked: session.locked,
    scopes: keeper.statuses(),
    signIn: signIns.progress,
    problem: troubles.newest,
    clockSkew: skew.value,
  };
}
