import type { UseLine } from '../usage.ts';

/** More than the palette shows at once. */
const KEPT = 50;

/** The scopes that the user copied since the app started, the last one first. What programs fetch is not counted. */
export class RecentScopes {
  #scopes: readonly string[] = [];

  see({ kind, answer, scope }: UseLine): void {
    if (kind !== 'copy' || answer !== 'done' || scope === null) return;
    this.#scopes = [scope, ...this.#scopes.filter((other) => other !== scope)].slice(0, KEPT);
  }

  /** Full scope strings. */
  list(): string[] {
    return [...this.#scopes];
  }
}
