import { type Environment, flowsOrigins } from './environments.ts';
import { flowIdOfScope } from './flow-scope.ts';
import { MAX_SCOPE_LENGTH, parseScope } from './scope-string.ts';
import { normalUuid, UUID_PATTERN } from './uuid.ts';

/** `/flows/<id>`, and what hangs below it: `/definition`, `/start`, `/run`. */
const FLOW_PATH = new RegExp(`^/flows/(${UUID_PATTERN})(?:/|$)`);
const SHORT = new RegExp(`^flow:(${UUID_PATTERN})$`);
/** URL parsers drop or repair these silently, so that what they read is not what stands there. */
const SUSPECT = /[\s\\\p{Cc}]/u;

/**
 * The flow that a pasted text names: an ID, `flow:<id>`, an address in the web app or of the API (either
 * host, GLOBUS.md §0.10, §1.1), or a flow scope. An address counts only with this environment's exact
 * origin: a flow of another one does not exist here.
 *
 * @returns the flow ID in lower case; null for everything else
 */
export function readFlowReference(text: string, environment: Environment): string | null {
  const trimmed = text.trim();
  if (trimmed.length > MAX_SCOPE_LENGTH) return null;
  const id = normalUuid(trimmed) ?? SHORT.exec(trimmed)?.[1]?.toLowerCase();
  if (id !== undefined) return id;
  // A scope with broken brackets is a typing error, not a flow.
  if (parseScope(trimmed).ok) {
    const ofScope = flowIdOfScope(trimmed);
    if (ofScope !== null) return ofScope;
  }
  return fromUrl(trimmed, environment);
}

function fromUrl(text: string, environment: Environment): string | null {
  if (SUSPECT.test(text) || !URL.canParse(text)) return null;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return null;
  const origins = [...flowsOrigins(environment), environment.webApp];
  if (!origins.includes(url.origin)) return null;
  return FLOW_PATH.exec(url.pathname)?.[1]?.toLowerCase() ?? null;
}
