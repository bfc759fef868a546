import type { AppView, ProblemView, ScopeGroupView, ScopeView, SignInView } from '../../preload/contract.ts';
import type { BrokerView, ClipboardView } from '../../preload/contract.ts';
import type { AgentSnapshot } from '../agent-types.ts';
import type { Problem } from '../effects.ts';
import { originsOf, type Environment } from '../globus/environments.ts';
import { FLOWS_RESOURCE_SERVER, TUTORIAL_CLIENT_ID, findScope } from '../globus/scopes.ts';
import { renderCurl } from '../snippets/curl.ts';
import { recipesFor } from '../snippets/recipes.ts';
import type { SignInProgress } from '../tokens/sign-in.ts';
import type { ScopeStatus } from '../tokens/status.ts';

export interface ViewSources {
  snapshot: AgentSnapshot;
  clipboard: ClipboardView | null;
  /** A problem of the desktop itself (settings file, clipboard); the agent's own comes first. */
  problem: Problem | null;
  version: string;
  now: number;
  /** Null or absent until it has been set up. */
  broker?: BrokerView | null;
}

/** Agent and clipboard as the page and the tray show them: pure, and without a token by its types. */
export function appView(sources: ViewSources): AppView {
  const { snapshot, clipboard, problem, version, now, broker = null } = sources;
  const { environment, account, vault } = snapshot;
  return {
    version,
    environment: { name: environment.name, label: environment.label, fake: environment.fake },
    clientId: snapshot.clientId,
    tutorialClient: snapshot.clientId === TUTORIAL_CLIENT_ID,
    account:
      account === null
        ? null
        : {
            username: account.username,
            displayName: account.displayName,
            initials: initials(account.displayName, account.username),
          },
    vault: {
      backend: vault.backend,
      label: vault.label,
      status: vault.status,
      persistent: vault.persistent,
    },
    online: snapshot.online,
    locked: snapshot.locked,
    groups: groups(snapshot.scopes, environment),
    signIn: signInView(snapshot.signIn),
    clipboard,
    ...(broker === null ? {} : { broker }),
    problem: problemView(snapshot.problem ?? problem),
    clockSkew: snapshot.clockSkew,
    now,
  };
}

/** "Ada King Lovelace" → "AL"; without a name the first letter of the username. */
export function initials(displayName: string, username: string): string {
  const words = displayName.split(/\s+/).filter((word) => /^\p{L}/u.test(word));
  const [first, last] = [words.at(0), words.length > 1 ? words.at(-1) : undefined];
  const letters = [first, last].map((word) => [...(word ?? '')][0] ?? '').join('');
  return (letters || ([...username][0] ?? '?')).toUpperCase();
}

/** Own fields only: what a Problem may carry beyond its type (a cause, a response) stays in main. */
export function problemView(problem: Problem): ProblemView;
export function problemView(problem: Problem | null): ProblemView | null;
export function problemView(problem: Problem | null): ProblemView | null {
  if (problem === null) return null;
  const { reason, title, tokens, next, detail } = problem;
  return { reason, title, tokens, next, ...(detail === undefined ? {} : { detail }) };
}

function signInView(progress: SignInProgress): SignInView {
  switch (progress.phase) {
    case 'idle':
    case 'exchanging':
      return { phase: progress.phase };
    case 'waiting':
      return { phase: 'waiting', way: progress.way, deadline: progress.deadline };
    case 'done':
      return { phase: 'done', granted: [...progress.granted], missing: [...progress.missing] };
    case 'failed':
      return { phase: 'failed', problem: problemView(progress.problem) };
  }
}

/** One group per resource server, in the order of first appearance. */
function groups(statuses: readonly ScopeStatus[], environment: Environment): ScopeGroupView[] {
  const servers = new Map<string, ScopeStatus[]>();
  for (const status of statuses) {
    const { resourceServer } = status.entry;
    servers.set(resourceServer, [...(servers.get(resourceServer) ?? []), status]);
  }
  return [...servers].map(([server, members]) => ({
    id: server,
    title: server === FLOWS_RESOURCE_SERVER ? 'Flows' : server,
    note: groupNote(members),
    scopes: members.map((status) => scopeView(status, environment)),
  }));
}

/** Tokens are told apart by what they carry: scopes that name each other share one (GLOBUS.md §0.1). */
function groupNote(members: readonly ScopeStatus[]): string {
  const held = members.filter((status) => status.expiresAt !== null);
  const tokens = new Set(held.map((status) => [status.entry.scope, ...status.others].sort().join(' '))).size;
  if (tokens === 0) return 'no token yet';
  return `${tokens === 1 ? 'one token' : `${tokens} tokens`} for ${held.length === 1 ? 'one scope' : `${held.length} scopes`}`;
}

function scopeView(status: ScopeStatus, environment: Environment): ScopeView {
  const { entry } = status;
  const [origin] = originsOf(environment, entry.resourceServer);
  return {
    scope: entry.scope,
    name: entry.name,
    definition: entry.definition,
    ...(entry.caution === undefined ? {} : { caution: entry.caution }),
    state: status.state,
    expiresAt: status.expiresAt,
    lifetime: status.lifetime,
    alsoAllows: status.others.map(scopeName),
    recipes:
      origin === undefined
        ? []
        : recipesFor(entry.name).map((recipe) => ({
            id: recipe.id,
            title: recipe.title,
            preview: renderCurl(recipe, { origin, token: { kind: 'dots' } }),
          })),
  };
}

/** What people call it: the catalog's name, else the last part of the string. */
export function scopeName(scope: string): string {
  return findScope(scope)?.name ?? scope.split(/[/:]/).filter(Boolean).at(-1) ?? scope;
}
