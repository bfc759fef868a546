/** Guards for parsed JSON of unknown form. */
export type JsonFields = Readonly<Record<string, unknown>>;

export function asObject(value: unknown): JsonFields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonFields) : null;
}

/** Empty for what is no list. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export type JsonValue =
  null | boolean | number | string | readonly JsonValue[] | { readonly [name: string]: JsonValue };

/**
 * A copy that is certainly JSON and not larger than `budget` values, 2,000 characters each, 8 levels;
 * undefined for everything else.
 */
export function smallJson(value: unknown, budget = 200): JsonValue | undefined {
  const left = { values: budget };
  const copy = (inner: unknown, depth: number): JsonValue | undefined => {
    left.values -= 1;
    if (left.values < 0 || depth > 8) return undefined;
    if (inner === null || typeof inner === 'boolean') return inner;
    if (typeof inner === 'number') return Number.isFinite(inner) ? inner : undefined;
    if (typeof inner === 'string') return inner.length <= 2_000 ? inner : undefined;
    if (Array.isArray(inner)) {
      if (inner.length > left.values) return undefined;
      const items = inner.map((item: unknown) => copy(item, depth + 1));
      return items.every((item) => item !== undefined) ? items : undefined;
    }
    const fields = asObject(inner);
    if (fields === null) return undefined;
    const entries = Object.entries(fields);
    if (entries.length > left.values) return undefined;
    const copied = entries.map(([name, item]) => [name, copy(item, depth + 1)] as const);
    return copied.every((entry): entry is [string, JsonValue] => entry[1] !== undefined)
      ? Object.fromEntries(copied)
      : undefined;
  };
  return copy(value, 0);
}
