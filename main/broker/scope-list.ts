/** By spaces outside brackets: `FLOW[a b]` is one scope with two dependent ones. */
export function splitScopes(text: string): string[] {
  const scopes: string[] = [];
  let depth = 0;
  let current = '';
  for (const sign of `${text} `) {
    if (sign === '[') depth += 1;
    if (sign === ']') depth -= 1;
    if (sign !== ' ' || depth > 0) {
      current += sign;
    } else {
      if (current !== '') scopes.push(current);
      current = '';
    }
  }
  // A bracket that never closes is no scope: the look-up says so.
  return current.trim() === '' ? scopes : [...scopes, current.trim()];
}
