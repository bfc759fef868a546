import { describe, expect, it } from 'vitest';
import { ASKED, clearedAfar } from '../../../main/desktop/clipboard-mirrored.ts';
import { MemoryClipboard } from '../../support/desktop.ts';

function setup(mirrored: boolean) {
  const system = new MemoryClipboard();
  const pauses: number[] = [];
  const pause = (milliseconds: number) => Promise.resolve(void pauses.push(milliseconds));
  return { system, pauses, port: clearedAfar(system, () => Promise.resolve(mirrored), pause) };
}

describe('[C37] a clipboard that is cleared', () => {
  it('is empty where nobody mirrors it', async () => {
    const { port, system, pauses } = setup(false);
    await port.write('secret', true);
    await port.clear();
    expect([system.text, pauses]).toEqual(['', []]);
  });

  it('holds a space where a viewer mirrors it, and waits until that has come for it', async () => {
    const { port, system, pauses } = setup(true);
    await port.write('secret', true);
    await port.clear();
    expect([await port.read(), pauses]).toEqual([' ', [ASKED]]);
    expect(system.writes.at(-1)).toEqual({ text: ' ', concealed: false });
  });
});
