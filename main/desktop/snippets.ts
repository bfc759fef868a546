import type { CopyRequest, SnippetRequest } from '../../preload/contract.ts';
import { recipeOf, whatOf, writeSnippet, type SnippetParts } from '../agent-render.ts';
import type { RenderRequest } from '../agent-types.ts';
import type { Problem, Result } from '../effects.ts';
import type { Environment } from '../globus/environments.ts';
import { flowIdOfScope } from '../globus/flow-scope.ts';
import { TOOLS, type Tool } from '../snippets/render.ts';
import type { Recipe, TokenMode } from '../snippets/types.ts';
import { modesOf, tokenInPreview } from './recipe-views.ts';

export interface SnippetsEffects {
  environment: Environment;
  /** Where the broker listens now; null: nowhere. */
  socket: () => string | null;
  /** In a Flatpak it never does. */
  flatpak?: boolean;
  /** An input that fits the flow, read when it is not known yet. */
  flowInput: (flowId: string) => Promise<unknown>;
}

/** What a copy needs: a text without a token, or the request by which the agent writes one with it. */
export type CopyPlan =
  { kind: 'token-free'; text: string; what: string } | { kind: 'with-token'; request: RenderRequest };

/** Snippets as the page asks for them. Nothing in here ever sees a token. */
export class Snippets {
  readonly #effects: SnippetsEffects;

  constructor(effects: SnippetsEffects) {
    this.#effects = effects;
  }

  /** With dots where `copy` would put the token. */
  async preview(request: SnippetRequest): Promise<Result<{ text: string }>> {
    const tool = toolOf(request.tool);
    const fault = this.#fault(tool, request.mode);
    if (tool === null || fault !== null) return { ok: false, problem: fault ?? noTool() };
    const parts = await this.#parts(request, tool);
    return attempt(() => ({ text: this.#write(parts, request.mode, request.account) }));
  }

  async plan(request: CopyRequest): Promise<Result<CopyPlan>> {
    const { scope, format, account } = request;
    const whose = account === undefined ? {} : { account };
    if (format === 'header')
      return { ok: true, value: { kind: 'with-token', request: { scope, format, ...whose } } };
    const tool = toolOf(request.tool ?? 'curl');
    const mode = request.mode ?? (tool === null ? null : (modesOf(tool, this.#effects.socket())[0] ?? null));
    const fault = this.#fault(tool, mode);
    if (tool === null || fault !== null) return { ok: false, problem: fault ?? noTool() };
    const parts = await this.#parts(request, tool);
    return attempt((): CopyPlan => {
      // Written with dots first: what cannot be written is told before a token is asked for.
      const text = this.#write(parts, mode, account);
      return mode === 'literal' && tool.tokens.length > 0
        ? { kind: 'with-token', request: { ...parts, format, ...whose } }
        : { kind: 'token-free', text, what: whatOf({ ...parts, format }) };
    });
  }

  /** The recipe itself, for a test call. */
  async recipe(scope: string, id: string): Promise<Recipe | null> {
    return recipeOf(scope, id, await this.#input(scope)) ?? null;
  }

  #write(parts: SnippetParts, mode: TokenMode | null, account: string | undefined): string {
    const { environment, socket } = this.#effects;
    return writeSnippet(parts, tokenInPreview(mode, parts.scope, socket(), account), environment);
  }

  async #parts(request: CopyRequest | SnippetRequest, tool: Tool): Promise<SnippetParts> {
    const { scope, recipe, values } = request;
    return {
      scope,
      tool: tool.id,
      flowInput: await this.#input(scope),
      ...(recipe === undefined ? {} : { recipe }),
      ...(values === undefined ? {} : { values }),
    };
  }

  async #input(scope: string): Promise<unknown> {
    const flow = flowIdOfScope(scope);
    return flow === null ? undefined : this.#effects.flowInput(flow);
  }

  /** A tool that signs in by itself takes any mode: it has no use for one. */
  #fault(tool: Tool | null, mode: TokenMode | null): Problem | null {
    if (tool === null) return noTool();
    if (tool.tokens.length === 0) return null;
    if (mode === 'fetched' && this.#effects.socket() === null) {
      return this.#effects.flatpak === true ? noBrokerInFlatpak() : noBroker();
    }
    return mode !== null && tool.tokens.includes(mode) ? null : noTool();
  }
}

function toolOf(id: string): Tool | null {
  return TOOLS.find((tool) => tool.id === id) ?? null;
}

/** What the renderers refuse is about what was typed: their words are for people. */
export function attempt<T>(run: () => T): Result<T> {
  try {
    return { ok: true, value: run() };
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) {
      return { ok: false, problem: notWritten(error) };
    }
    throw error;
  }
}

export function notWritten(error: Error): Problem {
  return {
    reason: 'snippet-not-written',
    title: 'This cannot be written as a command',
    tokens: 'Your tokens are fine; nothing was copied.',
    next: 'Change the values, or choose another tool.',
    detail: error.message,
  };
}

function noTool(): Problem {
  return {
    reason: 'no-such-tool',
    title: 'This tool cannot take a token that way',
    tokens: 'Your tokens are fine; nothing was copied.',
    next: 'Choose another tool, or another way to get the token.',
  };
}

function noBroker(): Problem {
  return {
    reason: 'broker-not-started',
    title: 'Commands cannot fetch their token now: the broker does not listen',
    tokens: 'Your tokens are fine; nothing was copied.',
    next: 'Copy the command with the token in it, or start the app again.',
  };
}

function noBrokerInFlatpak(): Problem {
  return {
    reason: 'broker-not-started',
    title: 'Commands cannot fetch their token from a Flatpak',
    tokens: 'Your tokens are fine; nothing was copied.',
    next: 'Copy the command with the token in it, or use another package of this app.',
  };
}
