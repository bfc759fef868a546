import type { Entry } from './types.ts';

export const entries: readonly Entry[] = [
  {
    number: 58,
    breaks: [
      {
        file: 'renderer/keys.ts',
        from: "  ['c', 'copy-curl'],\n",
        to: '',
        test: 'test/renderer/keys.test.ts',
        title: '[C58] a key',
        seen: '2026-11-29',
      },
      {
        file: 'renderer/scope-look.ts',
        from: "expiring: { tone: 'warn', icon: 'exclamation',",
        to: "expiring: { tone: 'warn', icon: 'check',",
        test: 'test/renderer/scope-look.test.ts',
        title: '[C58] has a shape of its own in every state',
        seen: '2026-11-29',
      },
    ],
  },
  {
    number: 59,
    breaks: [
      {
        file: 'main/vault/messages.ts',
        from: "reason: 'vault-slow',",
        to: "reason: 'vault-locked',",
        test: 'test/main/vault/messages.test.ts',
        title: '[C59] macOS Keychain: every trouble has a reason, a title and a next step of its own',
        seen: '2026-11-29',
      },
      {
        file: 'main/vault/messages.ts',
        from: "tokens: 'Your sign-ins are kept. Tokens that are already in use keep working.',",
        to: "tokens: 'Nothing can be stored.',",
        test: 'test/main/vault/messages.test.ts',
        title: '[C59] only a missing keychain is said to keep nothing',
        seen: '2026-11-29',
      },
    ],
  },
  {
    number: 60,
    breaks: [
      {
        file: 'main/globus/example-body.ts',
        from: 'const MAX_LABEL = 64;',
        to: 'const MAX_LABEL = 65;',
        test: 'test/main/globus/example-body.test.ts',
        title: '[C60] makes a body that the fake Globus accepts',
        seen: '2026-11-29',
      },
    ],
  },
];
