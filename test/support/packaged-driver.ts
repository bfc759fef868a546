import { randomUUID } from 'node:crypto';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WebSocket } from 'undici';
import { tcpListeners } from './listeners.ts';
import { until } from './processes.ts';

/** What a driver needs and the packaged app refuses to start with. */
const DRIVERS_SWITCHES = ['--inspect', '--remote-debugging-port'];

interface Message {
  id?: number;
  method?: string;
  params?: unknown;
}

/**
 * Lets Playwright drive a package whose inspect fuse is on. The app refuses the two switches of a debugger, so a
 * debugger that is there first stops it before the first line of its code and takes them out of `process.argv`; by
 * then Node and Chromium have read them. Without the fuse there is no such debugger, and in the app no way round.
 *
 * @param folder for two small files
 */
export async function driveable(executable: string, folder: string): Promise<PackagedDriver> {
  const name = join(folder, `driver-${randomUUID()}`);
  const pidFile = `${name}.pid`;
  // By `exec`, so that the pid is the app's. A later --inspect-brk wins over Playwright's --inspect.
  await writeFile(name, `#!/bin/sh\necho $$ > '${pidFile}'\nexec '${executable}' "$@" --inspect-brk=0\n`);
  await chmod(name, 0o700);
  return {
    executable: name,
    async letGo() {
      try {
        const pid = await until('the pid of the app', async () => {
          const text = await readFile(pidFile, 'utf8').catch(() => '');
          return text.endsWith('\n') ? Number(text) : undefined;
        });
        await takeSwitchesOut(await inspectorOf(pid));
      } finally {
        await Promise.all([name, pidFile].map((path) => rm(path, { force: true })));
      }
    },
  };
}

export interface PackagedDriver {
  /** To be launched in the package's place. */
  readonly executable: string;
  /** Resolves when the app runs; to be called once it has been launched. */
  letGo(): Promise<void>;
}

/** The address of the only listener that an app has which did not start yet. */
async function inspectorOf(pid: number): Promise<string> {
  return until('the inspector', async () => {
    for (const port of await tcpListeners(pid).catch(() => [])) {
      const answer = await fetch(`http://127.0.0.1:${port}/json/list`).catch(() => null);
      const [target] = ((await answer?.json().catch(() => null)) ?? []) as {
        webSocketDebuggerUrl?: string;
      }[];
      if (target?.webSocketDebuggerUrl !== undefined) return target.webSocketDebuggerUrl;
    }
    return undefined;
  });
}

/** https://chromedevtools.github.io/devtools-protocol/v8/ */
async function takeSwitchesOut(url: string): Promise<void> {
  const socket = new WebSocket(url);
  let sent = 0;
  const send = (method: string, params: unknown = {}): number => {
    socket.send(JSON.stringify({ id: (sent += 1), method, params }));
    return sent;
  };
  try {
    await new Promise<void>((resolve, reject) => {
      let resumed: number | null = null;
      socket.addEventListener('open', () => {
        send('Debugger.enable');
        send('Runtime.runIfWaitingForDebugger');
      });
      socket.addEventListener('message', ({ data }) => {
        const message = JSON.parse(String(data)) as Message;
        if (message.method === 'Debugger.paused') {
          const list = JSON.stringify(DRIVERS_SWITCHES);
          send('Runtime.evaluate', {
            expression: `process.argv = process.argv.filter((word) => !${list}.some((name) => word.startsWith(name)))`,
          });
          resumed = send('Debugger.resume');
        } else if (message.id !== undefined && message.id === resumed) resolve();
      });
      socket.addEventListener('close', () => {
        reject(new Error('the app ended before its first line'));
      });
      socket.addEventListener('error', () => {
        reject(new Error('the inspector took no connection'));
      });
    });
  } finally {
    socket.close();
  }
}
