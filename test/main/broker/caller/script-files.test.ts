import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ScriptFiles } from '../../../../main/broker/caller/script-files.ts';

test('[C31] hashes a script again after an edit in place, and binds to no folder and no giant', () => {
  const folder = mkdtempSync(join(tmpdir(), 'scripts-'));
  try {
    const files = new ScriptFiles(() => Date.now() + 60_000);
    const path = join(folder, 'x.sh');
    writeFileSync(path, 'one');
    const first = files.claim(path);
    expect(files.claim(path)).toBe(first);
    writeFileSync(path, 'two, longer');
    expect(files.claim(path).binding?.sha256).not.toBe(first.binding?.sha256);
    writeFileSync(path, Buffer.alloc(8 * 1024 * 1024 + 1));
    expect(files.claim(path).binding).toBeNull();
    expect(files.claim(folder).binding).toBeNull();
    expect(files.claim(join(folder, 'none'))).toEqual({ path: join(folder, 'none'), binding: null });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
