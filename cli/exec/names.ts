import { Failure } from '../failure.ts';

/**
 * The variable of each scope's token: GLOBUS_TOKEN for one, GLOBUS_TOKEN_<SCOPE> for several, or the names that
 * were given, one for each scope in their order.
 *
 * @throws Failure `usage`
 */
export function variableNames(scopes: readonly string[], given: readonly string[]): readonly string[] {
  if (given.length > 0 && given.length !== scopes.length) {
    throw usage(
      `There are ${scopes.length} scopes and ${given.length} names: give --env once for each --scope.`,
    );
  }
  const names =
    given.length > 0
      ? given
      : scopes.map((scope) => (scopes.length === 1 ? 'GLOBUS_TOKEN' : `GLOBUS_TOKEN_${nameOf(scope)}`));
  const crooked = names.find((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  if (crooked !== undefined) throw usage(`${JSON.stringify(crooked)} is no name of a variable.`);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw usage(`Two tokens would be in ${twice}: give each a name with --env.`);
  return names;
}

/** `view_flows` → VIEW_FLOWS, `flow:<id>` → FLOW_<ID>; of a full scope string, its last part. */
function nameOf(scope: string): string {
  const short = /^(?:https:|urn:)/.test(scope) ? (scope.split(/[/:]/).at(-1) ?? scope) : scope;
  return short.toUpperCase().replace(/[^A-Z0-9]/g, '_');
}

function usage(detail: string): Failure {
  return new Failure('usage', detail, 'globus-token exec --help');
}
