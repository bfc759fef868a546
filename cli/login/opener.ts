import { spawn } from 'node:child_process';
import { join } from 'node:path';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The system's own way to open an address; no shell reads it (it is full of `&`). On Windows by its path: by a name
 * alone Node would take one out of the current folder first, which may be a cloned repository.
 */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, (env: Env) => readonly [string, ...string[]]>>> = {
  darwin: () => ['open'],
  win32: (env) => [
    join(env['SystemRoot'] ?? String.raw`C:\Windows`, 'System32', 'rundll32.exe'),
    'url.dll,FileProtocolHandler',
  ],
};

/**
 * Asks the system to open a sign-in page.
 *
 * @returns false: there is nothing that opens it, or it is no address of a sign-in page
 */
export async function openInBrowser(link: string, platform: NodeJS.Platform, env: Env): Promise<boolean> {
  if (!isPage(link)) return false;
  const [program, ...words] = OPENERS[platform]?.(env) ?? ['xdg-open'];
  const child = spawn(program, [...words, link], { env, stdio: 'ignore', detached: true, shell: false });
  return new Promise((resolve) => {
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}

/** Whatever listens on the socket must not make a desktop open files or other programs. */
function isPage(link: string): boolean {
  if (!URL.canParse(link)) return false;
  const { protocol, hostname } = new URL(link);
  return protocol === 'https:' || (protocol === 'http:' && hostname === '127.0.0.1');
}
