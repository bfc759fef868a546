import { expect, it } from 'vitest';
import { animatedPng } from '../support/animated-png.ts';
import { pageHost } from './page-host.ts';

const host = pageHost();

it('strings pictures together so that a browser plays each of them for its time, so often', async () => {
  const page = await host.parts.browser.newPage({ viewport: { width: 40, height: 30 } });
  const pictures = [];
  for (const colour of ['rgb(255, 0, 0)', 'rgb(0, 255, 0)', 'rgb(0, 0, 255)']) {
    await page.setContent(`<body style="margin: 0; background: ${colour}">`);
    pictures.push(await page.screenshot());
  }
  const moving = animatedPng(
    pictures.map((png, index) => ({ png, milliseconds: 100 * (index + 1) })),
    3,
  );
  // Decoders are for secure contexts.
  await page.route('https://pictures.example/', (route) => route.fulfill({ body: '' }));
  await page.goto('https://pictures.example/');
  const { frames, repetitions } = await page.evaluate(async (base64) => {
    const data = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const decoder = new ImageDecoder({ data, type: 'image/png' });
    await decoder.tracks.ready;
    const count = decoder.tracks.selectedTrack?.frameCount ?? 0;
    const seen = [];
    for (let frameIndex = 0; frameIndex < count; frameIndex += 1) {
      const { image } = await decoder.decode({ frameIndex });
      const context = new OffscreenCanvas(1, 1).getContext('2d');
      context?.drawImage(image, 0, 0);
      seen.push([(image.duration ?? 0) / 1_000, ...(context?.getImageData(0, 0, 1, 1).data ?? [])]);
    }
    return { frames: seen, repetitions: decoder.tracks.selectedTrack?.repetitionCount };
  }, moving.toString('base64'));
  await page.close();
  expect(frames).toEqual([
    [100, 255, 0, 0, 255],
    [200, 0, 255, 0, 255],
    [300, 0, 0, 255, 255],
  ]);
  // After the first time.
  expect(repetitions).toBe(2);
});

it('refuses pictures of two sizes', async () => {
  const page = await host.parts.browser.newPage({ viewport: { width: 40, height: 30 } });
  const small = await page.screenshot();
  await page.setViewportSize({ width: 50, height: 30 });
  const large = await page.screenshot();
  await page.close();
  const frames = [small, large].map((png) => ({ png, milliseconds: 100 }));
  expect(() => animatedPng(frames, 1)).toThrow('differ in size');
});
