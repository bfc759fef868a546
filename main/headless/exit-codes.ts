/** Documented in `--help` and docs/headless.md. */
export const EXIT = { ok: 0, failed: 1, usage: 2, noSocket: 3 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
