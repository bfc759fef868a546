import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ESLint } from 'eslint';
import { beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const RULES = [
  'import-x/no-restricted-paths',
  'no-restricted-imports',
  '@typescript-eslint/no-restricted-imports',
];
/** These rules alone, none of which asks for types: those of the whole tree would be read for them. */
const eslint = new ESLint({
  cwd: ROOT,
  ruleFilter: ({ ruleId }) => RULES.includes(ruleId),
  overrideConfig: { languageOptions: { parserOptions: { projectService: false } } },
});

/** Lints an existing file as if its first line were this import; gives the rules of direction it breaks. */
async function directionsBroken(file: string, line: string): Promise<string[]> {
  const path = join(ROOT, file);
  const [result] = await eslint.lintText(`${line}\n${await readFile(path, 'utf8')}`, { filePath: path });
  return (result?.messages ?? [])
    .filter((message) => message.line === 1 && RULES.includes(message.ruleId ?? ''))
    .map((message) => message.ruleId ?? '');
}

// The first file has the configuration and its plugins loaded.
beforeAll(() => directionsBroken('main/globus/scopes.ts', ''), 60_000);

describe('imports go one way', () => {
  it.each([
    ['main/vault/memory.ts', "import '../tokens/grants.ts';"],
    ['main/globus/scopes.ts', "import '../oauth/failure.ts';"],
    ['main/session/session.ts', "import '../vault/memory.ts';"],
    ['main/oauth/refresh.ts', "import '../vault/memory.ts';"],
    ['main/snippets/curl.ts', "import '../tokens/grants.ts';"],
    ['main/tokens/grants.ts', "import '../desktop/clipboard.ts';"],
    ['main/agent.ts', "import './desktop/clipboard.ts';"],
    ['main/tokens/grants.ts', "import 'electron';"],
    ['main/settings/store.ts', "import 'electron-store';"],
    ['renderer/time.ts', "import '../main/tokens/status.ts';"],
    ['renderer/time.ts', "import { CALL_NAMES } from '../preload/contract.ts';"],
    ['cli/run.ts', "import '../main/agent.ts';"],
    ['preload/contract.ts', "import '../main/effects.ts';"],
    ['main/index.ts', "import '../test/sandbox/index.ts';"],
    ['main/takeover.ts', "import './host/log.ts';"],
    ['main/host/log.ts', "import '../desktop/clipboard.ts';"],
    ['main/host/log.ts', "import '../headless/run.ts';"],
    ['main/headless/run.ts', "import '../desktop/clipboard.ts';"],
    ['main/headless/run.ts', "import 'conf';"],
    ['main/headless.ts', "import 'electron';"],
    ['main/headless.ts', "import 'electron-store';"],
    ['main/desktop/store.ts', "import 'conf';"],
    ['main/desktop/tray.ts', "import '../headless/run.ts';"],
    ['main/broker/broker.ts', "import '../host/log.ts';"],
  ])('%s may not say %s', async (file, line) => {
    expect(await directionsBroken(file, line)).not.toEqual([]);
  });

  it.each([
    ['main/tokens/grants.ts', "import '../vault/memory.ts';"],
    ['main/desktop/tray.ts', "import 'electron';"],
    ['renderer/time.ts', "import type { AppView } from '../preload/contract.ts';"],
    ['main/headless.ts', "import 'conf';"],
    ['main/headless.ts', "import './desktop/settings-file.ts';"],
    ['main/headless/run.ts', "import '../host/log.ts';"],
    ['cli/run.ts', "import '../main/broker/contract.ts';"],
  ])('%s may say %s', async (file, line) => {
    expect(await directionsBroken(file, line)).toEqual([]);
  });
});
