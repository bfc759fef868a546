import { connectX11 } from './x11-wire.ts';

/** What the screen shows, top left first. */
export interface ScreenPicture {
  readonly width: number;
  readonly height: number;
  /** `0xRRGGBB` by pixel. */
  readonly pixels: Uint32Array;
}

const GET_IMAGE = 73;
const Z_PIXMAP = 2;

/**
 * The whole screen by GetImage, which asks no program on it.
 * https://www.x.org/releases/current/doc/xproto/x11protocol.html
 * @param display `:7`; a server without access control, with 32 bits a pixel, least byte first (Xvfb's here)
 */
export async function pictureOf(display: string): Promise<ScreenPicture> {
  const { socket, take, setup, screen } = await connectX11(display);
  try {
    const [root, width, height] = [0, 20, 22].map((at) =>
      at === 0 ? setup.readUInt32LE(screen) : setup.readUInt16LE(screen + at),
    ) as [number, number, number];
    const request = Buffer.alloc(20);
    request.writeUInt8(GET_IMAGE, 0);
    request.writeUInt8(Z_PIXMAP, 1);
    request.writeUInt16LE(5, 2);
    request.writeUInt32LE(root, 4);
    request.writeUInt16LE(width, 12);
    request.writeUInt16LE(height, 14);
    request.writeUInt32LE(0xffffffff, 16);
    socket.write(request);
    const head = await take(32);
    if (head.readUInt8(0) !== 1) throw new Error('the X server gave no picture');
    const data = await take(head.readUInt32LE(4) * 4);
    const pixels = Uint32Array.from(
      { length: width * height },
      (_, at) => data.readUInt32LE(at * 4) & 0xffffff,
    );
    return { width, height, pixels };
  } finally {
    socket.destroy();
  }
}
