import { execFile } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { DesktopSession } from './desktop-session.ts';
import { run, until } from './processes.ts';

const exec = promisify(execFile);

export interface Dunst {
  /** All that it showed so far, as it prints it. */
  printed(): string;
  /** Resolves when that many are on the screen. */
  untilShown(count: number): Promise<void>;
  /** Presses the newest notification itself, as the middle button does. */
  press(): Promise<void>;
  /** Presses a button of it, by its menu. */
  choose(label: string): Promise<void>;
  close(): Promise<void>;
}

/** A real notification server, Debian's dunst. Resolves when it answers. */
export async function startDunst(session: DesktopSession): Promise<Dunst> {
  const folder = join(session.env['XDG_CONFIG_HOME'] ?? '', 'dunst');
  const [menu, choice] = [join(folder, 'menu'), join(folder, 'choice')];
  await mkdir(folder, { recursive: true });
  // Markup as distributions have it; the program that shows a notification's menu chooses by itself.
  await writeFile(join(folder, 'dunstrc'), `[global]\n    markup = full\n    dmenu = ${menu}\n`);
  await writeFile(menu, `#!/bin/sh\nexec grep -m 1 -F -f '${choice}'\n`);
  await chmod(menu, 0o755);

  const program = run('dunst', ['-print'], { env: session.env, stdio: ['ignore', 'pipe', 'ignore'] });
  let printed = '';
  program.child.stdout?.on('data', (chunk) => (printed += String(chunk)));
  const control = async (...words: string[]): Promise<string> => {
    const { stdout } = await exec('dunstctl', words, { env: session.env });
    return stdout.trim();
  };
  try {
    await until('dunst', () => control('count', 'displayed').catch(() => undefined));
  } catch (error) {
    await program.end();
    throw error;
  }
  return {
    printed: () => printed,
    async untilShown(count) {
      await until(`${count} notifications on the screen`, async () =>
        (await control('count', 'displayed')) === String(count) ? true : undefined,
      );
    },
    async press() {
      await control('action', '0');
      await control('close');
    },
    async choose(label) {
      await writeFile(choice, `${label}\n`);
      await control('context');
    },
    close: () => program.end(),
  };
}
