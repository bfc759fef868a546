import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** __SO_ACCEPTCON (include/linux/net.h), as /proc/net/unix prints it. */
const LISTENING = '00010000';

/**
 * Whether the login has started a KWallet that still waits for the session. pam_kwallet hands it what opens the wallet
 * and a socket, and it comes to the bus when the session has told it its environment there. The socket is only looked
 * for in the kernel's list: whoever connects is taken for the session.
 */
export async function loginHoldsKWallet(
  env: Readonly<Record<string, string | undefined>>,
  read = () => readFile('/proc/net/unix', 'utf8'),
): Promise<boolean> {
  const runtime = env['XDG_RUNTIME_DIR'];
  const paths = [env['PAM_KWALLET5_LOGIN'], runtime && join(runtime, 'kwallet5.socket')].filter(Boolean);
  if (paths.length === 0) return false;
  const sockets = await read().catch(() => '');
  return sockets.split('\n').some((line) => {
    // Num: RefCount Protocol Flags Type St Inode Path
    const flags = line.split(' ')[3];
    return flags === LISTENING && paths.some((path) => line.endsWith(` ${path}`));
  });
}
