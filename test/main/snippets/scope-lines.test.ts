import { describe, expect, it } from 'vitest';
import { readScopeLines } from '../../../main/snippets/scope-lines.ts';

describe('the two ways to read the scope of a flow', () => {
  it('are those of the Globus documents, word for word', () => {
    expect(readScopeLines('f1b4c6c0-6b2d-11e9-bd8c-0a06afd4a22e')).toEqual([
      String.raw`curl -s -H "Authorization: Bearer $TOKEN" \
  "https://flows.automate.globus.org/flows/f1b4c6c0-6b2d-11e9-bd8c-0a06afd4a22e" | jq -r '.globus_auth_scope'`,
      `globus flows show "f1b4c6c0-6b2d-11e9-bd8c-0a06afd4a22e" --jmespath 'globus_auth_scope' -Funix`,
    ]);
  });

  it.each(['', 'x', '$(touch pwned)', 'f1b4c6c0-6b2d-11e9-bd8c-0a06afd4a22e"; touch pwned; "'])(
    '[C40] are refused for %j, which could be a command between double quotes',
    (id) => {
      expect(() => readScopeLines(id)).toThrow(RangeError);
    },
  );
});
