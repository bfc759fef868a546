import type { BrokerPorts } from './ports.ts';
import type { Caller } from './types.ts';

/**
 * Whether this process could say who a caller is: on Linux, where /proc tells. Elsewhere every caller is
 * `unidentified`, the user's own shell included, so that to turn those away would be to turn everybody away.
 */
export function namesCallers(platform: NodeJS.Platform): boolean {
  return platform === 'linux';
}

/**
 * Who cannot be named where others can: it could be anybody's program, and no line of the audit log would say
 * whose. It may ask for tokens, where a person decides every time; it starts no sign-in and changes nothing.
 */
export function isNameless({ nameless }: Pick<BrokerPorts, 'nameless'>, { subject }: Caller): boolean {
  return subject.kind === 'unidentified' && nameless !== true;
}
