const watched = new WeakSet<NodeJS.WriteStream>();

/** Opened by the first use: each stream costs the start of every command half a millisecond. */
export const stdout = (): NodeJS.WriteStream => tolerant(process.stdout);
export const stderr = (): NodeJS.WriteStream => tolerant(process.stderr);

/** Whoever read us has had enough (`| head -1`): nothing to report, and nobody to report it to. */
function tolerant(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  if (watched.has(stream)) return stream;
  watched.add(stream);
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return stream;
}
