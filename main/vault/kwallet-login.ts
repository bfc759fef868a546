import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LOCAL_SOCKETS, parseLocalSockets } from '../local-sockets.ts';

/**
 * Whether the login has started a KWallet that still waits for the session. pam_kwallet hands it what opens the wallet
 * and a socket, and it comes to the bus when the session has told it its environment there. The socket is only looked
 * for in the kernel's list: whoever connects is taken for the session.
 */
export async function loginHoldsKWallet(
  env: Readonly<Record<string, string | undefined>>,
  read = () => readFile(LOCAL_SOCKETS, 'utf8'),
): Promise<boolean> {
  const runtime = env['XDG_RUNTIME_DIR'];
  const paths = [env['PAM_KWALLET5_LOGIN'], runtime && join(runtime, 'kwallet5.socket')].filter(Boolean);
  if (paths.length === 0) return false;
  const sockets = parseLocalSockets(await read().catch(() => ''));
  return sockets.some(({ path, listens }) => listens && paths.includes(path));
}
