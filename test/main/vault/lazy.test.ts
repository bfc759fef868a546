import { describe, expect, it } from 'vitest';
import { LazyVault } from '../../../main/vault/lazy.ts';
import { MemoryVault } from '../../../main/vault/memory.ts';

const UNTIL = { backend: 'keychain', label: 'not asked yet', persistent: true } as const;
const ENTRY = { refreshToken: 'r', scopes: ['s'] };

describe('a vault opened by its first question', () => {
  it('opens nothing before, and once for many questions at the same time', async () => {
    let opened = 0;
    const vault = new LazyVault(() => {
      opened += 1;
      return Promise.resolve(new MemoryVault());
    }, UNTIL);
    expect(vault.describe()).toEqual(UNTIL);
    expect(opened).toBe(0);
    expect(await Promise.all([vault.status(), vault.write('n', ENTRY), vault.status()])).toEqual([
      'ready',
      { kind: 'done' },
      'ready',
    ]);
    expect(opened).toBe(1);
    expect(vault.describe().backend).toBe('memory');
    expect(await vault.read('n')).toEqual({ kind: 'found', entry: ENTRY });
    expect(await vault.remove('n')).toEqual({ kind: 'done' });
    expect(await vault.read('n')).toEqual({ kind: 'absent' });
  });
});
