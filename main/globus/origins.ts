import { type Environment, flowsOrigins, originsOf } from './environments.ts';
import { flowIdOfScope } from './flow-scope.ts';
import { serviceOf } from './catalog.ts';

/**
 * Origins that a token for this scope may be sent to (CHECKLIST 17), the usual one first. Empty where the host
 * is not known from the scope alone: collections have their own, hand-typed scopes any.
 *
 * @param scope full scope string, brackets allowed
 */
export function originsOfScope(environment: Environment, scope: string): readonly string[] {
  if (flowIdOfScope(scope) !== null) return flowsOrigins(environment);
  const service = serviceOf(scope);
  return service === undefined ? [] : originsOf(environment, service.resourceServer);
}
