import type { FlowAnswer } from '../../broker/contract.ts';
import type { Managed } from '../../broker/manage-port.ts';
import { readFlowReference } from '../../globus/flow-reference.ts';
import { normalUuid } from '../../globus/uuid.ts';
import { rootNamed } from '../../tokens/scope-names.ts';
import type { ScopeStatus } from '../../tokens/status.ts';
import type { ManageParts } from './parts.ts';
import { DONE, managed, refusalOf, refused, type Refusal } from './refusals.ts';

type KeptParts = Pick<ManageParts, 'agent' | 'flowBook' | 'flowRead'>;

/** The kept scope that a text names: short name, full string or `flow:<id>`; null when it is not kept. */
export function findKept({ agent }: Pick<KeptParts, 'agent'>, text: string): ScopeStatus | null {
  const { scopes } = agent.snapshot();
  const named = scopes.find(({ entry }) => entry.scope === text || entry.name === text);
  if (named !== undefined) return named;
  const root = rootNamed(text);
  return scopes.find(({ entry }) => entry.scope === root) ?? null;
}

export function notKept(): Refusal {
  return refused(
    'unknown-scope',
    'The agent does not keep this scope, so there is no token for it.',
    'See what it keeps: globus-token scopes. Or keep it: globus-token scopes add <scope>',
  );
}

/** Full scope strings for scopes as a caller wrote them; refused as a whole where one is not kept. */
export function allKept(parts: Pick<KeptParts, 'agent'>, texts: readonly string[]): string[] | Refusal {
  const found = texts.map((text) => findKept(parts, text)?.entry.scope ?? null);
  const scopes = found.filter((scope) => scope !== null);
  return scopes.length < found.length ? notKept() : [...new Set(scopes)];
}

export function addScope({ agent }: KeptParts, scope: string): Managed<null> {
  return managed(agent.addScope(scope));
}

export function removeScope(parts: KeptParts, scope: string): Managed<null> {
  const kept = findKept(parts, scope);
  return kept === null ? notKept() : managed(parts.agent.removeScope(kept.entry.scope));
}

export function flows({ agent }: Pick<KeptParts, 'agent'>): FlowAnswer[] {
  const { flows: kept, scopes } = agent.snapshot();
  return kept.map(({ id, title, scope }) => {
    const status = scopes.find(({ entry }) => entry.scope === scope);
    const expiresAt = status?.expiresAt ?? null;
    return {
      id,
      title,
      scope,
      state: status?.state ?? 'needs-consent',
      expires_at: expiresAt === null ? null : Math.floor(expiresAt / 1_000),
    };
  });
}

export async function addFlow(parts: KeptParts, flow: string): Promise<Managed<null>> {
  const { agent, flowBook, flowRead } = parts;
  if (agent.locked) return refused('locked');
  const { clientId, environment } = agent.snapshot();
  if (clientId === null) return refused('not-set-up');
  const id = readFlowReference(flow, environment);
  if (id === null) return NO_FLOW;
  const read = await (await flowBook()).add(id);
  if (!read.ok) return refusalOf(read.problem, 'unreachable');
  const kept = agent.setFlow(read.value);
  if (kept.ok) flowRead?.(read.value.id);
  return managed(kept);
}

export function removeFlow({ agent }: KeptParts, id: string): Managed<null> {
  const wanted = normalUuid(id);
  if (!agent.snapshot().flows.some((flow) => flow.id === wanted)) return FLOW_NOT_KEPT;
  const gone = agent.removeFlow(id);
  return gone.ok ? DONE : refusalOf(gone.problem);
}

const NO_FLOW = refused(
  'bad-request',
  'That is neither a flow’s ID nor an address of one in this environment. Nothing was changed.',
  'Copy the ID or the address from the flow’s page in the Globus web app.',
);
const FLOW_NOT_KEPT = refused(
  'not-found',
  'The agent keeps no flow with this ID. Nothing was changed.',
  'See which it keeps: globus-token flows',
);
