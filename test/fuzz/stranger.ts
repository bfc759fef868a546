import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { FuzzCase } from './cases.ts';
import type { Outcome } from './client.ts';
import { sent } from './judge.ts';

export interface Stranger {
  /** Has the other program play the case, all of its bytes at once. */
  play(path: string, one: FuzzCase): Promise<Outcome>;
  close(): Promise<void>;
}

interface Reply {
  readonly id: number;
  readonly bytes: string;
  readonly ended: boolean;
  readonly left: boolean;
}

/** A real other process of the same user, with a script of its own. */
export function startStranger(): Stranger {
  const child = fork(join(import.meta.dirname, 'stranger.mjs'), [], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const waiting = new Map<number, (reply: Reply | null) => void>();
  let orders = 0;
  child.on('message', (message) => {
    const reply = message as Reply;
    waiting.get(reply.id)?.(reply);
    waiting.delete(reply.id);
  });
  const gone = once(child, 'exit').then(() => {
    for (const tell of waiting.values()) tell(null);
  });
  return {
    async play(path, one) {
      const id = ++orders;
      const answered = new Promise<Reply | null>((resolve) => waiting.set(id, resolve));
      child.send({ id, path, bytes: sent(one), quietMs: one.pristine ? 5_000 : 40 });
      const reply = await answered;
      if (reply === null) throw new Error('the other program ended');
      const { bytes, ended, left } = reply;
      return { bytes, ended, left, shared: null };
    },
    async close() {
      if (child.connected) child.disconnect();
      await gone;
    },
  };
}
