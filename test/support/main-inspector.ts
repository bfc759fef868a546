import { once } from 'node:events';
import { WebSocket } from 'undici';
import type { SpawnedApp } from './electron-app.ts';
import { until } from './processes.ts';

/** The main process of an app that was spawned `inspected`, and of whose pages nobody takes hold. */
export interface MainInspector {
  /**
   * Runs an expression in the main process; `electron` is the module. Resolves with what it, or its promise,
   * gives, which JSON must be able to carry.
   */
  run<T>(expression: string): Promise<T>;
  close(): void;
}

interface Reply {
  id?: number;
  result?: { result?: { value?: unknown }; exceptionDetails?: { exception?: { description?: string } } };
}

const ELECTRON = `process.getBuiltinModule('node:module').createRequire('/')('electron')`;

/**
 * Playwright makes every page believe that it is looked at: what is hidden behaves as if it were seen. This
 * speaks to main alone.
 *
 * @param app that has shown from outside that its code is loaded, by its broker for one. An expression that is run
 *   while Electron still loads an ES-module main can stop that for good: 3 starts of 40, against 0 of 150 after it
 *   (Electron 33).
 */
export async function inspectMain(app: SpawnedApp): Promise<MainInspector> {
  const url = await until('the inspector', () =>
    Promise.resolve(/listening on (ws:\/\/\S+)/.exec(app.output())?.[1]),
  );
  const socket = new WebSocket(url);
  await once(socket, 'open');
  const waiting = new Map<number, (reply: Reply) => void>();
  socket.addEventListener('message', ({ data }) => {
    const reply = JSON.parse(String(data)) as Reply;
    if (reply.id !== undefined) waiting.get(reply.id)?.(reply);
  });
  let last = 0;
  return {
    async run<T>(expression: string) {
      const id = (last += 1);
      const answered = new Promise<Reply>((resolve) => waiting.set(id, resolve));
      const params = {
        expression: `(async (electron) => (${expression}))(${ELECTRON})`,
        awaitPromise: true,
        returnByValue: true,
      };
      socket.send(JSON.stringify({ id, method: 'Runtime.evaluate', params }));
      const { result } = await answered;
      waiting.delete(id);
      const failed = result?.exceptionDetails?.exception?.description;
      if (failed !== undefined) throw new Error(failed);
      return result?.result?.value as T;
    },
    close: () => {
      socket.close();
    },
  };
}
