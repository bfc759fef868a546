/** A change to the product that must make a test fail. `npm run checklist -- --break <number>` tries it in a copy. */
export interface Break {
  /** Below the root. */
  file: string;
  /** What is replaced; it stands exactly once in the file. */
  from: string;
  to: string;
  /** The test file, below the root. */
  test: string;
  /** Part of the full title (suites, a space between each) of tests that fail then; it holds the tag `[C4]`. */
  title: string;
  /** ISO date of the last time that it was seen to fail. */
  seen: string;
}

/** A part that is proven up to the native call alone, as that system is not here. */
export interface Elsewhere {
  systems: readonly ('macOS' | 'Windows')[];
  why: string;
  /** Part of the full title of the test that asserts the native call. */
  seam: string;
}

/** What a statement rests on. */
export interface Entry {
  /** As in docs/checklist.md. */
  number: number;
  /** One for each half of the statement; at least one. */
  breaks: readonly Break[];
  elsewhere?: readonly Elsewhere[];
}
