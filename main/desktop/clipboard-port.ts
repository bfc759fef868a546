import type * as Electron from 'electron';

/** The system clipboard as the app needs it; text only. */
export interface ClipboardPort {
  /** `concealed`: asks clipboard histories and cloud clipboards to look away, where the system can be asked. */
  write(text: string, concealed: boolean): Promise<void>;
  read(): Promise<string>;
  clear(): Promise<void>;
}

/** What both generations of Electron's clipboard offer; up to 43 synchronous, from 44 promises. */
interface AnyClipboard {
  writeText(text: string): unknown;
  readText(): unknown;
  clear(): unknown;
  write?(items: unknown): unknown;
}
type ItemConstructor = new (items: Record<string, string | Blob>) => unknown;

/**
 * @param electron the module's clipboard parts. `ClipboardItem` exists from Electron 44 on; without it only
 * plain text is written, because before 44 a second format wipes the first (CHECKLIST 38).
 */
export function electronClipboard(
  electron: { clipboard: Electron.Clipboard; ClipboardItem?: unknown },
  platform: NodeJS.Platform,
): ClipboardPort {
  const clipboard = electron.clipboard as AnyClipboard;
  const Item =
    typeof electron.ClipboardItem === 'function' ? (electron.ClipboardItem as ItemConstructor) : null;
  return {
    async write(text, concealed) {
      if (concealed && Item !== null && clipboard.write !== undefined) {
        await clipboard.write([new Item({ 'text/plain': text, ...concealedFormats(platform) })]);
      } else {
        await clipboard.writeText(text);
      }
    },
    async read() {
      const text: unknown = await clipboard.readText();
      return typeof text === 'string' ? text : '';
    },
    async clear() {
      await clipboard.clear();
    },
  };
}

/**
 * The marks by which password managers keep a copy out of histories: nspasteboard.org's two types on macOS,
 * the three registered formats of Windows (a zero DWORD says no), KDE's hint on Linux.
 */
export function concealedFormats(platform: NodeJS.Platform): Record<string, Blob> {
  if (platform === 'darwin') {
    return {
      [raw('org.nspasteboard.ConcealedType')]: new Blob(['']),
      [raw('org.nspasteboard.TransientType')]: new Blob(['']),
    };
  }
  if (platform === 'win32') {
    return {
      [raw('ExcludeClipboardContentFromMonitorProcessing')]: new Blob([new Uint8Array(4)]),
      [raw('CanIncludeInClipboardHistory')]: new Blob([new Uint8Array(4)]),
      [raw('CanUploadToCloudClipboard')]: new Blob([new Uint8Array(4)]),
    };
  }
  return { [raw('x-kde-passwordManagerHint')]: new Blob(['secret']) };
}

/** Electron's name for a format that the system knows and the web does not (clipboard docs, "raw format"). */
function raw(format: string): string {
  return `electron application/osclipboard;format="${format}"`;
}
