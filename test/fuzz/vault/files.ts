import { createHash } from 'node:crypto';
import type { Random } from '../random.ts';

/** Files of two vaults that were written in order, the newest last. */
export interface VaultFiles {
  readonly ours: readonly [Buffer, ...Buffer[]];
  readonly newest: Buffer;
  readonly others: readonly [Buffer, ...Buffer[]];
}

export type Told =
  'opened' | 'truncated' | 'damaged' | 'swapped' | 'unreadable' | 'wrong-passphrase' | 'no-memory';

export interface SpoiledFile {
  readonly shape: string;
  readonly bytes: Buffer;
  /** What may be said of it. */
  readonly told: readonly Told[];
}

/** The format's offsets (main/vault/passphrase-format.ts), in words. */
const AT = {
  version: 8,
  logN: 12,
  r: 16,
  p: 20,
  id: 24,
  keyCheck: 72,
  generation: 104,
  length: 124,
  body: 128,
};
const CHECKSUM = 32;

export function spoiledFile(random: Random, files: VaultFiles): SpoiledFile {
  const [shape, make] = random.weighted(SHAPES);
  const { bytes, told } = make(random, files);
  // What came out as it was opens as it did.
  return { shape, bytes, told: bytes.equals(files.newest) ? ['opened'] : told };
}

type Make = (random: Random, files: VaultFiles) => Omit<SpoiledFile, 'shape'>;
type Shape = readonly [string, Make];

const SHAPES: readonly [readonly [number, Shape], ...(readonly [number, Shape])[]] = [
  [4, ['as it was', (_random, { newest }) => ({ bytes: newest, told: ['opened'] })]],
  [
    12,
    ['bits', (random, { newest }) => ({ bytes: flipped(random, newest), told: ['damaged', 'truncated'] })],
  ],
  [12, ['bits, sealed again', (random, { newest }) => sealedFlip(random, newest)]],
  [
    10,
    [
      'cut short',
      (random, { newest }) => ({
        bytes: newest.subarray(0, random.below(newest.length)),
        told: ['truncated'],
      }),
    ],
  ],
  [6, ['cut short, sealed again', (random, { newest }) => cutAndSealed(random, newest)]],
  [6, ['added to', (random, { newest }) => added(random, newest)]],
  [8, ['an older copy', (random, { ours }) => ({ bytes: random.pick(ours), told: ['swapped'] })]],
  [8, ['another vault', (random, { others }) => ({ bytes: random.pick(others), told: ['swapped'] })]],
  [10, ['parts of two', (random, files) => partsOfTwo(random, files)]],
  [14, ['lies in the head', (random, { newest }) => lies(random, newest)]],
  [4, ['bytes', (random) => junk(random)]],
  [
    3,
    [
      'text',
      (random) => ({
        bytes: Buffer.from('{"version":4}'.repeat(random.between(1, 200))),
        told: ['damaged', 'truncated'],
      }),
    ],
  ],
  [2, ['too large', () => ({ bytes: Buffer.alloc(8 * 1024 * 1024 + 1), told: ['unreadable'] })]],
];

function flipped(random: Random, bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  for (let times = random.pick([1, 1, 1, 2, 5, 40]); times > 0; times--) {
    const at = random.below(copy.length);
    copy.writeUInt8(copy.readUInt8(at) ^ (1 << random.below(8)), at);
  }
  return copy;
}

/** By somebody who knows the format and not the passphrase. */
function sealed(bytes: Buffer): Buffer {
  const covered = bytes.subarray(0, -CHECKSUM);
  return Buffer.concat([covered, createHash('sha256').update(covered).digest()]);
}

function sealedFlip(random: Random, newest: Buffer): Omit<SpoiledFile, 'shape'> {
  const copy = Buffer.from(newest);
  const at = random.below(newest.length - CHECKSUM);
  copy.writeUInt8(copy.readUInt8(at) ^ (1 << random.below(8)), at);
  return { bytes: sealed(copy), told: toldAt(at) };
}

/** Of salt, cost and key check nobody can tell without the key; everything else names itself. */
function toldAt(at: number): readonly Told[] {
  if (at < AT.version) return ['damaged'];
  if (at < AT.logN) return ['unreadable'];
  if (at < AT.id) return ['damaged', 'wrong-passphrase'];
  if (at < AT.id + 16) return ['swapped'];
  if (at < AT.generation) return ['wrong-passphrase'];
  return ['damaged', 'swapped', 'truncated'];
}

function cutAndSealed(random: Random, newest: Buffer): Omit<SpoiledFile, 'shape'> {
  const length = random.between(CHECKSUM, newest.length - 1);
  return { bytes: sealed(newest.subarray(0, length)), told: ['truncated'] };
}

function added(random: Random, newest: Buffer): Omit<SpoiledFile, 'shape'> {
  const longer = Buffer.concat([newest, Buffer.from(random.bytes(random.between(1, 500)), 'latin1')]);
  return { bytes: random.chance(0.5) ? longer : sealed(longer), told: ['damaged'] };
}

function partsOfTwo(random: Random, { newest, others, ours }: VaultFiles): Omit<SpoiledFile, 'shape'> {
  const other = random.chance(0.5) ? random.pick(others) : random.pick(ours);
  const at = random.pick([AT.logN, AT.id, AT.id + 16, AT.keyCheck, AT.generation, AT.length, AT.body]);
  const mixed = Buffer.concat([newest.subarray(0, at), other.subarray(at)]);
  const told: Told[] = ['damaged', 'swapped', 'truncated', 'wrong-passphrase'];
  return { bytes: random.chance(0.7) ? sealed(mixed) : mixed, told };
}

/** Costs, lengths and generations that nobody wrote, with the right checksum. */
function lies(random: Random, newest: Buffer): Omit<SpoiledFile, 'shape'> {
  const copy = Buffer.from(newest);
  const number = random.pick([0, 1, 2, 9, 11, 15, 16, 64, 2 ** 16, 2 ** 31, 2 ** 32 - 1]);
  const kind = random.pick(['logN', 'r', 'p', 'generation', 'length', 'version'] as const);
  // An honest-looking high cost is paid for, 256 MiB of it: once in a while is enough.
  if (kind === 'logN' && random.chance(0.02)) {
    copy.writeUInt32BE(20, AT.logN);
    copy.writeUInt32BE(2, AT.r);
  } else if (kind === 'logN') copy.writeUInt32BE(number, AT.logN);
  else if (kind === 'generation')
    copy.writeBigUInt64BE(random.pick([0n, 1n, 2n ** 53n, 2n ** 64n - 1n]), AT.generation);
  else copy.writeUInt32BE(number, AT[kind]);
  const told: Record<typeof kind, readonly Told[]> = {
    logN: ['damaged', 'wrong-passphrase'],
    r: ['damaged', 'wrong-passphrase'],
    p: ['damaged', 'wrong-passphrase'],
    generation: ['damaged', 'swapped'],
    length: ['truncated', 'damaged'],
    version: ['unreadable'],
  };
  return { bytes: sealed(copy), told: told[kind] };
}

function junk(random: Random): Omit<SpoiledFile, 'shape'> {
  const start = random.chance(0.5) ? 'GTTvault\0\0\0\u0001' : '';
  const bytes = Buffer.from(start + random.bytes(random.between(0, 1_000)), 'latin1');
  const told: Told[] = ['damaged', 'truncated'];
  return { bytes: random.chance(0.5) && bytes.length > CHECKSUM ? sealed(bytes) : bytes, told };
}
