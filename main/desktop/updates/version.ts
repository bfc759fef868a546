import compare from 'semver/functions/compare.js';

/** Semantic Versioning 2.0.0 without build metadata: "1.2.3", "1.2.3-beta.1". */
export const VERSION =
  /^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/;

/**
 * Order of two versions (SemVer §11): below zero when `one` is the older.
 *
 * @throws RangeError for what is no version here: semver itself forgives spaces, a leading "v" and build metadata
 */
export function compareVersions(one: string, other: string): number {
  for (const version of [one, other]) {
    if (!VERSION.test(version)) throw new RangeError(`${version} is no version`);
  }
  return compare(one, other);
}
