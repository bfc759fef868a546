import { scopeProblem, unsavedProblem } from './agent-problems.ts';
import type { Result } from './effects.ts';
import type { EnvironmentName } from './globus/environments.ts';
import { describeScope } from './globus/describe-scope.ts';
import { withCollections } from './globus/flow-scope.ts';
import { mergeScopes, rootOf } from './globus/scope-string.ts';
import { resolveScopeName } from './globus/short-names.ts';
import type { FlowRecord, Settings, SettingsStore } from './settings/types.ts';

/** An entry as it stands on the list: enough to put the very same back. */
export interface KeptEntry {
  readonly root: string;
  /** With its brackets. */
  readonly text: string;
  /** Roots of the entries behind it, nearest first: its place, whatever else comes and goes. */
  readonly behind: readonly string[];
  readonly flow: FlowRecord | null;
}

/** What the user keeps: scope entries, flows, the default account and the switches; all of it in the settings. */
export class Entries {
  readonly #settings: SettingsStore;
  readonly #environment: EnvironmentName;

  constructor(settings: SettingsStore, environment: EnvironmentName) {
    this.#settings = settings;
    this.#environment = environment;
  }

  /** The kept flows of this environment. */
  flows(): readonly FlowRecord[] {
    return this.#settings.get().flows.filter(({ environment }) => environment === this.#environment);
  }

  /**
   * Keeps a scope, new ones last. Dependent scopes join those of an entry that has the same root.
   * @param text short name, full string, `flow:<id>`; brackets allowed
   * @returns the root scope, which is what the entry is known by
   */
  add(text: string): Result<string> {
    const scope = resolveScopeName(text);
    if (scope === null || describeScope(scope) === null) return { ok: false, problem: scopeProblem() };
    const root = rootOf(scope);
    const done = this.change((settings) => {
      const known = settings.scopeEntries.find((entry) => rootOf(entry) === root);
      const [merged = scope] = mergeScopes(known === undefined ? [scope] : [known, scope]);
      return { ...settings, scopeEntries: placed(settings.scopeEntries, root, merged) };
    });
    return done.ok ? { ok: true, value: root } : done;
  }

  /** The entry alone: what was granted for it stays until somebody signs out of it. */
  remove(scope: string): Result<null> {
    const root = rootOf(resolveScopeName(scope) ?? scope);
    return this.change((settings) => ({
      ...settings,
      scopeEntries: settings.scopeEntries.filter((entry) => rootOf(entry) !== root),
      flows: settings.flows.filter((flow) => !this.#isHere(flow) || flow.scope !== root),
    }));
  }

  /** Null: it is not on the list. */
  find(scope: string): KeptEntry | null {
    const root = rootOf(resolveScopeName(scope) ?? scope);
    const { scopeEntries } = this.#settings.get();
    const at = scopeEntries.findIndex((entry) => rootOf(entry) === root);
    const text = scopeEntries[at];
    if (text === undefined) return null;
    const flow = this.flows().find((one) => one.scope === root) ?? null;
    return { root, text, behind: scopeEntries.slice(at + 1).map(rootOf), flow };
  }

  /** Takes a removal back. One that was added again meanwhile stays where it is and keeps both dependents. */
  putBack({ root, text, behind, flow }: KeptEntry): Result<null> {
    return this.change((settings) => ({
      ...settings,
      scopeEntries: returned(settings.scopeEntries, root, text, behind),
      flows:
        flow === null || settings.flows.some((one) => this.#isHere(one) && one.id === flow.id)
          ? settings.flows
          : [...settings.flows, flow],
    }));
  }

  /** Keeps a flow and its scope, or replaces what was known of it. Its collections become dependent scopes. */
  setFlow(flow: FlowRecord): Result<null> {
    const wanted = withCollections(flow.scope, flow.collections);
    const scope = wanted.ok ? resolveScopeName(wanted.scope) : null;
    if (scope === null) return { ok: false, problem: scopeProblem() };
    const id = flow.id.toLowerCase();
    const record = { ...flow, id, scope: rootOf(scope), environment: this.#environment };
    const same = (other: FlowRecord) => this.#isHere(other) && other.id === id;
    return this.change((settings) => ({
      ...settings,
      scopeEntries: placed(settings.scopeEntries, record.scope, scope),
      flows: settings.flows.some(same)
        ? settings.flows.map((other) => (same(other) ? record : other))
        : [...settings.flows, record],
    }));
  }

  removeFlow(id: string): Result<null> {
    const gone = this.flows().find((flow) => flow.id === id.toLowerCase());
    return gone === undefined ? { ok: true, value: null } : this.remove(gone.scope);
  }

  /** One change of the settings; a problem means that nothing changed. */
  change(change: (settings: Settings) => Settings): Result<null> {
    try {
      this.#settings.update(change);
      return { ok: true, value: null };
    } catch (error) {
      return { ok: false, problem: unsavedProblem(error instanceof Error ? error.message : null) };
    }
  }

  #isHere(flow: FlowRecord): boolean {
    return flow.environment === this.#environment;
  }
}

function returned(
  entries: readonly string[],
  root: string,
  text: string,
  behind: readonly string[],
): string[] {
  const known = entries.find((entry) => rootOf(entry) === root);
  if (known !== undefined) return placed(entries, root, mergeScopes([known, text])[0] ?? known);
  const next = behind.find((other) => entries.some((entry) => rootOf(entry) === other));
  const at = entries.findIndex((entry) => rootOf(entry) === next);
  return at < 0 ? [...entries, text] : [...entries.slice(0, at), text, ...entries.slice(at)];
}

/** In the place of the entry with this root, else last. */
function placed(entries: readonly string[], root: string, text: string): string[] {
  return entries.some((entry) => rootOf(entry) === root)
    ? entries.map((entry) => (rootOf(entry) === root ? text : entry))
    : [...entries, text];
}
