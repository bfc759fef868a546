import type { Entry } from './types.ts';

const CALLS = 'test/main/calls/calls.test.ts';
const POWER = 'test/main/desktop/power.test.ts';

export const entries: readonly Entry[] = [
  {
    number: 53,
    breaks: [
      {
        file: 'main/calls/send.ts',
        from: "retryAfterSeconds: retryAfterSeconds(headers.get('retry-after'), parts.clock.now()),",
        to: 'retryAfterSeconds: retryAfterSeconds(null, parts.clock.now()),',
        test: CALLS,
        title: '[C53] tells after 429 with Retry-After 17 when to try again',
        seen: '2026-11-29',
      },
      {
        file: 'main/calls/send.ts',
        from: 'return { text, truncated: true };',
        to: 'return { text, truncated: false };',
        test: 'test/main/calls/answers.test.ts',
        title: '[C53] stops reading at 200 kB, and shows that there was more',
        seen: '2026-11-29',
      },
    ],
  },
  {
    number: 54,
    breaks: [
      {
        file: 'main/desktop/power.ts',
        from: "monitor.on('resume', wake);",
        to: "monitor.on('resume', away);",
        test: POWER,
        title: '[C54] resume means wake',
        seen: '2026-11-29',
      },
      {
        file: 'main/desktop/power.ts',
        from: 'const NETWORK_POLL = 4_000;',
        to: 'const NETWORK_POLL = 6_000;',
        test: POWER,
        title: '[C54] notices within 5 s that the network went and came back',
        seen: '2026-11-29',
      },
    ],
  },
  {
    number: 55,
    breaks: [
      {
        file: 'main/settings/schema.ts',
        from: 'if (kept.length === value.length) return kept;',
        to: 'if (kept.length !== value.length) return base;',
        test: 'test/main/settings/store.test.ts',
        title: '[C55] keeps every good field and every good grant of a bad file',
        seen: '2026-11-29',
      },
      {
        file: 'main/settings/migrations.ts',
        from: "if (from > SETTINGS_VERSION) return { ok: false, why: 'unknown version' };\n",
        to: '',
        test: 'test/main/settings/store.test.ts',
        title: '[C55] refuses {"version":99',
        seen: '2026-11-29',
      },
    ],
  },
  {
    number: 56,
    breaks: [
      {
        file: 'main/desktop/window.ts',
        from: '    if (open !== null) {',
        to: '    if (open !== null && by === null) {',
        test: 'test/main/desktop/window.test.ts',
        title: '[C56] is one: opening again brings it to the front',
        seen: '2026-11-29',
      },
    ],
  },
  {
    number: 57,
    breaks: [
      {
        file: 'main/desktop/power.ts',
        from: "    monitor.removeListener('suspend', away);\n",
        to: '',
        test: POWER,
        title: '[C57] leaves no timer and no listener behind',
        seen: '2026-11-29',
      },
      {
        file: 'main/calls/offers.ts',
        from: 'const MAX_OFFERS = 50;',
        to: 'const MAX_OFFERS = 500;',
        test: 'test/main/calls/offers.test.ts',
        title: '[C57] keeps the newest 50',
        seen: '2026-11-29',
      },
    ],
  },
];
