import type { Entry } from './types.ts';

export const entries: readonly Entry[] = [
  {
    number: 48,
    breaks: [
      {
        file: 'cli/exit-codes.ts',
        from: 'network: { code: 8,',
        to: 'network: { code: 7,',
        test: 'test/cli/reference/document.test.ts',
        title: '[C48] no two failures share a code',
        seen: '2026-11-29',
      },
      {
        file: 'cli/exit-codes.ts',
        from: "means: 'the app is locked' },",
        to: "means: 'nothing to get' },",
        test: 'test/cli/reference/document.test.ts',
        title: '[C48] has every exit code with its meaning, and no other',
        seen: '2026-11-29',
      },
    ],
  },
  {
    number: 49,
    breaks: [
      {
        file: 'main/broker/approvals/gate.ts',
        from: 'if (question.wait === 0) return NOBODY_ASKED;',
        to: 'if (question.wait === -1) return NOBODY_ASKED;',
        test: 'test/main/broker/approvals/gate.test.ts',
        title: '[C49] with no time at all nobody is asked, and nothing cools down',
        seen: '2026-11-29',
      },
    ],
  },
  {
    number: 50,
    breaks: [
      {
        file: 'cli/exec/run.ts',
        from: 'pump(from, new Masker(automaton), to)',
        to: "pump(from, new Masker(automatonOf(['none of them'])), to)",
        test: 'test/cli/exec/exec.test.ts',
        title: 'shows no token on stdout or stderr, in no common form [C50]',
        seen: '2026-11-29',
      },
      {
        file: 'cli/exec/run.ts',
        from: 'resolve(signal === null ? ',
        to: 'resolve(signal === null && code === 0 ? ',
        test: 'test/cli/exec/ends.test.ts',
        title: 'with the exit code of the program: 7 [C50]',
        seen: '2026-11-29',
      },
      {
        file: 'cli/exec/run.ts',
        from: 'passSignals((signal) => void child.kill(signal))',
        to: 'passSignals(() => undefined)',
        test: 'test/cli/exec/ends.test.ts',
        title: 'only with the program, which gets the signal: SIGTERM [C50]',
        seen: '2026-11-29',
      },
    ],
  },
  {
    number: 51,
    breaks: [
      {
        file: 'main/broker/forwarded.ts',
        from: "...['GET /v1/check', 'GET /v1/snippet', 'GET /v1/openapi.json'],",
        to: "...['GET /v1/snippet', 'GET /v1/openapi.json'],",
        test: 'test/main/host/forwards.test.ts',
        title: '[C51] tell whether a token will last',
        seen: '2026-11-29',
      },
    ],
  },
  {
    number: 52,
    breaks: [
      {
        file: 'cli/completion/candidates.ts',
        from: '...(await parts.values(what))]',
        to: ']',
        test: 'test/cli/completion/candidates.test.ts',
        title: '[C52] ["check","vi"] offers ["view_flows"]',
        seen: '2026-11-29',
      },
    ],
  },
];
