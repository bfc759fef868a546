import type { ClipboardPort } from './clipboard-port.ts';

/**
 * GNOME's compositor keeps what was copied, so that it outlives its program, and offers it again when it is cleared
 * under Wayland. On X11 Chromium clears by copying nothing, which is a copy, too.
 *
 * @param sweep takes this text off the clipboard where it is there again, and nothing else
 */
export function clearedForGood(
  port: ClipboardPort,
  sweep: (text: string) => Promise<unknown>,
): ClipboardPort {
  return {
    read: () => port.read(),
    write: (text, concealed) => port.write(text, concealed),
    async clear() {
      const text = await port.read();
      await port.clear();
      if (text !== '') await sweep(text);
    },
  };
}
