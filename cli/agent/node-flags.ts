/**
 * Of Node: a process that mostly waits needs no large nursery, which it would fill before it collects anything, and
 * no threads to collect with, whose stacks and pages stay.
 */
export const NODE_FLAGS: readonly string[] = [
  '--max-semi-space-size=1',
  '--optimize-for-size',
  '--single-threaded-gc',
];
