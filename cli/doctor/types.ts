import type { ExitName } from '../exit-codes.ts';
import type { Client } from '../types.ts';
import type { Container } from './container.ts';
import type { Reached } from './reach.ts';

export type State = 'ok' | 'warn' | 'fail' | 'skipped';

export interface Finding {
  readonly state: State;
  /** What is so, one line. */
  readonly says: string;
  /** What to do; null: nothing. */
  readonly next: string | null;
  /** With `fail`: the exit code that stands for it. */
  readonly exit: ExitName | null;
}

/** One question about this installation. Several findings where several things may be wrong. */
export interface Check {
  readonly name: string;
  /** The code where it fails by taking too long. */
  readonly exit: ExitName;
  run(parts: DoctorParts, signal: AbortSignal): Promise<readonly Finding[]>;
}

/** Everything the checks touch. */
export interface DoctorParts {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** Null where there is none (Windows). */
  readonly uid: number | null;
  readonly home: string;
  /** What all of this runs in; null: no container that shows. */
  readonly container: Container | null;
  /** Of this CLI. */
  readonly version: string;
  /** Of the Node.js that runs it: "20.19.1". */
  readonly node: string;
  /** One that starts no agent: to look must not change what is looked at. */
  readonly client: Client;
  /** Milliseconds since the epoch. */
  now(): number;
  /** The agent's status; null: none answered. Asked once. */
  readonly status: Promise<AgentState>;
  readonly offline: boolean;
  /** What the sign-in and the scopes of an environment need; null: there is nothing to reach. */
  readonly hosts: (environment: string) => readonly Host[] | null;
  /** As `reach`; each origin is asked once. */
  readonly reach: (origin: string, signal: AbortSignal) => Promise<Reached>;
}

export type AgentState =
  | { readonly kind: 'answers'; readonly status: Readonly<Record<string, unknown>> }
  | { readonly kind: 'silent'; readonly exit: ExitName; readonly why: string; readonly next: string | null };

export interface Host {
  /** "https://auth.globus.org" */
  readonly origin: string;
  /** What does not work without it. */
  readonly why: string;
}

export function ok(says: string): Finding {
  return { state: 'ok', says, next: null, exit: null };
}

export function warn(says: string, next: string): Finding {
  return { state: 'warn', says, next, exit: null };
}

export function fail(exit: ExitName, says: string, next: string | null): Finding {
  return { state: 'fail', says, next, exit };
}

export function skipped(says: string): Finding {
  return { state: 'skipped', says, next: null, exit: null };
}
