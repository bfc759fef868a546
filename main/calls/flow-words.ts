import type { Problem } from '../effects.ts';

/** Wording of what can go wrong when a flow is looked for. Pure. */

const UNTOUCHED = 'Your tokens are unchanged.';

export function notAFlowProblem(): Problem {
  return {
    reason: 'bad-input',
    title: 'That is not the ID of a flow',
    tokens: UNTOUCHED,
    next: 'Paste the ID or the address of a flow, or search for its title.',
  };
}

/** @param label of the environment: "Globus preview" */
export function foreignAddressProblem(label: string): Problem {
  return {
    reason: 'bad-input',
    title: `This address is not one of a flow in ${label}`,
    tokens: UNTOUCHED,
    next: 'Copy the address of the flow’s own page, or paste its ID.',
  };
}

/** Nothing of this flow could be signed in for. @param title plain text */
export function noScopeProblem(title: string): Problem {
  return {
    reason: 'no-scope',
    title: `The flow “${title}” has no scope of its own`,
    tokens: UNTOUCHED,
    next: 'Ask the flow’s owner, or use the scopes of the Flows service.',
  };
}
