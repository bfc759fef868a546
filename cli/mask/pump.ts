import type { Readable, Writable } from 'node:stream';

/** What passes bytes on once they are known to be harmless. */
export interface Filter {
  write(chunk: Uint8Array): Buffer;
  end(): Buffer;
}

/**
 * Reads to the end, and writes what the filter lets through; `to` stays open. When nobody reads us any more, the
 * source is closed, so that its writer learns it as it would have without us (SIGPIPE).
 */
export async function pump(from: Readable, filter: Filter, to: Writable): Promise<void> {
  const stop = () => void from.destroy();
  to.once('error', stop);
  try {
    for await (const chunk of from) {
      await write(to, filter.write(chunk as Buffer));
    }
    await write(to, filter.end());
  } catch {
    // The writer is gone: what came has been passed on.
  } finally {
    to.off('error', stop);
  }
}

async function write(to: Writable, bytes: Buffer): Promise<void> {
  if (bytes.length === 0 || to.destroyed) return;
  if (!to.write(bytes)) await roomIn(to);
}

/** Until it takes more, or never will. */
function roomIn(to: Writable): Promise<void> {
  const ends = ['drain', 'close', 'error'];
  return new Promise((resolve) => {
    const done = () => {
      for (const end of ends) to.off(end, done);
      resolve();
    };
    for (const end of ends) to.once(end, done);
  });
}
