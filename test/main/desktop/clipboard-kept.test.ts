import { describe, expect, it } from 'vitest';
import { clearedForGood } from '../../../main/desktop/clipboard-kept.ts';
import { MemoryClipboard } from '../../support/desktop.ts';

function setup() {
  const system = new MemoryClipboard();
  const swept: string[] = [];
  const port = clearedForGood(system, (text) => {
    swept.push(`${text}, cleared: ${String(system.text === '')}`);
    return Promise.resolve();
  });
  return { system, port, swept };
}

describe('[C37] a clipboard that is cleared', () => {
  it('is swept afterwards, of what was on it', async () => {
    const { port, swept } = setup();
    await port.write('secret', true);
    await port.clear();
    expect(swept).toEqual(['secret, cleared: true']);
  });

  it('is not swept where nothing of ours can be seen on it', async () => {
    const { port, swept } = setup();
    await port.clear();
    expect(swept).toEqual([]);
  });
});
