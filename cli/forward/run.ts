import { codeOfSignal } from '../child/signals.ts';
import { Failure } from '../failure.ts';
import { number, record, text, texts } from '../output.ts';
import type { Client } from '../types.ts';
import { type Link, openLink } from './link.ts';
import { type SocketWatch, watchSocket } from './lost.ts';
import { isPlainPath, remoteCommand } from './remote.ts';

export interface ForwardWish {
  readonly host: string;
  readonly scopes: readonly string[];
  readonly seconds: number;
  /** Values for ssh's `-o`. */
  readonly sshOptions: readonly string[];
  /** Words of a command for the other machine; empty: its login shell; null: nothing runs there. */
  readonly command: readonly string[] | null;
}

/** What a forward is, for people and for `--json`. */
export interface Forward {
  readonly id: string;
  readonly host: string;
  /** Full scope strings. */
  readonly scopes: readonly string[];
  /** Seconds since the epoch. */
  readonly until: number;
  /** Here. */
  readonly path: string;
  /** On the other machine. */
  readonly remote: string;
}

export interface ForwardParts {
  readonly client: Client;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Nobody is there to be asked by ssh. */
  readonly batch: boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The socket over there hands out tokens now. */
  readonly ready: (forward: Forward) => void;
  /** It hands out none any more, before its time, while what runs over there goes on. */
  readonly lost: (forward: Forward) => void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Makes a socket for some scopes, has ssh forward it, runs what is wanted on the other machine, and takes all of
 * it back, however it ends.
 *
 * @returns ssh's exit code, or 128 and the signal's number
 * @throws Failure
 */
export async function runForward(parts: ForwardParts, wish: ForwardWish): Promise<number> {
  const { client } = parts;
  const interrupted = watchSignals();
  let id: string | null = null;
  let link: Link | null = null;
  let socket: SocketWatch | null = null;
  try {
    const made = record(
      await client.ask({
        method: 'POST',
        path: '/v1/forwards',
        body: { host: wish.host, scopes: wish.scopes.join(' '), seconds: wish.seconds },
      }),
    );
    id = text(made, 'id');
    const path = text(made, 'path');
    if (!isPlainPath(path)) {
      throw new Failure(
        'usage',
        `ssh cannot forward ${path}: it has characters that mean something to ssh.`,
        'Start the agent with GLOBUS_TOKEN_SOCK set to a plainer path',
      );
    }
    socket = watchSocket(path);
    // Whoever took it away has closed it, and an agent that has ended is not started again for that.
    void socket.gone.then(() => (id = null));
    link = openLink({
      ...{ host: wish.host, options: wish.sshOptions, batch: parts.batch, env: parts.env },
      name: `forward-${id.replace(/^f-/, '')}.sock`,
    });
    const forward = {
      ...{ id, path, host: wish.host, scopes: texts(made, 'scopes'), until: number(made, 'until') ?? 0 },
    };
    return await Promise.race([through(parts, wish, { link, gone: socket.gone }, forward), interrupted.code]);
  } finally {
    // It goes now, by our own hand.
    socket?.stop();
    // First the tokens, then the connection.
    await Promise.all([closed(client, id), link?.close()]);
    interrupted.stop();
  }
}

async function through(
  parts: ForwardParts,
  { command }: ForwardWish,
  { link, gone }: { link: Link; gone: Promise<void> },
  made: Omit<Forward, 'remote'>,
): Promise<number> {
  const remote = await link.remote;
  if (remote === null) return link.ended;
  if (!(await link.forward(remote, made.path))) {
    throw new Failure(
      'failed',
      `ssh did not forward the socket, so nothing reached ${made.host}.`,
      'See what ssh says above; sshd there must allow it: AllowStreamLocalForwarding yes',
    );
  }
  const forward = { ...made, remote };
  const left = () => made.until * 1_000 - parts.now();
  parts.ready(forward);
  if (command === null) {
    const ended = gone.then(() => (left() > 0 ? over(forward) : 0));
    return Promise.race([link.ended, atTheEnd(left()), ended]);
  }
  // What runs there is not ended for it: it may be past its last token.
  void gone.then(() => {
    if (left() > 0) parts.lost(forward);
  });
  return link.session(remoteCommand(remote, command), command.length === 0);
}

/** @throws Failure always */
function over({ host }: Forward): never {
  throw new Failure(
    'failed',
    `The socket for ${host} is gone, so nothing is answered there any more: it was closed, its agent ended, ` +
      'or its folder was removed.',
    'Start the forward again',
  );
}

function atTheEnd(milliseconds: number): Promise<number> {
  return new Promise((resolve) => void setTimeout(() => resolve(0), Math.max(0, milliseconds)).unref());
}

/** The agent closes it by itself when its time is over, or may be gone; neither is worth a word. */
async function closed(client: Client, id: string | null): Promise<void> {
  if (id === null) return;
  await client.ask({ method: 'DELETE', path: '/v1/forwards', query: { id } }).catch(() => undefined);
}

/** A signal ends the forward in order instead of at once; the same signal again changes nothing. */
function watchSignals(): { readonly code: Promise<number>; stop(): void } {
  const handlers: [NodeJS.Signals, () => void][] = [];
  const code = new Promise<number>((resolve) => {
    for (const signal of SIGNALS) handlers.push([signal, () => resolve(codeOfSignal(signal))]);
  });
  for (const [signal, handler] of handlers) process.on(signal, handler);
  return {
    code,
    stop: () => {
      for (const [signal, handler] of handlers) process.off(signal, handler);
    },
  };
}
