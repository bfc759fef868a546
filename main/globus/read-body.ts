export class TooLarge extends Error {
  override readonly name = 'TooLarge';
}

/**
 * Reads a body as UTF-8 and stops as soon as it is longer than allowed, whatever its headers announce.
 * @throws TooLarge; and what the stream throws when it breaks off
 */
export async function readBody(response: Response, maximumBytes: number): Promise<string> {
  const announced = Number(response.headers.get('content-length') ?? '0');
  if (announced > maximumBytes) throw new TooLarge();
  if (response.body === null) return '';
  const reader = response.body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > maximumBytes) {
      await reader.cancel().catch(() => undefined);
      throw new TooLarge();
    }
    text += decoder.decode(value, { stream: true });
  }
}
