/** A ready-made API request that a scope allows (GLOBUS.md §4.1, §5). */
export interface Recipe {
  /** Stable and unique within the catalog: `list-flows`. */
  readonly id: string;
  /** What it does, as a button says it: "List flows". */
  readonly title: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path with `{placeholder}` parts: `/flows/{flow_id}`. */
  readonly path: string;
  readonly query?: readonly (readonly [name: string, value: string])[];
  /** JSON request body. */
  readonly body?: unknown;
  /** Scope names (catalog) of which any one suffices. */
  readonly scopes: readonly string[];
  /** True when the request changes nothing on the server. */
  readonly readOnly: boolean;
  /** What a placeholder stands for, and the shell variable it becomes: `flow_id` → `FLOW_ID`. */
  readonly placeholders?: readonly string[];
}

/** How the token enters a snippet. `literal` for now; the broker's `fetched` form comes with the broker. */
export type TokenInSnippet = { kind: 'literal'; token: string } | { kind: 'dots' } | { kind: 'variable' };
