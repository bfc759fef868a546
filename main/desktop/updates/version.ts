/** Semantic Versioning 2.0.0 without build metadata: "1.2.3", "1.2.3-beta.1". */
export const VERSION =
  /^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/;

/**
 * Order of two versions (SemVer §11): below zero when `one` is the older.
 *
 * @throws RangeError for what is no version
 */
export function compareVersions(one: string, other: string): number {
  const [left, right] = [parse(one), parse(other)];
  for (const [index, number] of left.core.entries()) {
    const difference = number - (right.core[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return comparePre(left.pre, right.pre);
}

function parse(version: string): { core: number[]; pre: string[] } {
  const [, major, minor, patch, pre = ''] = VERSION.exec(version) ?? [];
  if (patch === undefined) throw new RangeError(`${version} is no version`);
  return { core: [Number(major), Number(minor), Number(patch)], pre: pre === '' ? [] : pre.split('.') };
}

/** A release comes after its previews; a preview with more parts after one that it begins like. */
function comparePre(one: readonly string[], other: readonly string[]): number {
  if (one.length === 0 || other.length === 0) return other.length - one.length;
  for (const [index, part] of one.entries()) {
    const against = other[index];
    if (against === undefined) return 1;
    if (part === against) continue;
    const [number, againstNumber] = [numeric(part), numeric(against)];
    if (number !== null && againstNumber !== null) return number - againstNumber;
    if (number !== null) return -1;
    if (againstNumber !== null) return 1;
    return part < against ? -1 : 1;
  }
  return one.length - other.length;
}

function numeric(part: string): number | null {
  return /^\d+$/.test(part) ? Number(part) : null;
}
