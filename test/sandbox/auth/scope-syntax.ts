/** One scope of a request with what it depends on: `scope[dep1 *dep2[dep3]]` (GLOBUS.md §3.4). */
export interface ScopeNode {
  scope: string;
  /** Marked `*`: can be declined or revoked alone. */
  optional: boolean;
  dependencies: ScopeNode[];
}

export class ScopeSyntaxError extends Error {
  override name = 'ScopeSyntaxError';
}

/**
 * Reads a scope parameter. No space before `[` or after `*`; after `]` only a space, `]` or the end; no empty
 * brackets; no scope below itself. Roots that are named twice are merged.
 * @throws {ScopeSyntaxError}
 */
export function parseScopes(text: string): ScopeNode[] {
  const reader = { text, at: 0 };
  const nodes = readList(reader, []);
  if (reader.at < text.length) throw new ScopeSyntaxError(`unexpected "]" at ${reader.at}`);
  return merged(nodes);
}

interface Reader {
  text: string;
  at: number;
}

function readList(reader: Reader, above: readonly string[]): ScopeNode[] {
  const nodes: ScopeNode[] = [];
  for (;;) {
    while (peek(reader) === ' ') reader.at += 1;
    if (peek(reader) === '' || peek(reader) === ']') return nodes;
    nodes.push(readNode(reader, above));
  }
}

function readNode(reader: Reader, above: readonly string[]): ScopeNode {
  const optional = peek(reader) === '*';
  if (optional) reader.at += 1;
  const scope = /^[^\s[\]*]+/.exec(reader.text.slice(reader.at))?.[0];
  if (scope === undefined) throw new ScopeSyntaxError(`expected a scope at ${reader.at}`);
  if (above.includes(scope)) throw new ScopeSyntaxError(`"${scope}" depends on itself`);
  reader.at += scope.length;
  if (peek(reader) === '*') throw new ScopeSyntaxError(`unexpected "*" at ${reader.at}`);
  if (peek(reader) !== '[') return { scope, optional, dependencies: [] };
  reader.at += 1;
  const dependencies = readList(reader, [...above, scope]);
  if (peek(reader) !== ']') throw new ScopeSyntaxError(`"${scope}[" is never closed`);
  if (dependencies.length === 0) throw new ScopeSyntaxError(`empty brackets after "${scope}"`);
  reader.at += 1;
  if (!['', ' ', ']'].includes(peek(reader))) {
    throw new ScopeSyntaxError(`unexpected "${peek(reader)}" after "]" at ${reader.at}`);
  }
  return { scope, optional, dependencies: merged(dependencies) };
}

function peek(reader: Reader): string {
  return reader.text.charAt(reader.at);
}

/** A required mention beats an optional duplicate. */
function merged(nodes: readonly ScopeNode[]): ScopeNode[] {
  const byScope = new Map<string, ScopeNode>();
  for (const node of nodes) {
    const known = byScope.get(node.scope);
    byScope.set(node.scope, {
      scope: node.scope,
      optional: node.optional && (known?.optional ?? true),
      dependencies: merged([...(known?.dependencies ?? []), ...node.dependencies]),
    });
  }
  return [...byScope.values()];
}
