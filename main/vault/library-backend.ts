import { existsSync } from 'node:fs';

/** By it libsecret, and everybody else, tells a Flatpak. */
const FLATPAK_INFO = '/.flatpak-info';

/**
 * Whether libsecret keeps passwords in a file of its own, where the keyring does not see them, and so what is written
 * would read as absent. It does in a Flatpak and a snap, where the desktop has a Secret portal (`backend_get_impl_type`;
 * seen with 0.21), and where `SECRET_BACKEND` says so. A snap's variable is inherited by all that is started in a terminal
 * inside it. How the library was built decides, too, which cannot be asked: it is enough that it could.
 */
export function libraryKeepsFiles(
  env: Readonly<Record<string, string | undefined>>,
  isFlatpak = existsSync(FLATPAK_INFO),
): boolean {
  const { SNAP_NAME: snap, SECRET_BACKEND: backend = '' } = env;
  return isFlatpak || snap !== undefined || (backend !== '' && backend !== 'service');
}
