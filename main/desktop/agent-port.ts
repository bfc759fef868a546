import type { Agent } from '../agent.ts';

/** The agent as the desktop uses it: what it can do, without what it is made of, so that tests can stand in. */
export type DesktopAgent = Pick<Agent, keyof Agent>;
