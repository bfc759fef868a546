import type {
  AdoptAnswer,
  CheckAnswer,
  FlowAnswer,
  ForwardAnswer,
  ImportAnswer,
  LoginAnswer,
  PendingAnswer,
  PolicyAnswer,
  Reason,
  RemoveAnswer,
  SnippetAnswer,
  VaultTroubleCode,
} from './contract.ts';

/** What a request to the agent came to. `detail` and `next` replace the reason's own sentences; never a secret. */
export type Managed<T> =
  | { readonly kind: 'done'; readonly value: T }
  | {
      readonly kind: 'refused';
      readonly reason: Reason;
      readonly detail?: string;
      readonly next?: string;
      /** With `vault-trouble`. */
      readonly trouble?: VaultTroubleCode;
    };

export type ApprovalAnswer = 'once' | 'ten-minutes' | 'hour' | 'terminal' | 'always' | 'deny' | 'never';

/**
 * What a person does with the agent through the socket, from the command line. Who may ask is decided before
 * it gets here; every method settles, and changes nothing when it refuses.
 */
export interface ManagePort {
  /** @param scope as the caller wrote it; null: every kept scope @param seconds from now */
  check(scope: string | null, seconds: number): Managed<CheckAnswer>;
  snippet(scope: string, tool: string | null, recipe: string | null): Managed<SnippetAnswer>;
  /** @param scope a full scope string */
  addScope(scope: string): Managed<null>;
  removeScope(scope: string): Managed<null>;
  flows(): readonly FlowAnswer[];
  /** Reads the flow from the Flows service first. @param flow ID or address */
  addFlow(flow: string): Promise<Managed<null>>;
  removeFlow(id: string): Managed<null>;
  pending(): readonly PendingAnswer[];
  /** Refused where a window asks. */
  answer(id: string, answer: ApprovalAnswer): Promise<Managed<null>>;
  policy(): Promise<PolicyAnswer>;
  /** Writes the starter policy where there is no policy; leaves any other file as it is. */
  startPolicy(): Promise<Managed<PolicyAnswer>>;
  login(): LoginAnswer;
  /** Settles when the sign-in under way is over, or when `signal` aborts. */
  loginOver(signal: AbortSignal): Promise<LoginAnswer>;
  /** Answers as soon as there is a link. */
  startLogin(wish: LoginWish): Promise<Managed<LoginAnswer>>;
  /** Settles when the code was exchanged or refused. */
  submitCode(code: string): Promise<Managed<LoginAnswer>>;
  cancelLogin(): LoginAnswer;
  setClientId(id: string): Promise<Managed<null>>;
  /** @param unconfirmed also what Globus did not confirm is kept no longer */
  signOut(account: string | null, scope: string | null, unconfirmed?: boolean): Promise<Managed<null>>;
  /**
   * @param passphrase null: none was given; the vault decides whether one is needed
   * @param signal aborts when the caller is gone
   */
  unlock(passphrase: string | null, signal?: AbortSignal): Promise<Managed<null>>;
  /** True when unlocking takes a passphrase; else only a person at a terminal may. */
  readonly needsPassphrase: boolean;
  chooseVault(
    backend: 'keychain' | 'passphrase' | 'memory',
    passphrase: string | null,
  ): Promise<Managed<null>>;
  /** @param file absolute; null: the usual places */
  imports(file: string | null): Promise<readonly ImportAnswer[]>;
  /** @param client of the file's tokens, where the file does not say */
  adoptImport(file: string, client: string | null): Promise<Managed<AdoptAnswer>>;
  removeImport(file: string, client: string | null): Promise<Managed<RemoveAnswer>>;
  forwards(): readonly ForwardAnswer[];
  /** @param scopes as the caller wrote them, at least one */
  openForward(host: string, scopes: readonly string[], seconds: number): Promise<Managed<ForwardAnswer>>;
  /** @returns false: there is no such socket */
  closeForward(id: string): Promise<boolean>;
}

export interface LoginWish {
  /** As the caller wrote them; empty: every kept scope. */
  readonly scopes: readonly string[];
  readonly way: 'browser' | 'paste';
  readonly account: string | null;
  /** Each scope by an authorization of its own, so that its token can do nothing else. */
  readonly isolate: boolean;
}
