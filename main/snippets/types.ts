/** Which API a recipe talks to; its origin comes from the environment (`originOfService`). */
export type ServiceName = 'flows' | 'auth';

/** A ready-made API request that a scope allows (GLOBUS.md §4.1, §5). */
export interface Recipe {
  /** Stable and unique within the catalog: `list-flows`. */
  readonly id: string;
  /** What it does, as a button says it: "List flows". */
  readonly title: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path with `{placeholder}` parts: `/flows/{flow_id}`. */
  readonly path: string;
  readonly query?: readonly (readonly [name: string, value: string])[];
  /** JSON request body. */
  readonly body?: unknown;
  /** Scope names (catalog), or full scope strings of flows, of which any one suffices. */
  readonly scopes: readonly string[];
  /** True when the request changes nothing on the server. */
  readonly readOnly: boolean;
  /** Names of the placeholders; `placeholdersOf` says what they mean. `flow_id` becomes `FLOW_ID` in a shell. */
  readonly placeholders?: readonly string[];
  /** Absent: `flows`. */
  readonly service?: ServiceName;
  /** The flow that a recipe of a flow's own scope is about; its path names it already. */
  readonly flowId?: string;
}

/**
 * How the token enters a snippet.
 *
 * - `fetched`: the snippet asks the broker when it runs. `socket` is the path of the broker's socket (or
 *   Windows pipe), `scope` what it asks for: a short name, a full scope string or `flow:<id>`. `account` is a
 *   `sub`; absent: the account in use when the snippet runs. No secret in it.
 * - `variable`: the environment variable `TOKEN`.
 * - `literal`: the token itself. `dots` is what a screen shows in its place.
 */
export type TokenInSnippet =
  | { kind: 'literal'; token: string }
  | { kind: 'dots' }
  | { kind: 'variable' }
  | { kind: 'fetched'; socket: string; scope: string; account?: string };

/** The ways that people choose from; `dots` is only how `literal` is drawn. */
export type TokenMode = 'fetched' | 'variable' | 'literal';
