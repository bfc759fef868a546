import { writeSync } from 'node:fs';
import { errorCode } from '../main/broker/start-error.ts';
import { Failure } from './failure.ts';

const watched = new WeakSet<NodeJS.WriteStream>();

/** Opened by the first use: each stream costs the start of every command half a millisecond. */
export function stdout(): NodeJS.WriteStream {
  isOpen = true;
  return tolerant(process.stdout);
}
export const stderr = (): NodeJS.WriteStream => tolerant(process.stderr);

/** What is written from then on goes the same way, in its turn. */
let isOpen = process.platform === 'win32';

/**
 * Writes to stdout, without its stream where that is not needed: to open it takes a millisecond. On Windows it is: a console
 * takes no UTF-8 from anybody else.
 *
 * @throws Failure `failed` when it cannot be written, but for nobody who reads it any more
 */
export function print(text: string): void {
  if (isOpen) return void stdout().write(text);
  const bytes = Buffer.from(text);
  let written = 0;
  try {
    while (written < bytes.length) written += writeSync(1, bytes, written);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EPIPE') return;
    if (code !== 'EAGAIN') {
      // In the words of the shell launcher, to which nobody tells why.
      const next = 'Send it to where there is room, and ask again';
      throw new Failure('failed', 'The answer could not be written.', next);
    }
    // A pipe that waits for nobody, and is full: what is left waits in the stream.
    stdout().write(bytes.subarray(written));
  }
}

/** Whoever read us has had enough (`| head -1`): nothing to report, and nobody to report it to. */
function tolerant(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  if (watched.has(stream)) return stream;
  watched.add(stream);
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return stream;
}
