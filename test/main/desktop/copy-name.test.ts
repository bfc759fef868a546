import { expect, it } from 'vitest';
import { copyName } from '../../../main/desktop/copy-name.ts';
import { flowScope } from '../../../main/globus/flow-scope.ts';
import { FLOWS_SCOPES } from '../../../main/globus/scopes.ts';

const FLOW = '00000000-0000-4000-8000-00000000000a';
const scope = flowScope(FLOW);
const named = (title: string) => [{ id: FLOW, title }];

it('says which flow, by its title', () => {
  expect(copyName({ scope, format: 'curl' }, named('Move and publish'))).toBe('curl for Move and publish');
  expect(copyName({ scope, format: 'header' }, named('Move and publish'))).toBe(
    'header for Move and publish',
  );
  expect(copyName({ scope, format: 'curl', tool: 'httpie' }, named('Move'))).toBe('HTTPie for Move');
  expect(copyName({ scope: `${scope}[x]`, format: 'curl' }, named('Move'))).toBe('curl for Move');
});

it('says the ID of a flow that is not kept, and the short name of any other scope', () => {
  expect(copyName({ scope, format: 'curl' }, [])).toBe(`curl for flow:${FLOW}`);
  expect(copyName({ scope: FLOWS_SCOPES[0]?.scope ?? '', format: 'header' }, named('Move'))).toBe(
    'header for view_flows',
  );
});

it('lets no title rearrange the sentence around it', () => {
  const reversed = copyName({ scope, format: 'curl' }, named('a\u202egnp.exe'));
  expect(reversed).not.toMatch(/[\u202a-\u202e]/);
  const arabic = copyName({ scope, format: 'curl' }, named('تشغيل التدفق'));
  expect(arabic).toBe('curl for \u2068تشغيل التدفق\u2069');
});

it('cuts a long title, for lines that are one line', () => {
  const name = copyName({ scope, format: 'curl' }, named('x'.repeat(300)));
  expect([...name]).toHaveLength('curl for '.length + 60);
  expect(name.endsWith('…')).toBe(true);
});
