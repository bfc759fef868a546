import { expect, it } from 'vitest';
import type { PolicyState } from '../../../main/headless/policy-file.ts';
import { whoDecides } from '../../../main/headless/who-decides.ts';

const PATH = '/home/ada/.config/globus-token-tray/policy.json';
const STATES: PolicyState[] = [
  { kind: 'absent' },
  { kind: 'bad', why: ['rules[0]: no program'] },
  { kind: 'rules', count: 1 },
];

it.each(['darwin', 'win32'] as const)(
  '[C59] says on %s that nothing is handed out without a window, whatever the policy',
  (platform) => {
    for (const policy of STATES) {
      const [line, ...more] = whoDecides(platform, policy, PATH);
      expect(line).toContain('no token is handed out here');
      expect(line).not.toContain('approvals');
      expect(more).toEqual([]);
    }
  },
);

it('says on Linux who is asked where there is no policy file, and why one is not used', () => {
  expect(STATES.map((policy) => whoDecides('linux', policy, PATH))).toEqual([
    [`there is no ${PATH}, so every program is asked about: globus-token approvals`],
    [`${PATH} is not used:\n  rules[0]: no program`],
    [],
  ]);
});
