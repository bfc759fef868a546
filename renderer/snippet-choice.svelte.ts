import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { ProblemView, RecipeView, ScopeView, TokenModeView, ToolView } from '../preload/contract.ts';
import { ofAccount, rowKey } from './rows.ts';
import type { TrayStore } from './store.svelte.ts';

/** What was chosen by hand for one scope; what is absent follows main's defaults. */
interface Pick {
  recipe?: string;
  tool?: string;
  mode?: TokenModeView;
  values: Readonly<Record<string, string>>;
}

type Drawn = { text: string } | { problem: ProblemView };

const NOTHING: Pick = { values: {} };
/** Milliseconds without a key before main is asked to draw what was typed. */
const PAUSE = 120;

/** Which request, for which tool, with which token and values: kept per scope for as long as the page lives. */
export class SnippetChoices {
  readonly #picks = new SvelteMap<string, Pick>();
  /** Previews that main has drawn, by what was asked for. */
  readonly #drawn = new SvelteMap<string, Drawn>();
  /** What main has been asked to draw. */
  readonly #drawing = new SvelteSet<string>();
  readonly #store: TrayStore;

  constructor(store: TrayStore) {
    this.#store = store;
  }

  /** The recipe in use: the chosen one, else the first. */
  recipeOf(scope: ScopeView): RecipeView | null {
    const id = this.#pick(scope).recipe;
    return scope.recipes.find((recipe) => recipe.id === id) ?? scope.recipes[0] ?? null;
  }

  toolOf(scope: ScopeView): ToolView | null {
    const tools = this.#store.view?.tools ?? [];
    const id = this.#pick(scope).tool;
    return tools.find((tool) => tool.id === id) ?? tools[0] ?? null;
  }

  /** Null for a tool that signs in by itself. A snippet fetches only while something answers. */
  modeOf(scope: ScopeView): TokenModeView | null {
    const modes = this.toolOf(scope)?.modes ?? [];
    const chosen = this.#pick(scope).mode;
    if (chosen !== undefined && modes.includes(chosen)) return chosen;
    const preferred: TokenModeView = this.#store.view?.broker?.path ? 'fetched' : 'literal';
    return modes.includes(preferred) ? preferred : (modes[0] ?? null);
  }

  valueOf(scope: ScopeView, name: string): string {
    return this.#pick(scope).values[name] ?? '';
  }

  chooseRecipe(scope: ScopeView, recipe: string): void {
    this.#set(scope, { recipe });
  }

  chooseTool(scope: ScopeView, tool: string): void {
    this.#set(scope, { tool });
  }

  chooseMode(scope: ScopeView, mode: TokenModeView): void {
    this.#set(scope, { mode });
  }

  fill(scope: ScopeView, name: string, value: string): void {
    this.#set(scope, { values: { ...this.#pick(scope).values, [name]: value } });
  }

  /** The values of this recipe's own placeholders, without the empty ones. */
  valuesOf(scope: ScopeView): Record<string, string> {
    const values: Record<string, string> = {};
    for (const { name } of this.recipeOf(scope)?.placeholders ?? []) {
      const value = this.valueOf(scope, name).trim();
      if (value !== '') values[name] = value;
    }
    return values;
  }

  /** What a copy adds to scope, format and recipe: nothing while everything is as main has it. */
  extras(scope: ScopeView): { tool?: string; mode?: TokenModeView; values?: Record<string, string> } {
    const values = this.valuesOf(scope);
    const filled = Object.keys(values).length > 0 ? { values } : {};
    const { tool, mode } = this.#pick(scope);
    if (tool === undefined && mode === undefined) return filled;
    const [ofTool, ofMode] = [this.toolOf(scope)?.id, this.modeOf(scope)];
    return {
      ...filled,
      ...(ofTool === undefined ? {} : { tool: ofTool }),
      ...(ofMode === null ? {} : { mode: ofMode }),
    };
  }

  /** The snippet with dots; main's own default until another has been drawn. */
  previewOf(scope: ScopeView): string {
    const drawn = this.#drawn.get(this.#keyOf(scope));
    return drawn !== undefined && 'text' in drawn ? drawn.text : (this.recipeOf(scope)?.preview ?? '');
  }

  /** Why it could not be drawn, in place of a preview; null when it could. */
  problemOf(scope: ScopeView): ProblemView | null {
    const drawn = this.#drawn.get(this.#keyOf(scope));
    return drawn !== undefined && 'problem' in drawn ? drawn.problem : null;
  }

  isDrawing(scope: ScopeView): boolean {
    return this.#drawing.has(this.#keyOf(scope));
  }

  /** Asks main for the preview after a pause, unless it is the default or known; returns what calls it off. */
  draw(scope: ScopeView): () => void {
    const key = this.#keyOf(scope);
    const recipe = this.recipeOf(scope);
    const [tool, mode] = [this.toolOf(scope), this.modeOf(scope)];
    const plain = Object.keys(this.extras(scope)).length === 0 && scope.account === undefined;
    if (plain || recipe === null || tool === null || this.#drawn.has(key)) return () => {};
    const request = {
      scope: scope.scope,
      recipe: recipe.id,
      tool: tool.id,
      // For a tool without modes main ignores it; the contract wants one.
      mode: mode ?? ('literal' as const),
      values: this.valuesOf(scope),
      ...ofAccount(scope),
    };
    return this.#store.after(PAUSE, () => {
      this.#drawing.add(key);
      void this.#store.ask('snippet.preview', request).then((answer) => {
        this.#drawing.delete(key);
        this.#drawn.set(key, answer.ok ? { text: answer.value.text } : { problem: answer.problem });
      });
    });
  }

  #keyOf(scope: ScopeView): string {
    const recipe = this.recipeOf(scope);
    return JSON.stringify([
      rowKey(scope),
      recipe?.id,
      // Main draws anew what its own default says anew, such as a socket that moved.
      recipe?.preview,
      this.toolOf(scope)?.id,
      this.modeOf(scope),
      this.valuesOf(scope),
    ]);
  }

  #pick(scope: ScopeView): Pick {
    return this.#picks.get(scope.scope) ?? NOTHING;
  }

  #set(scope: ScopeView, change: Partial<Pick>): void {
    this.#picks.set(scope.scope, { ...this.#pick(scope), ...change });
  }
}
