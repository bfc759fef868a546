import { type KeyObject, randomBytes } from 'node:crypto';
import nacl from 'tweetnacl';
import { agreeOnKey, makeKeyPair, type MakeKeyPair } from './key-agreement.ts';

/** What to do after some bytes came. */
export type Step =
  | { readonly kind: 'more' }
  /** Send this (our public key), then read on. */
  | { readonly kind: 'send'; readonly text: string }
  /** The request is complete: a JSON text, not looked into yet. */
  | { readonly kind: 'request'; readonly text: string }
  | { readonly kind: 'broken'; readonly why: string };

/** Bytes of a request's JSON. The longest one of a real client has some hundred. */
export const MAX_REQUEST = 16_384;

/** Of a sealed request on the wire: base64 is a third longer. */
const MAX_BYTES = 2 * MAX_REQUEST;

/** `<length>:<nonce>:` before the sealed bytes. */
const SEALED = /^(\d{1,5}):([A-Za-z0-9+/]{32}):/;
const KEY_LENGTH = 44;
const KEY = /^[A-Za-z0-9+/]{43}=$/;
const BLANK = /^[\s\0]+/;

/**
 * One request and its answer as oidc-agent 4 and 5 put them on a stream socket; there is no framing
 * (indigo-dc/oidc-agent, gitbook/api/api-ipc.md and src/ipc/cryptIpc.c, src/utils/crypt/ipcCryptUtils.c):
 * - plain: a JSON object, answered by one;
 * - sealed: the client's X25519 public key in base64, answered by ours; then `<n>:<nonce>:<box>` both ways,
 *   n the bytes of the JSON, nonce (24 bytes) and box (n + 16) in base64, sealed by secretbox with the key
 *   of crypto_box_beforenm.
 *
 * The sealing keeps a token out of a trace of the socket; who the client is, the kernel says.
 */
export class Exchange {
  readonly #random: (bytes: number) => Uint8Array;
  readonly #keyPair: MakeKeyPair;
  #buffer = Buffer.alloc(0);
  #agreement: Agreement | null = null;
  readonly #scan = new ObjectScan();

  /** @param random given because tweetnacl finds no generator by itself inside an ES-module bundle */
  constructor(keyPair: MakeKeyPair = makeKeyPair, random: (bytes: number) => Uint8Array = randomBytes) {
    this.#keyPair = keyPair;
    this.#random = random;
  }

  /** Takes what came; after `request` or `broken` it must not be called again. */
  take(bytes: Buffer): Step {
    const seen = this.#buffer.length;
    this.#buffer = Buffer.concat([this.#buffer, bytes]);
    if (this.#buffer.length > MAX_BYTES) return TOO_LONG;
    if (this.#agreement !== null) {
      const { key } = this.#agreement;
      return key === null ? NOT_OURS : this.#sealed(key);
    }
    if (this.#buffer[0] === OPEN) return this.#plain(seen);
    return this.#greeting();
  }

  /** For the time in which the other side, which has our key now, computes the same; `take` does it otherwise. */
  agree(): void {
    void this.#agreement?.key;
  }

  /** The answer as it goes on the wire: sealed if the request was. */
  seal(answer: string): string {
    if (this.#agreement === null) return answer;
    const { key } = this.#agreement;
    if (key === null) throw new Error('there is no key to seal with');
    const nonce = this.#random(nacl.secretbox.nonceLength);
    const message = Buffer.from(answer);
    const box = nacl.secretbox(message, nonce, key);
    return `${message.length}:${base64(nonce)}:${base64(box)}`;
  }

  #plain(seen: number): Step {
    const end = this.#scan.end(this.#buffer, seen);
    if ((end ?? this.#buffer.length) > MAX_REQUEST) return TOO_LONG;
    return end === null ? MORE : { kind: 'request', text: this.#buffer.toString('utf8', 0, end) };
  }

  #greeting(): Step {
    const text = this.#buffer.toString('latin1');
    if (text.length < KEY_LENGTH) return /^[A-Za-z0-9+/]*=?$/.test(text) ? MORE : NOT_OURS;
    const key = text.slice(0, KEY_LENGTH);
    // The client waits for our key, so nothing but white space may follow.
    if (!KEY.test(key) || text.slice(KEY_LENGTH).replace(BLANK, '') !== '') return NOT_OURS;
    const { privateKey, publicKey } = this.#keyPair();
    this.#agreement = new Agreement(Buffer.from(key, 'base64'), privateKey);
    this.#buffer = Buffer.alloc(0);
    return { kind: 'send', text: base64(publicKey) };
  }

  #sealed(key: Uint8Array): Step {
    const text = this.#buffer.toString('latin1').replace(BLANK, '');
    const head = SEALED.exec(text);
    if (head === null) return /^[0-9]{0,5}(?::[A-Za-z0-9+/]{0,32}:?)?$/.test(text) ? MORE : NOT_OURS;
    const [start, length = '', nonce = ''] = head;
    const bytes = Number(length);
    if (bytes > MAX_REQUEST) return TOO_LONG;
    const boxed = Math.ceil((bytes + nacl.secretbox.overheadLength) / 3) * 4;
    const body = text.slice(start.length, start.length + boxed);
    if (body.length < boxed) return MORE;
    const box = Buffer.from(body, 'base64');
    const opened = nacl.secretbox.open(box, Buffer.from(nonce, 'base64'), key);
    if (opened === null || opened.length !== bytes) return { kind: 'broken', why: 'The seal does not hold.' };
    return { kind: 'request', text: Buffer.from(opened).toString('utf8') };
  }
}

/** The key of one exchange, computed once. */
class Agreement {
  readonly #theirs: Uint8Array;
  readonly #privateKey: KeyObject;
  #key: Uint8Array | null | undefined;

  constructor(theirs: Uint8Array, privateKey: KeyObject) {
    this.#theirs = theirs;
    this.#privateKey = privateKey;
  }

  /** Null where their public key allows none. */
  get key(): Uint8Array | null {
    if (this.#key === undefined) this.#key = agreeOnKey(this.#theirs, this.#privateKey);
    return this.#key;
  }
}

/** Finds the end of a JSON object byte by byte, each byte once; the parser judges the rest. */
class ObjectScan {
  #depth = 0;
  #quoted = false;
  #escaped = false;

  /** @returns the index after the closing brace, or null */
  end(buffer: Buffer, from: number): number | null {
    for (let at = from; at < buffer.length; at++) {
      const byte = buffer[at];
      if (this.#escaped) this.#escaped = false;
      else if (this.#quoted && byte === BACKSLASH) this.#escaped = true;
      else if (byte === QUOTE) this.#quoted = !this.#quoted;
      else if (!this.#quoted && byte === OPEN) this.#depth++;
      else if (!this.#quoted && byte === CLOSE && --this.#depth === 0) return at + 1;
    }
    return null;
  }
}

const OPEN = 0x7b;
const CLOSE = 0x7d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MORE: Step = { kind: 'more' };
const TOO_LONG: Step = { kind: 'broken', why: `The request is longer than ${MAX_REQUEST} bytes.` };
const NOT_OURS: Step = { kind: 'broken', why: 'This is not the protocol of oidc-agent.' };

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
