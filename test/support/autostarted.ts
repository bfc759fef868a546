import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { linuxAutostart } from '../../main/desktop/autostart-linux.ts';
import { appCommand } from './app-command.ts';
import type { DesktopSession } from './desktop-session.ts';

export interface Autostarted {
  /** Names of the files that the app put into the session's folder for such entries. */
  readonly entries: readonly string[];
  /** What the entry said to the program, a line for each word. */
  said(): Promise<string>;
}

/**
 * Has the app write its entry and starts it as GNOME's session does, which reads it itself: an installed app, by all
 * that the entry knows, in a folder with everything that quoting can get wrong.
 *
 * @param words what the program adds before those of the entry
 */
export async function autostarted(session: DesktopSession, words: readonly string[]): Promise<Autostarted> {
  const program = join(session.home, 'opt', `it's "$HOME" \`x\``, 'globus-token-tray');
  const app = await appCommand();
  const calls = join(session.home, 'calls');
  await mkdir(dirname(program), { recursive: true });
  const quoted = [app.executable, ...app.words, ...words]
    .map((word) => `'${word.replaceAll("'", "'\\''")}'`)
    .join(' ');
  await writeFile(program, `#!/bin/sh\nprintf '%s\\n' "$@" > '${calls}'\nexec ${quoted} "$@"\n`);
  await chmod(program, 0o755);
  const folder = join(session.env['XDG_CONFIG_HOME'] ?? '', 'autostart');
  const autostart = linuxAutostart({
    program,
    id: 'globus-token-tray',
    folder,
    shared: [],
    desktops: [],
    path: [],
  });
  const written = await autostart.set(true);
  if (!written.ok) throw new Error(written.problem.title);
  const launch = spawn('gio', ['launch', join(folder, 'globus-token-tray.desktop')], {
    env: session.env,
    stdio: 'ignore',
    detached: true,
  });
  session.adopt(launch.pid ?? 0);
  await once(launch, 'exit');
  return { entries: await readdir(folder), said: () => readFile(calls, 'utf8') };
}

/** Processes with a page in them: there is one before its window can be seen. Needs /proc. */
export async function pagesOf(session: DesktopSession): Promise<number> {
  const commands = await Promise.all(
    (await session.processes()).map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return commands.filter((command) => command.includes('--type=renderer')).length;
}
