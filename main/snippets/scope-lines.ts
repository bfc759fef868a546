/**
 * The two ways of the Globus documents to read a flow's own scope (GLOBUS.md §3.2), word for word, with the
 * flow's ID in them. The first takes the token from the variable `TOKEN`, the second uses the CLI's own
 * sign-in.
 *
 * @param flowId a UUID: it stands between double quotes, where anything else could be a command
 * @throws RangeError for any other text
 */
export function readScopeLines(flowId: string): readonly [curl: string, cli: string] {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(flowId)) throw new RangeError('not a flow ID');
  return [
    'curl -s -H "Authorization: Bearer $TOKEN" \\\n' +
      `  "https://flows.automate.globus.org/flows/${flowId}" | jq -r '.globus_auth_scope'`,
    `globus flows show "${flowId}" --jmespath 'globus_auth_scope' -Funix`,
  ];
}
