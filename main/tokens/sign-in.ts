import type { Problem } from '../effects.ts';

/** Where the sign-in under way stands. */
export type SignInProgress =
  | { phase: 'idle' }
  | { phase: 'waiting'; way: 'browser' | 'paste'; deadline: number }
  | { phase: 'exchanging' }
  | { phase: 'done'; granted: readonly string[]; missing: readonly string[] }
  | { phase: 'failed'; problem: Problem };
