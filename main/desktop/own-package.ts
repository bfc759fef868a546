import { isAbsolute, sep } from 'node:path';

/** What this very program runs from. Linux; elsewhere it is always `installed`. */
export type OwnPackage =
  | { kind: 'app-image'; file: string }
  /** A package that a store keeps in a box: Flatpak or snap. */
  | { kind: 'boxed' }
  | { kind: 'installed' };

/** Where Flatpak mounts the program of every box (its "Sandbox" conventions). */
const FLATPAK_PROGRAMS = '/app';

/**
 * All their variables are inherited: started from a terminal inside another AppImage, Flatpak or snap they name
 * that one, and the updater or the autostart entry would be about somebody else's program. So the running
 * program has to lie in what they name.
 *
 * @param program path of the running program
 */
export function ownPackage(env: NodeJS.ProcessEnv, program: string): OwnPackage {
  const { APPIMAGE: image, APPDIR: mounted, SNAP: snap } = env;
  if (image !== undefined && isAbsolute(image) && isBelow(program, mounted)) {
    return { kind: 'app-image', file: image };
  }
  const boxed = flatpakOf(env, program) !== null || isBelow(program, snap);
  return { kind: boxed ? 'boxed' : 'installed' };
}

/** The name of the Flatpak that this very program runs in: what `flatpak run` takes. Null: it runs in none. */
export function flatpakOf({ FLATPAK_ID: id }: NodeJS.ProcessEnv, program: string): string | null {
  return id !== undefined && isBelow(program, FLATPAK_PROGRAMS) ? id : null;
}

function isBelow(path: string, folder: string | undefined): boolean {
  if (folder === undefined || !isAbsolute(folder)) return false;
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
