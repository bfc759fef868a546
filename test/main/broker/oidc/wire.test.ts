import fc from 'fast-check';
import nacl from 'tweetnacl';
import { expect, it } from 'vitest';
import { Exchange, MAX_REQUEST, type Step } from '../../../../main/broker/oidc/wire.ts';

const SEED = 20_261_124;
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

/** Feeds the bytes in pieces of the given size until the exchange decides. */
function feed(exchange: Exchange, bytes: Buffer, size: number): Step {
  let step: Step = { kind: 'more' };
  for (let at = 0; at < bytes.length && step.kind === 'more'; at += size) {
    step = exchange.take(bytes.subarray(at, at + size));
  }
  return step;
}

it('takes a plain object in any pieces, with braces and quotes inside of strings', () => {
  const object = fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }));
  fc.assert(
    fc.property(object, fc.integer({ min: 1, max: 40 }), (value, size) => {
      const text = JSON.stringify(value);
      const step = feed(new Exchange(), Buffer.from(`${text}\n`), size);
      expect(step).toEqual({ kind: 'request', text: Buffer.from(text).toString() });
    }),
    { seed: SEED, numRuns: 300 },
  );
});

it('opens a sealed request in any pieces, and seals its answer for that client alone', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 300 }),
      fc.integer({ min: 1, max: 99 }),
      (text, size) => {
        const exchange = new Exchange();
        const client = nacl.box.keyPair();
        const greeting = feed(exchange, Buffer.from(base64(client.publicKey)), size);
        if (greeting.kind !== 'send') throw new Error(greeting.kind);
        const shared = nacl.box.before(Buffer.from(greeting.text, 'base64'), client.secretKey);
        const nonce = nacl.randomBytes(24);
        const message = Buffer.from(text);
        const sealed = `${message.length}:${base64(nonce)}:${base64(nacl.secretbox(message, nonce, shared))}`;
        expect(feed(exchange, Buffer.from(sealed), size)).toEqual({
          kind: 'request',
          text: message.toString(),
        });
        const [length, ourNonce = '', box = ''] = exchange.seal('answer é').split(':');
        const opened = nacl.secretbox.open(
          Buffer.from(box, 'base64'),
          Buffer.from(ourNonce, 'base64'),
          shared,
        );
        expect(Buffer.from(opened ?? []).toString()).toBe('answer é');
        expect(Number(length)).toBe(opened?.length);
      },
    ),
    { seed: SEED, numRuns: 60 },
  );
});

it('[C33] neither throws nor grows for any bytes', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.string({ maxLength: 120 }).map((text) => Buffer.from(`{${text}`)),
    fc.stringMatching(/^[A-Za-z0-9+/]{43}=$/).map((text) => Buffer.from(text)),
    fc.stringMatching(/^[0-9]{1,6}:[A-Za-z0-9+/]{32}:[A-Za-z0-9+/]{0,80}$/).map((text) => Buffer.from(text)),
  );
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 6 }), (pieces) => {
      const exchange = new Exchange();
      for (const piece of pieces) {
        const { kind } = exchange.take(Buffer.from(piece));
        if (kind === 'request' || kind === 'broken') return;
      }
    }),
    { seed: SEED, numRuns: 2_000 },
  );
});

it.each([
  ['white space', ' '.repeat(MAX_REQUEST)],
  ['a plain object', `{"a":"${'x'.repeat(MAX_REQUEST)}"}`],
])('[C33] stops reading %s beyond its limit', (_what, text) => {
  const step = feed(new Exchange(), Buffer.from(text.repeat(3)), 4_096);
  expect(step.kind).toBe('broken');
});

it('[C33] refuses a sealed request that announces too much, before it comes', () => {
  const exchange = new Exchange();
  feed(exchange, Buffer.from(base64(nacl.box.keyPair().publicKey)), 44);
  expect(exchange.take(Buffer.from(`99999:${'A'.repeat(32)}:`)).kind).toBe('broken');
});

it.each([true, false])(
  '[C33] refuses what is sealed with a key that everybody knows, agreed at once: %s',
  (atOnce) => {
    const exchange = new Exchange();
    const greeting = exchange.take(Buffer.from(base64(new Uint8Array(32))));
    expect(greeting.kind).toBe('send');
    if (atOnce) exchange.agree();
    const nonce = new Uint8Array(nacl.secretbox.nonceLength);
    const request = Buffer.from('{"request":"check"}');
    const box = nacl.secretbox(
      request,
      nonce,
      nacl.box.before(new Uint8Array(32), nacl.box.keyPair().secretKey),
    );
    const step = exchange.take(Buffer.from(`${request.length}:${base64(nonce)}:${base64(box)}`));
    expect(step).toEqual({ kind: 'broken', why: 'This is not the protocol of oidc-agent.' });
    expect(() => exchange.seal('{}')).toThrow('no key');
  },
);

it('[C33] stops reading white space in place of a sealed request', () => {
  const exchange = new Exchange();
  feed(exchange, Buffer.from(base64(nacl.box.keyPair().publicKey)), 44);
  expect(feed(exchange, Buffer.from(' '.repeat(3 * MAX_REQUEST)), 4_096).kind).toBe('broken');
});
