import type { ExitName } from './exit-codes.ts';

/** What a value of an option or argument names; shells complete it (CHECKLIST 52). */
export type Completes =
  'scope' | 'account' | 'flow' | 'tool' | 'shell' | 'host' | 'file' | 'command' | 'rule' | 'none';

export interface OptionSpec {
  readonly type: 'boolean' | 'string';
  readonly short?: string;
  /** Placeholder of the value: `<duration>`. */
  readonly value?: string;
  readonly help: string;
  readonly completes?: Completes;
  /** The only values that it takes, where there are few. */
  readonly choices?: readonly string[];
  /** May be given several times. */
  readonly multiple?: boolean;
}

export interface ArgumentSpec {
  readonly name: string;
  readonly help: string;
  readonly required: boolean;
  /** Takes all that is left. */
  readonly rest?: boolean;
  readonly completes?: Completes;
  /** Words that it offers: actions as in `scopes add`. */
  readonly choices?: readonly string[];
}

/** One command: what it takes, how it is explained, what it does. `--json` and `--help` come with every one. */
export interface Command {
  readonly name: string;
  /** One line, lower case, no full stop. */
  readonly summary: string;
  readonly arguments: readonly ArgumentSpec[];
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** Paragraphs of plain text. */
  readonly details?: readonly string[];
  /** Command line and what it does. */
  readonly examples: readonly (readonly [line: string, does: string])[];
  /** Exit codes that are particular to it, besides ok, failed and usage. */
  readonly exits: readonly ExitName[];
  /** Options after the first argument belong to another program (`curl`, `exec`): nothing is parsed there. */
  readonly passesOn?: boolean;
  /** @returns the exit code @throws Failure */
  run(context: Context, input: Input): Promise<number>;
}

export interface Input {
  readonly positionals: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
}

/** Everything a command touches outside itself. */
export interface Context {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly version: string;
  /** The folder of the built bundles: `dist`, or its place in a package. */
  readonly dist: string;
  /** Data for programs and people. */
  out(text: string): void;
  /** Everything else. */
  err(text: string): void;
  /** `--json` was given. */
  readonly json: boolean;
  /** The person at the controlling terminal; null: there is none, so nobody is asked (CHECKLIST 49). */
  person(): Person | null;
  /** The agent's socket; starts an agent where that is allowed. */
  readonly client: Client;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** Talks to the controlling terminal itself, so that stdin and stdout stay the user's. */
export interface Person {
  say(text: string): void;
  /** One line, without its end; null: end of input or interrupted. */
  ask(question: string): Promise<string | null>;
  /** As `ask`, for a decision: what was typed before the question was shown answers nothing (CHECKLIST 31). */
  askAfresh(question: string): Promise<string | null>;
  /** As `ask`, without an echo. */
  askSecret(question: string): Promise<string | null>;
  close(): void;
}

export interface Request {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Without a query. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly accept?: 'application/json' | 'text/plain';
  readonly signal?: AbortSignal;
}

export interface Client {
  /** Absolute path of the socket, or name of the pipe. */
  readonly path: string;
  /**
   * One request on a connection of its own.
   *
   * @returns the body: parsed JSON, or text without its line's end for `text/plain`
   * @throws Failure for a problem document, for no agent, for an answer that is none
   */
  ask(request: Request): Promise<unknown>;
}
