import { type Answer, json, problem } from './answers.ts';
import type { Leaving } from './departure.ts';
import type { BrokerPorts } from './ports.ts';
import { auditEntry, type Call } from './token-answer.ts';

/** Milliseconds that the successor may hold the connection before its predecessor goes anyway. */
export const RELEASE_MS = 30_000;

/**
 * Only the same installation's programs on this machine. The check keeps strangers from ending the agent; the
 * tokens need none, sealed as they are: they open for nobody who cannot read the vault.
 */
export async function mayHandOver(ports: BrokerPorts, call: Call): Promise<Answer | null> {
  const local = call.caller.subject.kind !== 'forwarded';
  if (local && ports.isSibling?.(call.caller) === true) return null;
  await ports.audit.append(auditEntry(call, null, null, 'denied', 'denied'));
  return problem('denied', 'Only this installation’s own programs, on this machine, may do this.');
}

/** `POST /v1/retire`: the agent stops renewing, the broker goes on answering until the successor stands. */
export async function answerRetire(ports: BrokerPorts, call: Call): Promise<Answer> {
  if (ports.retire === undefined) return problem('cannot-retire', 'This agent never retires.');
  const outcome = await ports.retire();
  if (outcome.kind === 'refused') return problem('cannot-retire', outcome.detail);
  // Also when it left while we were waiting: the agent has stopped renewing, and a new one is free to start.
  whenReleased(ports, call.leaving);
  const sealed = outcome.sealed.map(({ grant, salt, sealed }) => ({ grant, salt, sealed }));
  return json({ pid: process.pid, sealed });
}

/** `GET /v1/sealed`: for the process that lost a renewal's lock to this one. */
export async function answerSealed(ports: BrokerPorts, call: Call): Promise<Answer> {
  const found = (await ports.sealed?.(call.query.grant ?? '')) ?? null;
  if (found === null) return problem('not-found', 'There is no live access token of this grant.');
  const { grant, salt, sealed } = found;
  return json({ grant, salt, sealed });
}

function whenReleased(ports: BrokerPorts, gone: Leaving): void {
  let told = false;
  const tell = () => {
    cancel();
    gone.removeEventListener('abort', tell);
    if (!told) ports.retired?.();
    told = true;
  };
  const cancel = ports.clock.after(RELEASE_MS, tell);
  if (gone.aborted) tell();
  else gone.addEventListener('abort', tell, { once: true });
}
