import type { Page } from 'playwright-core';

/** How two pictures differ: the share of pixels that look different, 0 to 1; 1 for different sizes. */
export interface Difference {
  share: number;
  /** A PNG with the different pixels in red on a faint copy of the first picture; null for different sizes. */
  picture: Buffer | null;
}

/** Of 255, in any channel, after each pixel was averaged with its neighbours: edges of letters may differ. */
const VISIBLE = 40;

/**
 * Compares two PNG pictures in a page of a browser, which can read and draw them.
 *
 * @param page any page; it is not changed
 */
export async function pictureDifference(page: Page, one: Buffer, other: Buffer): Promise<Difference> {
  const pictures = [one, other].map((picture) => picture.toString('base64'));
  const { share, png } = await page.evaluate(compare, { pictures, visible: VISIBLE });
  return { share, picture: png === null ? null : Buffer.from(png, 'base64') };
}

/** Runs in the page. */
async function compare({ pictures, visible }: { pictures: string[]; visible: number }) {
  const read = async (base64: string) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (context === null) throw new Error('no canvas');
    const plain = () => context.getImageData(0, 0, bitmap.width, bitmap.height);
    context.drawImage(bitmap, 0, 0);
    const sharp = plain();
    context.filter = 'blur(1px)';
    context.drawImage(bitmap, 0, 0);
    return { width: bitmap.width, height: bitmap.height, sharp, soft: plain(), canvas, context };
  };
  const [one, other] = await Promise.all(pictures.map(read));
  if (one === undefined || other === undefined) throw new Error('two pictures are compared');
  if (one.width !== other.width || one.height !== other.height) return { share: 1, png: null };
  const marked = one.sharp;
  let different = 0;
  for (let at = 0; at < marked.data.length; at += 4) {
    const far = [0, 1, 2].some(
      (channel) =>
        Math.abs((one.soft.data[at + channel] ?? 0) - (other.soft.data[at + channel] ?? 0)) > visible,
    );
    if (far) different += 1;
    marked.data.set(
      far ? [220, 0, 0, 255] : [0, 1, 2].map((channel) => 200 + (marked.data[at + channel] ?? 0) / 5),
      at,
    );
  }
  one.context.filter = 'none';
  one.context.putImageData(marked, 0, 0);
  const blob = await one.canvas.convertToBlob({ type: 'image/png' });
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return { share: different / (one.width * one.height), png: btoa(text) };
}
