import { namesCallers } from '../broker/nameless.ts';
import type { PolicyState } from './policy-file.ts';

export const NOBODY_DECIDES =
  'this system does not tell who asks, so no rule and no answer in a terminal is taken, and without a window no ' +
  'token is handed out here; the desktop app asks in a window of its own';

/**
 * What a person should know at the start of who says yes to whom: nothing where the policy file says it.
 *
 * Where nobody can be named, no rule is about anybody, and an answer from a terminal cannot be told from one that a
 * program gives itself. To open either would be to ask nobody.
 */
export function whoDecides(platform: NodeJS.Platform, policy: PolicyState, path: string): string[] {
  if (!namesCallers(platform)) {
    return [NOBODY_DECIDES];
  }
  switch (policy.kind) {
    case 'absent':
      return [`there is no ${path}, so every program is asked about: globus-token approvals`];
    case 'bad':
      return [[`${path} is not used:`, ...policy.why].join('\n  ')];
    case 'rules':
      return [];
  }
}
