import js from '@eslint/js';
import importX from 'eslint-plugin-import-x';
import svelte from 'eslint-plugin-svelte';
import ts from 'typescript-eslint';

/**
 * Imports go one way (docs/architecture.md). Each room lists the rooms it may use; everything else under
 * main/ is refused. `effects.ts` holds types only and is open to all.
 */
/** @type {Record<string, string[]>} */
const ROOMS = {
  globus: [],
  vault: [],
  session: [],
  settings: ['globus'],
  oauth: ['globus'],
  snippets: ['globus'],
  tokens: ['globus', 'oauth', 'vault', 'session', 'settings'],
  calls: ['globus', 'tokens', 'snippets'],
  imports: ['globus', 'oauth', 'vault', 'settings', 'tokens'],
  broker: ['tokens', 'snippets', 'session'],
};
/** What only the two mains may use: the desktop app, the agent without a window, and what both share. */
const names = [...Object.keys(ROOMS), 'desktop', 'headless', 'host'];
/** The settings on a conf-like store: the desktop hands it electron-store, the other main conf. */
const SETTINGS_FILES = ['./settings-file.ts', './settings-reading.ts'];
/** What the CLI and the agent must agree on; none of it imports anything heavy. */
const CLI_SHARES = [
  ...[
    './broker/ascii-json.ts',
    './broker/contract.ts',
    './broker/contract-routes.ts',
    './broker/runtime-folder.ts',
    './broker/socket-path.ts',
    './broker/start-error.ts',
  ],
  ...['./headless/paths.ts', './host/agent-socket.ts', './host/app-id.ts', './host/umask.ts'],
  './session/locks/note.ts',
];
const root = import.meta.dirname;

const zones = [
  ...Object.entries(ROOMS).map(([room, allowed]) => ({
    target: `${root}/main/${room}`,
    from: [
      ...names
        .filter((name) => name !== room && !allowed.includes(name))
        .map((name) => `${root}/main/${name}`),
      `${root}/main/agent.ts`,
      `${root}/main/agent-types.ts`,
      `${root}/main/index.ts`,
      `${root}/main/headless.ts`,
      `${root}/main/takeover.ts`,
      `${root}/preload`,
      `${root}/renderer`,
      `${root}/cli`,
    ],
    message: `main/${room} may import only: ${allowed.join(', ') || 'nothing of the other rooms'}.`,
  })),
  {
    target: [`${root}/main/agent.ts`, `${root}/main/takeover.ts`],
    from: [...['desktop', 'headless', 'host'].map((name) => `${root}/main/${name}`), `${root}/preload`],
  },
  {
    target: [`${root}/main/headless`, `${root}/main/headless.ts`, `${root}/main/host`],
    from: [`${root}/main/desktop`],
    except: SETTINGS_FILES,
    message: 'What runs without Electron uses nothing of the desktop app but its settings file.',
  },
  {
    target: [`${root}/main/headless`, `${root}/main/headless.ts`, `${root}/main/host`],
    from: [`${root}/preload`],
  },
  { target: [`${root}/main/host`, `${root}/main/desktop`], from: [`${root}/main/headless`] },
  { target: `${root}/main`, from: [`${root}/test`, `${root}/renderer`, `${root}/cli`] },
  {
    target: [`${root}/renderer`, `${root}/preload`],
    from: [`${root}/main`],
    except: ['./broker/contract.ts'],
    message: 'The page and the preload know main only by its two contracts.',
  },
  {
    target: `${root}/cli`,
    from: [`${root}/main`],
    except: CLI_SHARES,
    message: 'The CLI is a client: it knows the broker’s contract, and where socket and data folder are.',
  },
  { target: `${root}/preload/contract.ts`, from: [`${root}/main`, `${root}/renderer`] },
];

const ELECTRON = ['electron', 'electron-store', 'electron-updater'].map((name) => ({
  name,
  message: 'Only main/desktop/ and main/index.ts may import it.',
}));
const CONF = {
  name: 'conf',
  message: 'Only main/headless.ts may import it; the desktop has electron-store.',
};

export default ts.config(
  { ignores: ['dist/', 'release/', 'node_modules/', 'test-results/', 'test/bench/floor/'] },
  js.configs.recommended,
  ...ts.configs.recommendedTypeChecked,
  ...svelte.configs.recommended,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: root, extraFileExtensions: ['.svelte'] },
      globals: {
        console: 'readonly',
        process: 'readonly',
        Buffer: 'readonly',
        URL: 'readonly',
        URLSearchParams: 'readonly',
        fetch: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        performance: 'readonly',
        AbortSignal: 'readonly',
        AbortController: 'readonly',
      },
    },
    plugins: { 'import-x': importX },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-console': 'error',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      parserOptions: { parser: ts.parser },
      globals: {
        window: 'readonly',
        document: 'readonly',
        HTMLElement: 'readonly',
        KeyboardEvent: 'readonly',
      },
    },
  },
  {
    files: ['main/**', 'preload/**', 'cli/**', 'renderer/**'],
    ignores: [
      'main/headless.ts',
      'main/desktop/**',
      'main/index.ts',
      'preload/index.ts',
      'preload/prompt.ts',
    ],
    rules: { 'no-restricted-imports': ['error', { paths: [...ELECTRON, CONF] }] },
  },
  { files: ['main/headless.ts'], rules: { 'no-restricted-imports': ['error', { paths: ELECTRON }] } },
  {
    files: ['main/desktop/**', 'main/index.ts', 'preload/index.ts', 'preload/prompt.ts'],
    rules: { 'no-restricted-imports': ['error', { paths: [CONF] }] },
  },
  {
    files: ['renderer/**'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['**/preload/contract*'], allowTypeImports: true, message: 'By `import type` only.' },
          ],
        },
      ],
    },
  },
  { files: ['scripts/**', 'test/**', 'cli/**'], rules: { 'no-console': 'off' } },
  { files: ['test/**'], rules: { '@typescript-eslint/unbound-method': 'off' } },
  {
    files: ['test/**'],
    ignores: ['test/renderer/stop-clock.ts', 'test/renderer/page-lender.test.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "CallExpression[callee.property.name='install'][callee.object.property.name='clock']",
          message: 'An installed clock runs on: stopClock() stops it, else a busy machine decides.',
        },
      ],
    },
  },
  {
    files: ['scripts/**', '*.js'],
    ...ts.configs.disableTypeChecked,
  },
);
