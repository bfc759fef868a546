import type { EnvironmentName } from '../globus/environments.ts';
import { describeScope } from '../globus/describe-scope.ts';
import { rootOf } from '../globus/scope-string.ts';
import type { CatalogScope } from '../globus/scopes.ts';
import type { Settings, SettingsStore } from '../settings/types.ts';

/** A scope entry: its root with what is known of it, and the text that a sign-in asks with. */
export interface KeptScope {
  readonly entry: CatalogScope;
  /** The full string, dependent scopes in brackets. */
  readonly text: string;
}

/** The scope entries of one environment, described once per change of the settings. */
export class KeptScopes {
  readonly #settings: SettingsStore;
  readonly #environment: EnvironmentName;
  #seen: Pick<Settings, 'scopeEntries' | 'flows'> | null = null;
  #kept: readonly KeptScope[] = [];

  constructor(settings: SettingsStore, environment: EnvironmentName) {
    this.#settings = settings;
    this.#environment = environment;
  }

  /** In the order shown. A flow that is known in other environments alone is left out: its ID is theirs. */
  list(): readonly KeptScope[] {
    const settings = this.#settings.get();
    // Stores hand out frozen objects: the same list is the same content.
    if (this.#seen?.scopeEntries === settings.scopeEntries && this.#seen.flows === settings.flows) {
      return this.#kept;
    }
    this.#kept = describe(settings, this.#environment);
    this.#seen = settings;
    return this.#kept;
  }

  roots(): string[] {
    return this.list().map(({ entry }) => entry.scope);
  }

  /** What a sign-in asks with for this scope: the kept text with its dependent scopes, else the scope itself. */
  wireText(scope: string): string {
    const root = rootOf(scope);
    return this.list().find(({ entry }) => entry.scope === root)?.text ?? scope;
  }
}

function describe({ scopeEntries, flows }: Settings, environment: EnvironmentName): KeptScope[] {
  const here = new Map(
    flows.filter((flow) => flow.environment === environment).map((flow) => [flow.scope, flow]),
  );
  const elsewhere = new Set(flows.map(({ scope }) => scope).filter((scope) => !here.has(scope)));
  return scopeEntries.flatMap((text) => {
    const root = rootOf(text);
    if (elsewhere.has(root)) return [];
    const entry = describeScope(root, here.get(root)?.title);
    return entry === null ? [] : [{ entry, text }];
  });
}
