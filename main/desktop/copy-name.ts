import type { CopyRequest } from '../../preload/contract.ts';
import { whatOf } from '../agent-render.ts';
import { shortenEnd, visible } from '../broker/visible-text.ts';
import { flowIdOfScope } from '../globus/flow-scope.ts';
import { rootOf } from '../globus/scope-string.ts';
import type { FlowRecord } from '../settings/types.ts';
import { TOOLS } from '../snippets/render.ts';

/** Characters of a flow's title: notifications and menus have one line. */
const LONGEST = 60;

/** "curl for view_flows", "header for Move and publish": a copy as people know it, without what is in it. */
export function copyName(
  { scope, format, tool }: Pick<CopyRequest, 'scope' | 'format' | 'tool'>,
  flows: readonly Pick<FlowRecord, 'id' | 'title'>[],
): string {
  const known = TOOLS.find(({ id }) => id === tool)?.id;
  const request = { scope, format, ...(known === undefined ? {} : { tool: known }) };
  const title = flowTitle(scope, flows);
  return title === null ? whatOf(request) : whatOf(request, title);
}

/** Of the kept flow whose own scope it is, for the middle of a line of ours; null: of none. */
export function flowTitle(scope: string, flows: readonly Pick<FlowRecord, 'id' | 'title'>[]): string | null {
  const id = flowIdOfScope(rootOf(scope));
  const flow = flows.find((one) => one.id === id);
  return flow === undefined ? null : titleInLine(flow.title);
}

/** Somebody else's words in the middle of ours: one that runs from right to left keeps to itself (TR 9 §2.7). */
function titleInLine(title: string): string {
  const shown = shortenEnd(visible(title), LONGEST);
  return RIGHT_TO_LEFT.test(shown) ? `\u2068${shown}\u2069` : shown;
}

/** The blocks of Unicode whose letters run that way. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
