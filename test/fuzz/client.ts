import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import nacl from 'tweetnacl';
import type { FuzzCase, Step } from './cases.ts';
import { sealedBytes } from './sealing.ts';

/** What came back, and how it ended. */
export interface Outcome {
  /** One character per byte. */
  readonly bytes: string;
  /** Key of the sealed form, once both public keys were exchanged. */
  readonly shared: Uint8Array | null;
  /** False: the server kept the connection open although nothing more came. */
  readonly ended: boolean;
  /** This client left on purpose: the last answer may be cut or missing. */
  readonly left: boolean;
}

/** One key pair for all: making one costs as much as answering ten requests. */
const KEYS = nacl.box.keyPair.fromSecretKey(new Uint8Array(32).fill(7));
/** Milliseconds without a byte after which a client with incomplete requests closes its half. */
const QUIET_MS = 40;
/** The same for requests that are in order: prompts, queues and a busy machine take their time. */
const PATIENT_MS = 5_000;
/** Milliseconds that a server may take to end a connection which the client has closed. */
const HANGING_MS = 15_000;

/** Where a server listens: the path of a socket, or a port of 127.0.0.1. */
export type Address = string | number;

/** Plays one case on a connection of its own. */
export async function play(
  address: Address,
  { steps, pristine }: Pick<FuzzCase, 'steps' | 'pristine'>,
): Promise<Outcome> {
  const place = typeof address === 'string' ? { path: address } : { host: '127.0.0.1', port: address };
  const socket = connect({ ...place, allowHalfOpen: true });
  socket.on('error', () => socket.destroy());
  const conversation = new Conversation(socket);
  await conversation.connected;
  for (const step of steps) await conversation.take(step);
  return conversation.end(pristine ? PATIENT_MS : QUIET_MS);
}

class Conversation {
  readonly connected: Promise<unknown>;
  readonly #socket: Socket;
  readonly #closed: Promise<boolean>;
  #got = '';
  #shared: Uint8Array | null = null;
  #left = false;
  #heard = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      this.#got += text;
      this.#heard = performance.now();
    });
    // The server has said all: so has the client.
    socket.once('end', () => socket.end());
    this.#closed = new Promise((resolve) => socket.once('close', () => resolve(true)));
    this.connected = Promise.race([once(socket, 'connect').catch(() => null), this.#closed]);
  }

  async take(step: Step): Promise<void> {
    const socket = this.#socket;
    switch (step.kind) {
      case 'write':
        if (socket.writable && step.bytes !== '') socket.write(step.bytes, 'latin1');
        return;
      case 'pause':
        for (let turns = 0; turns < 3; turns++) await new Promise((resolve) => setImmediate(resolve));
        return;
      case 'hear':
        return this.#hear(1, 200);
      case 'half-close':
        this.#left = true;
        socket.end();
        return;
      case 'abort':
        this.#left = true;
        socket.destroy();
        return;
      case 'seal':
        return this.#seal(step);
    }
  }

  /** Resolves when the connection is over, which the client sees to after a while without a byte. */
  async end(quietMs: number): Promise<Outcome> {
    this.#heard = Math.max(this.#heard, performance.now());
    let ended = await this.#quiet(quietMs);
    if (!ended) {
      this.#left = true;
      this.#socket.end();
      ended = await this.#within(this.#closed, HANGING_MS);
    }
    this.#socket.destroy();
    return { bytes: this.#got, shared: this.#shared, ended, left: this.#left };
  }

  /** False after so long without a byte; the end of the connection ends the wait too. */
  async #quiet(quietMs: number): Promise<boolean> {
    for (;;) {
      const left = this.#heard + quietMs - performance.now();
      if (left <= 0) return false;
      if (await this.#within(this.#closed, left)) return true;
    }
  }

  /** @returns false when it takes longer; no timer is left behind, which would keep what came in memory */
  async #within(event: Promise<unknown>, milliseconds: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), milliseconds);
    });
    const came = await Promise.race([event.then(() => true), late]);
    clearTimeout(timer);
    return came;
  }

  async #hear(bytes: number, milliseconds: number): Promise<void> {
    const enough = new Promise<void>((resolve) => {
      const look = () => {
        if (this.#got.length >= bytes) resolve();
      };
      look();
      this.#socket.on('data', look);
    });
    await this.#within(Promise.race([enough, this.#closed]), milliseconds);
  }

  async #seal(step: Extract<Step, { kind: 'seal' }>): Promise<void> {
    this.#socket.write(Buffer.from(KEYS.publicKey).toString('base64'));
    await this.#hear(KEY_LENGTH, PATIENT_MS);
    const theirs = Buffer.from(this.#got.slice(0, KEY_LENGTH), 'base64');
    if (theirs.length !== nacl.box.publicKeyLength) return;
    this.#shared = nacl.box.before(theirs, KEYS.secretKey);
    if (this.#socket.writable) this.#socket.write(sealedBytes(step, this.#shared), 'latin1');
  }
}

export const KEY_LENGTH = 44;
