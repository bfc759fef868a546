import { describe, expect, it } from 'vitest';
import { ROOT } from '../../scripts/build-targets.mjs';
import { filesThatShare, leavesNothing } from '../../scripts/test-sharing.mjs';

describe('files of tests that share a process', () => {
  it.each([
    "process.env['HOME'] = home;",
    'process.umask(0o077);',
    "process.on('exit', end);",
    'process.kill(process.pid, 0);',
    "vi.stubGlobal('fetch', fetch);",
    "vi.mock('electron');",
    'setMaxListeners(0, never);',
    'globalThis.open = open;',
    '// This needs a process of its own.',
  ])('leave out what changes the process: %s', (line) => {
    expect(leavesNothing(`import { vi } from 'vitest';\n${line}\n`)).toBe(false);
  });

  it('keep what starts processes of its own', () => {
    expect(leavesNothing("const child = spawn(process.execPath, ['--version']);\nawait end(child);\n")).toBe(
      true,
    );
  });

  it('are most of those of main, and none with a page', async () => {
    const files = await filesThatShare(ROOT);
    expect(files.length).toBeGreaterThan(200);
    expect(files.filter((file) => !/^test\/(main|preload|sandbox)\/.+\.test\.ts$/.test(file))).toEqual([]);
  });
});
