import type { ClipboardPort } from './clipboard-port.ts';

/** Milliseconds in which a viewer on another machine asks for what was copied. The app may end after that. */
export const ASKED = 300;

/**
 * A desktop over VNC hands what is copied on to the machine in front of which somebody sits, and an empty clipboard is
 * nothing to hand on: the token would stay there. So a space takes its place, here and there. Without text in it a
 * viewer has nothing to ask for, and Electron copies no empty text.
 *
 * @param mirrored whether there is such a viewer
 */
export function clearedAfar(
  port: ClipboardPort,
  mirrored: () => Promise<boolean>,
  pause: (milliseconds: number) => Promise<void>,
): ClipboardPort {
  return {
    read: () => port.read(),
    write: (text, concealed) => port.write(text, concealed),
    async clear() {
      if (!(await mirrored())) return port.clear();
      // Not concealed: a viewer that looks away from what is would keep the token.
      await port.write(' ', false);
      await pause(ASKED);
    },
  };
}
