import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { DesktopSession } from './desktop-session.ts';
import { run, until } from './processes.ts';

const exec = promisify(execFile);

export interface CopyQ {
  /** Copies this link; every later copy that is none is replaced by it, a tenth of a second later. */
  keep(link: string): Promise<void>;
  close(): Promise<void>;
}

/** One of its own scripts, in the file where its dialog keeps them. */
const LINKS_ONLY = `[Commands]
1\\Name=Links only
1\\IsScript=true
1\\Command="
    global.onClipboardChanged = function() {
      const text = str(data(mimeText))
      if (text.indexOf('https://') === 0) settings('kept', text)
      else if (text) copy(settings('kept'))
    }"
size=1
`;

/** A real clipboard manager that alters copies: CopyQ, with a script that lets through links alone. */
export async function startCopyQ(session: DesktopSession): Promise<CopyQ> {
  const folder = join(session.env['XDG_CONFIG_HOME'] ?? '', 'copyq');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'copyq-commands.ini'), LINKS_ONLY);
  const program = run('copyq', [], { env: session.env, stdio: 'ignore' });
  const keeps = async (link: string): Promise<true | undefined> => {
    const asked = await exec('copyq', ['eval', "print(settings('kept'))"], { env: session.env }).catch(
      () => null,
    );
    return asked?.stdout === link ? true : undefined;
  };
  let probes = 0;
  try {
    // It takes what it finds at its start, and what is no other than that, for no copy: hence another link each time.
    await until('CopyQ', async () => {
      const probe = `https://example.org/${String((probes += 1))}`;
      await copyOnce(session, probe);
      return until('the probe', () => keeps(probe), 1_000).catch(() => undefined);
    });
  } catch (error) {
    await program.end();
    throw error;
  }
  return {
    async keep(link) {
      await copyOnce(session, link);
      await until('CopyQ to keep the link', () => keeps(link));
    },
    close: () => program.end(),
  };
}

async function copyOnce(session: DesktopSession, text: string): Promise<void> {
  const child = spawn('xclip', ['-selection', 'clipboard', '-in'], {
    env: session.env,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.stdin.end(text);
  await once(child, 'exit');
}
