import type { ProblemView } from '../../preload/contract.ts';
import type { Problem } from '../effects.ts';

/** Own fields only: what a Problem may carry beyond its type (a cause, a response) stays in main. */
export function problemView(problem: Problem): ProblemView;
export function problemView(problem: Problem | null): ProblemView | null;
export function problemView(problem: Problem | null): ProblemView | null {
  if (problem === null) return null;
  const { reason, title, tokens, next, detail } = problem;
  return { reason, title, tokens, next, ...(detail === undefined ? {} : { detail }) };
}
