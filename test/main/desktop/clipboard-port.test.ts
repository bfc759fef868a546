import type { Clipboard } from 'electron';
import { describe, expect, it } from 'vitest';
import { concealedFormats, electronClipboard } from '../../../main/desktop/clipboard-port.ts';

/** Electron up to 43: synchronous, one format at a time. */
class OldClipboard {
  text = '';
  /** Other formats wipe the text. */
  write(): void {
    this.text = '';
  }
  writeText(text: string): void {
    this.text = text;
  }
  readText(): string {
    return this.text;
  }
  clear(): void {
    this.text = '';
  }
}

class Item {
  readonly parts: Record<string, string | Blob>;
  constructor(parts: Record<string, string | Blob>) {
    this.parts = parts;
  }
}

/** Electron from 44 on: promises, several formats in one write. */
class NewClipboard {
  items: Item[] = [];
  async writeText(text: string): Promise<void> {
    await this.write([new Item({ 'text/plain': text })]);
  }
  async write(items: Item[]): Promise<void> {
    await Promise.resolve();
    this.items = items;
  }
  async readText(): Promise<string> {
    await Promise.resolve();
    const text = this.items[0]?.parts['text/plain'];
    return typeof text === 'string' ? text : '';
  }
  clear(): void {
    this.items = [];
  }
}

const asElectron = (clipboard: OldClipboard | NewClipboard) => clipboard as unknown as Clipboard;
const raw = (format: string) => `electron application/osclipboard;format="${format}"`;

describe('electronClipboard', () => {
  it('[C38] on Electron 33 writes plain text alone', async () => {
    const clipboard = new OldClipboard();
    const port = electronClipboard({ clipboard: asElectron(clipboard) }, 'linux');
    await port.write('x', true);
    expect(clipboard.text).toBe('x');
    expect(await port.read()).toBe('x');
    await port.clear();
    expect(await port.read()).toBe('');
  });

  it.each([
    ['darwin', [raw('org.nspasteboard.ConcealedType'), raw('org.nspasteboard.TransientType')]],
    [
      'win32',
      [
        raw('ExcludeClipboardContentFromMonitorProcessing'),
        raw('CanIncludeInClipboardHistory'),
        raw('CanUploadToCloudClipboard'),
      ],
    ],
    ['linux', [raw('x-kde-passwordManagerHint')]],
  ] as const)(
    '[C38] from Electron 44 on marks a secret on %s by exactly these keys',
    async (platform, marks) => {
      const clipboard = new NewClipboard();
      const port = electronClipboard({ clipboard: asElectron(clipboard), ClipboardItem: Item }, platform);
      await port.write('x', true);
      expect(clipboard.items).toHaveLength(1);
      expect(Object.keys(clipboard.items[0]?.parts ?? {})).toEqual(['text/plain', ...marks]);
      expect(await port.read()).toBe('x');
    },
  );

  it('[C38] does not mark what is no secret', async () => {
    const clipboard = new NewClipboard();
    const port = electronClipboard({ clipboard: asElectron(clipboard), ClipboardItem: Item }, 'linux');
    await port.write('x', false);
    expect(Object.keys(clipboard.items[0]?.parts ?? {})).toEqual(['text/plain']);
  });

  it('[C38] says no to Windows by a zero DWORD and "secret" to KDE', async () => {
    const windows = concealedFormats('win32')[raw('CanIncludeInClipboardHistory')];
    expect(new Uint8Array((await windows?.arrayBuffer()) ?? [])).toEqual(new Uint8Array(4));
    expect(await concealedFormats('linux')[raw('x-kde-passwordManagerHint')]?.text()).toBe('secret');
  });
});
