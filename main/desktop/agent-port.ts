import type { Agent } from '../agent.ts';

/**
 * The agent as the faces use it: what it can do, without what it is made of, so that tests can stand in. No
 * face is given a token, sealed or not; only the broker and the handover between agents take one.
 */
export type DesktopAgent = Pick<
  Agent,
  Exclude<
    keyof Agent,
    | 'accessToken'
    | 'whyNoToken'
    | 'locked'
    | 'looked'
    | 'lookAtVault'
    | 'retire'
    | 'adopt'
    | 'sealed'
    | 'imports'
  >
>;
