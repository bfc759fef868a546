import nacl from 'tweetnacl';
import type { Step } from './cases.ts';

/** The sealed request as it goes on the wire, with what is wrong with it. */
export function sealedBytes(step: Extract<Step, { kind: 'seal' }>, shared: Uint8Array): string {
  const { spoil } = step;
  const message = Buffer.from(step.text);
  const nonce = Buffer.from(step.nonce, 'latin1');
  const key = spoil === 'key' ? Uint8Array.from(shared, (byte) => byte ^ 1) : shared;
  const box = Buffer.from(nacl.secretbox(message, nonce, key));
  if (spoil === 'box') box[box.length >> 1] = (box[box.length >> 1] ?? 0) ^ 0x10;
  if (spoil === 'nonce') nonce[5] = (nonce[5] ?? 0) ^ 0x01;
  const parts = [base64(nonce), base64(box)];
  switch (spoil) {
    case 'short':
      return [Math.max(0, message.length - 17), ...parts].join(':');
    case 'longer':
      return [message.length + 40, ...parts].join(':');
    case 'huge':
      return ['99999', ...parts].join(':');
    case 'tail':
      return [message.length, ...parts, 'x'.repeat(500)].join(':');
    case 'cut':
      return [message.length, ...parts].join(':').slice(0, -9);
    case 'signs':
      return [`-${message.length}`, ...parts].join(':');
    case 'nothing':
    case 'nonce':
    case 'box':
    case 'key':
      return [message.length, ...parts].join(':');
  }
}

/** Opens a sealed answer. @returns its text, or null when the form or the seal is wrong */
export function openedBytes(bytes: string, shared: Uint8Array): string | null {
  const parts = /^(\d{1,5}):([A-Za-z0-9+/]{32}):([A-Za-z0-9+/]+={0,2})$/.exec(bytes);
  if (parts === null) return null;
  const [, length, nonce = '', box = ''] = parts;
  const opened = nacl.secretbox.open(Buffer.from(box, 'base64'), Buffer.from(nonce, 'base64'), shared);
  return opened?.length === Number(length) ? Buffer.from(opened).toString('utf8') : null;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
