import type { Agent } from '../../agent.ts';
import type { PendingQuestion } from '../../broker/approvals/gate.ts';
import type { ForwardAnswer, PolicyAnswer, StatusAnswer, VaultTroubleCode } from '../../broker/contract.ts';
import type { Managed } from '../../broker/manage-port.ts';
import type { PromptAnswer, Question } from '../../broker/types.ts';
import type { FlowBook } from '../../calls/flow-book.ts';
import type { Clock, Logger } from '../../effects.ts';
import type { SettingsStore } from '../../settings/types.ts';

/** What the port for the command line is made of; the same with a window and without. */
export interface ManageParts {
  agent: Agent;
  settings: SettingsStore;
  vault: ManagedVault;
  clock: Clock;
  log: Logger;
  kind: StatusAnswer['kind'];
  /** Shown as `~` in questions; null: paths stay as they are. */
  home: string | null;
  questions: ManagedQuestions;
  /** Where it is or would be. */
  policyPath: string;
  /** null: a window asks, so no policy file counts. */
  policy: ManagedPolicy | null;
  forwards: ManagedForwards;
  /** Opened by its first use. */
  flowBook: () => Promise<Pick<FlowBook, 'add'>>;
  /** An input that fits the flow, as far as it is known without asking; absent: none is. */
  flowInput?: (flowId: string) => unknown;
  /** The flow was read anew, so that what was known of it is old. */
  flowRead?: (flowId: string) => void;
  /** Where the broker listens; null: not yet. */
  socket: () => string | null;
}

export interface ManagedQuestions {
  pending(): readonly PendingQuestion[];
  /**
   * Gives a person's answer; absent: a window asks.
   * @returns false when nobody waits for it any more
   */
  answer?: (question: Question, answer: PromptAnswer) => boolean;
}

export interface ManagedPolicy {
  read(): Promise<PolicyAnswer>;
  /** Writes the starter policy unless there is a file. @throws when it could not be written */
  start(): Promise<PolicyAnswer>;
}

/** Sockets that were made for forwarding. */
export interface ManagedForwards {
  list(): readonly ForwardAnswer[];
  /** @param scopes full scope strings */
  open(host: string, scopes: readonly string[], seconds: number): Promise<Managed<ForwardAnswer>>;
  /** @returns false: there is no such socket */
  close(id: string): Promise<boolean>;
  closeAll(): Promise<void>;
}

export type VaultBackend = StatusAnswer['backend'];

export type UnlockOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly trouble: VaultTroubleCode; readonly detail: string };

/** The vault that was chosen, as far as people choose and unlock it. */
export interface ManagedVault {
  readonly backend: VaultBackend;
  choose(backend: VaultBackend): void;
  readonly passphrase: {
    readonly unlocked: boolean;
    exists(): Promise<boolean>;
    unlock(passphrase: string): Promise<UnlockOutcome>;
    create(passphrase: string): Promise<UnlockOutcome>;
    /** Forgets the key. */
    lock(): void;
  };
}
