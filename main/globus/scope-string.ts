/** One scope with what it depends on: `scope[dep1 *dep2[dep3]]` (GLOBUS.md §3.4). */
export interface ScopeNode {
  readonly scope: string;
  /** Marked `*`: can be declined or revoked alone. */
  readonly optional: boolean;
  readonly dependencies: readonly ScopeNode[];
}

/** `at`: index in the text; `why`: words for a person who typed it. */
export interface ScopeSyntaxFault {
  readonly ok: false;
  readonly at: number;
  readonly why: string;
}
export type ParsedScope = { readonly ok: true; readonly scope: ScopeNode } | ScopeSyntaxFault;
export type ParsedScopes = { readonly ok: true; readonly scopes: readonly ScopeNode[] } | ScopeSyntaxFault;

/** Longest text that is read; the settings keep no longer entry either. */
export const MAX_SCOPE_LENGTH = 4_000;
/** Levels, the root included. Globus's own deepest are three: flow, transfer, collection. */
export const MAX_SCOPE_DEPTH = 8;

/** Reads exactly one scope; its root cannot be optional, because it is what is asked for. */
export function parseScope(text: string): ParsedScope {
  const parsed = parseScopes(text);
  if (!parsed.ok) return parsed;
  const [scope, second] = parsed.scopes;
  if (scope === undefined) return { ok: false, at: 0, why: 'there is no scope' };
  if (second !== undefined) {
    return { ok: false, at: splitScopes(text)[0]?.length ?? 0, why: 'there is more than one scope' };
  }
  if (scope.optional) return { ok: false, at: text.indexOf('*'), why: 'a root scope cannot be optional' };
  return { ok: true, scope };
}

/**
 * Reads a list as it stands in a `scope` parameter. No space before `[` or after `*`; after `]` only a space,
 * `]` or the end; no empty brackets; no cycles. Siblings that are named twice are merged.
 */
export function parseScopes(text: string): ParsedScopes {
  if (text.length > MAX_SCOPE_LENGTH) {
    return { ok: false, at: MAX_SCOPE_LENGTH, why: `longer than ${MAX_SCOPE_LENGTH} characters` };
  }
  const reader = { text, at: 0 };
  try {
    const scopes = mergeNodes(readList(reader, 1));
    if (reader.at < text.length) throw new Fault(reader.at, '"]" without "["');
    const cycle = cycleIn(scopes);
    if (cycle !== null) throw new Fault(text.indexOf(cycle), `"${cycle}" depends on itself`);
    return { ok: true, scopes };
  } catch (error) {
    if (error instanceof Fault) return { ok: false, at: error.at, why: error.message };
    throw error;
  }
}

export function formatScope(node: ScopeNode): string {
  const inner = node.dependencies.map(formatScope).join(' ');
  return `${node.optional ? '*' : ''}${node.scope}${inner === '' ? '' : `[${inner}]`}`;
}

/** The scope that a token of this text would carry: no mark, no brackets (§2.1). Takes any text. */
export function rootOf(text: string): string {
  return /^\s*\*?([^[\s]*)/.exec(text)?.[1] ?? '';
}

/** Splits a scope list on the spaces outside of brackets. Takes any text, checks nothing. */
export function splitScopes(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const character of text) {
    if (character === '[') depth += 1;
    if (character === ']') depth = Math.max(0, depth - 1);
    if (character === ' ' && depth === 0) {
      if (part !== '') parts.push(part);
      part = '';
    } else {
      part += character;
    }
  }
  return part === '' ? parts : [...parts, part];
}

/**
 * One entry per root, dependencies united; a required mention beats an optional one (§3.4). What cannot be
 * read, or would form a cycle, stays as it is: the server is the judge of it.
 */
export function mergeScopes(texts: readonly string[]): string[] {
  const distinct = [...new Set(texts.flatMap(splitScopes))];
  const parsed = distinct.map((text) => parseScopes(text));
  const nodes = mergeNodes(parsed.flatMap((one) => (one.ok ? one.scopes : [])));
  if (cycleIn(nodes) !== null) return distinct;
  return [...nodes.map(formatScope), ...distinct.filter((_, index) => parsed[index]?.ok === false)];
}

function mergeNodes(nodes: readonly ScopeNode[]): ScopeNode[] {
  const byScope = new Map<string, ScopeNode>();
  for (const node of nodes) {
    const known = byScope.get(node.scope);
    byScope.set(node.scope, {
      scope: node.scope,
      optional: node.optional && (known?.optional ?? true),
      dependencies:
        known === undefined ? node.dependencies : mergeNodes([...known.dependencies, ...node.dependencies]),
    });
  }
  return [...byScope.values()];
}

class Fault extends Error {
  readonly at: number;

  constructor(at: number, why: string) {
    super(why);
    this.at = at;
  }
}

interface Reader {
  readonly text: string;
  at: number;
}

/** RFC 6749 §3.3 without the three characters that have a meaning here. */
const TOKEN = /[!#-)+-Z^-~]+/y;

function readList(reader: Reader, depth: number): ScopeNode[] {
  const nodes: ScopeNode[] = [];
  for (;;) {
    while (peek(reader) === ' ') reader.at += 1;
    if (peek(reader) === '' || peek(reader) === ']') return nodes;
    nodes.push(readNode(reader, depth));
  }
}

function readNode(reader: Reader, depth: number): ScopeNode {
  if (depth > MAX_SCOPE_DEPTH) throw new Fault(reader.at, `deeper than ${MAX_SCOPE_DEPTH} levels`);
  const optional = peek(reader) === '*';
  if (optional) reader.at += 1;
  TOKEN.lastIndex = reader.at;
  const scope = TOKEN.exec(reader.text)?.[0];
  if (scope === undefined) {
    throw new Fault(reader.at, optional ? 'a scope must follow "*"' : 'a scope was expected');
  }
  reader.at += scope.length;
  if (!['', ' ', '[', ']'].includes(peek(reader))) throw new Fault(reader.at, 'this cannot be in a scope');
  if (peek(reader) !== '[') return { scope, optional, dependencies: [] };
  const opened = reader.at;
  reader.at += 1;
  const dependencies = readList(reader, depth + 1);
  if (peek(reader) !== ']') throw new Fault(opened, '"[" is never closed');
  if (dependencies.length === 0) throw new Fault(opened, 'the brackets are empty');
  reader.at += 1;
  if (!['', ' ', ']'].includes(peek(reader))) throw new Fault(reader.at, 'a space must follow "]"');
  return { scope, optional, dependencies: mergeNodes(dependencies) };
}

function peek(reader: Reader): string {
  return reader.text.charAt(reader.at);
}

/** Globus reads the brackets as one graph: `a[b] b[a]` is a cycle too. Answers a scope on one, or null. */
function cycleIn(nodes: readonly ScopeNode[]): string | null {
  const edges = new Map<string, Set<string>>();
  const collect = (node: ScopeNode): void => {
    const targets = edges.get(node.scope) ?? new Set<string>();
    edges.set(node.scope, targets);
    for (const inner of node.dependencies) {
      targets.add(inner.scope);
      collect(inner);
    }
  };
  nodes.forEach(collect);
  // What nothing depends on is taken away until only cycles are left.
  for (;;) {
    const targets = new Set([...edges.values()].flatMap((set) => [...set]));
    const free = [...edges.keys()].filter((scope) => !targets.has(scope));
    if (free.length === 0) return edges.keys().next().value ?? null;
    for (const scope of free) edges.delete(scope);
  }
}
