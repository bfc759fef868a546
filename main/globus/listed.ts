/** Names that a line has room for. */
const MOST = 3;

/** "view_flows, run, all and 3 more" */
export function listed(names: readonly string[]): string {
  const more = names.length - MOST;
  const shown = names.slice(0, MOST).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}
