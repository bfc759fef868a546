import { type Answer, problem } from './answers.ts';
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

/** The refusal of such a caller, with what is known of it; null: it has a name, or none is needed here. */
export function refuseNameless(ports: Pick<BrokerPorts, 'nameless'>, caller: Caller): Answer | null {
  const { subject } = caller;
  if (subject.kind !== 'unidentified' || !isNameless(ports, caller)) return null;
  // A process chooses its own name, which may stand in here.
  const why = subject.why.replace(/[^\x20-\x7e’]/g, '?');
  return problem(
    'caller-unknown',
    `Which program asks cannot be said (${why}), so this is not done for it.`,
    {
      next: 'Run it in a terminal, or from a script of yours.',
    },
  );
}
