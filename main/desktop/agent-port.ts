import type { Agent } from '../agent.ts';

/**
 * The agent as the faces use it: what it can do, without what it is made of, so that tests can stand in. No
 * face is given a token; only the broker takes one.
 */
export type DesktopAgent = Pick<Agent, Exclude<keyof Agent, 'accessToken' | 'locked'>>;
