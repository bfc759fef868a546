import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DesktopSession } from './desktop-session.ts';
import { run, until } from './processes.ts';
import { systemClipboard } from './tray-app.ts';

export interface Parcellite {
  /**
   * Makes it keep this link: the next copy that is none it replaces by it, within half a second. To be called
   * before every such copy, for it gives back each text once (the second time, in 1.2.1, what is no text).
   */
  keep(link: string): Promise<void>;
  close(): Promise<void>;
}

const CONFIGURATION = `[rc]
use_copy=true
use_primary=false
synchronize=false
save_history=false
hyperlinks_only=true
restore_empty=true
`;

/** A real clipboard manager that alters copies: Debian's parcellite, set to "capture hyperlinks only". */
export async function startParcellite(session: DesktopSession): Promise<Parcellite> {
  const folder = join(session.env['XDG_CONFIG_HOME'] ?? '', 'parcellite');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'parcelliterc'), CONFIGURATION);
  const program = run('parcellite', [], { env: session.env, stdio: 'ignore' });
  return {
    async keep(link) {
      // Nobody owns the clipboard after that, and it fills in its own copy: once it is there, and not starting.
      const filledIn = async () => ((await systemClipboard(session)) === link ? true : undefined);
      await until('parcellite to keep the link', async () => {
        await offerOnce(session, link);
        return until('the link', filledIn, 2_000).catch(() => undefined);
      });
    },
    close: () => program.end(),
  };
}

/** Copies it, and resolves when somebody read it. */
async function offerOnce(session: DesktopSession, text: string): Promise<void> {
  const child = spawn('xclip', ['-selection', 'clipboard', '-in', '-loops', '1', '-quiet'], {
    env: session.env,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.stdin.end(text);
  await once(child, 'exit');
}
