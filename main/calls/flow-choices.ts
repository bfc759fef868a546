import type { AuthRequirement } from '../globus/gare.ts';

/** A flow to choose from. Texts are plain, but remote input all the same. */
export interface FlowChoice {
  readonly id: string;
  readonly title: string;
  readonly subtitle: string;
  /** URN of an identity; null when the answer names none. */
  readonly owner: string | null;
  readonly role: string | null;
  /** The flow's own scope. */
  readonly scope: string;
  readonly kept: boolean;
}

export interface RunChoice {
  readonly id: string;
  readonly label: string;
  /** `ACTIVE`, `INACTIVE`, `SUCCEEDED`, `FAILED`, `ENDED`: an open set. */
  readonly status: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number | null;
  /** What an INACTIVE run waits for; `offerFor(requirement, scope of the flow)` is the sign-in that helps. */
  readonly requirement: AuthRequirement | null;
}

/** IDs as given. `gone`: leave its scope out of a sign-in, it would fail as a whole (GLOBUS.md §1.6). */
export interface FlowsChecked {
  readonly present: readonly string[];
  readonly gone: readonly string[];
  /** No usable answer, or no token to look with: the caller decides. */
  readonly unknown: readonly string[];
}
