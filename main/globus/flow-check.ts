import type { ApiResult } from './flows-http.ts';
import type { Flow } from './flows-types.ts';

/**
 * - `present`: `flow.scope` may be asked for.
 * - `gone`: deleted, or invisible to this user. Its scope may be unknown to Globus by now, and one unknown scope
 *   fails the whole sign-in (GLOBUS.md §1.6): leave it out.
 * - `no-scope`: the answer names no scope of its own: leave it out.
 * - `unknown`: no usable answer, or the token does not suffice to look; the caller decides.
 */
export type FlowCheck =
  | { readonly kind: 'present'; readonly flow: Flow & { readonly scope: string } }
  | { readonly kind: 'gone' | 'no-scope' }
  | { readonly kind: 'unknown'; readonly result: Exclude<ApiResult<Flow>, { kind: 'ok' }> };

/** Looks at each flow before a sign-in, at most four requests at a time. Keys are the IDs as given. */
export async function checkFlows(
  api: { getFlow(flowId: string): Promise<ApiResult<Flow>> },
  flowIds: readonly string[],
): Promise<ReadonlyMap<string, FlowCheck>> {
  const waiting = [...new Set(flowIds)];
  const checks = new Map<string, FlowCheck>();
  const work = async (): Promise<void> => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      checks.set(id, checkOf(await api.getFlow(id)));
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  return checks;
}

const PARALLEL = 4;

function checkOf(result: ApiResult<Flow>): FlowCheck {
  if (result.kind === 'ok') {
    const { scope } = result.value;
    return scope === null ? { kind: 'no-scope' } : { kind: 'present', flow: { ...result.value, scope } };
  }
  if (result.kind === 'refused' && result.error.kind === 'not-found') return { kind: 'gone' };
  return { kind: 'unknown', result };
}
