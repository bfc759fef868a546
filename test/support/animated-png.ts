import { crc32 } from 'node:zlib';

export interface Frame {
  /** A PNG; all of one size and colour type. */
  readonly png: Buffer;
  readonly milliseconds: number;
}

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}

/**
 * Strings PNG pictures together to one that moves (APNG, PNG third edition §11.3.6): the compressed pictures are
 * taken over as they are. Where animation is not known the first frame is shown.
 *
 * @param plays how often it moves; then the last frame stays. Forever would have to be stoppable (WCAG 2.2.2).
 * @throws Error for pictures of different kinds
 */
export function animatedPng(frames: readonly Frame[], plays: number): Buffer {
  const pictures = frames.map(({ png }) => chunksOf(png));
  const header = only(pictures[0], 'IHDR');
  if (!pictures.every((chunks) => only(chunks, 'IHDR').data.equals(header.data)))
    throw new Error('the frames differ in size or colour type');
  const [width, height] = [header.data.readUInt32BE(0), header.data.readUInt32BE(4)];
  let sequence = 0;
  const body = pictures.flatMap((chunks, index): Chunk[] => {
    const control = frameControl(sequence++, width, height, frames[index]?.milliseconds ?? 0);
    const data = chunks.filter(({ type }) => type === 'IDAT');
    if (index === 0) return [control, ...data];
    return [
      control,
      ...data.map((one) => ({ type: 'fdAT', data: Buffer.concat([uint32(sequence++), one.data]) })),
    ];
  });
  const animation = { type: 'acTL', data: Buffer.concat([uint32(frames.length), uint32(plays)]) };
  const end = { type: 'IEND', data: Buffer.alloc(0) };
  return Buffer.concat([SIGNATURE, ...[header, animation, ...body, end].map(written)]);
}

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

function chunksOf(png: Buffer): Chunk[] {
  if (!png.subarray(0, 8).equals(SIGNATURE)) throw new Error('a frame is no PNG');
  const chunks: Chunk[] = [];
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    chunks.push({ type, data: png.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  return chunks;
}

function only(chunks: readonly Chunk[] | undefined, type: string): Chunk {
  const found = chunks?.find((chunk) => chunk.type === type);
  if (found === undefined) throw new Error(`there is no ${type}`);
  return found;
}

/** fcTL: the whole picture, drawn over what was there. */
function frameControl(sequence: number, width: number, height: number, milliseconds: number): Chunk {
  const data = Buffer.alloc(26);
  data.writeUInt32BE(sequence, 0);
  data.writeUInt32BE(width, 4);
  data.writeUInt32BE(height, 8);
  data.writeUInt16BE(milliseconds, 20);
  data.writeUInt16BE(1_000, 22);
  return { type: 'fcTL', data };
}

function written({ type, data }: Chunk): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  return Buffer.concat([uint32(data.length), named, uint32(crc32(named))]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
