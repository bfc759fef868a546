import type { CheckAnswer } from '../../broker/contract.ts';
import type { Managed } from '../../broker/manage-port.ts';
import type { ScopeStatus } from '../../tokens/status.ts';
import { vaultProblem } from '../../vault/messages.ts';
import { findKept, notKept } from './kept.ts';
import type { ManageParts } from './parts.ts';
import { done, refusalOf, refused, type Refusal } from './refusals.ts';

/**
 * Whether a token will still be had after so many seconds. What a person has to mend first is refused with its
 * own reason, so that a script sees it without reading the answer.
 *
 * @param text the scope as the caller wrote it; null: every kept scope that somebody allowed
 */
export function check(
  parts: Pick<ManageParts, 'agent'>,
  text: string | null,
  seconds: number,
): Managed<CheckAnswer> {
  const { agent } = parts;
  const kept = text === null ? null : findKept(parts, text);
  if (text !== null && kept === null) return notKept();
  if (agent.locked) return refused('locked');
  const trouble = kept === null ? ofAll(parts) : ofOne(parts, kept);
  if (trouble !== null) return trouble;
  const scope = kept?.entry.scope ?? null;
  const { answer, until, why } = agent.outlives(scope, seconds * 1_000);
  return done({ scope, for: seconds, answer, until: until === null ? null : Math.floor(until / 1_000), why });
}

function ofOne(parts: Pick<ManageParts, 'agent'>, status: ScopeStatus): Refusal | null {
  if (status.state === 'needs-sign-in') return noSignIn(parts);
  if (status.state === 'needs-consent') return refused('needs-consent');
  return needsVault(status) ? ofVault(parts) : null;
}

/** Signed in, and no token at hand: the next one takes what is in the vault. */
function needsVault({ state, expiresAt }: ScopeStatus): boolean {
  return expiresAt === null && state !== 'needs-sign-in' && state !== 'needs-consent';
}

/** Why nothing can be read from it now; null: it is ready. */
function ofVault({ agent }: Pick<ManageParts, 'agent'>): Refusal | null {
  const { status, label, absence, damage } = agent.snapshot().vault;
  if (status === 'ready') return null;
  return refusalOf(vaultProblem(status, label, absence, damage), 'vault-trouble');
}

function ofAll(parts: Pick<ManageParts, 'agent'>): Refusal | null {
  const { scopes } = parts.agent.snapshot();
  const trouble = scopes.some(needsVault) ? ofVault(parts) : null;
  if (trouble !== null) return trouble;
  return scopes.length > 0 && scopes.every(({ state }) => state === 'needs-sign-in') ? noSignIn(parts) : null;
}

function noSignIn({ agent }: Pick<ManageParts, 'agent'>): Refusal {
  return refused(agent.snapshot().clientId === null ? 'not-set-up' : 'needs-sign-in');
}
