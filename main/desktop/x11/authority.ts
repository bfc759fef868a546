/** The name of the one way to prove oneself that every X server knows: a secret in a file. */
export const COOKIE = 'MIT-MAGIC-COOKIE-1';

/**
 * The cookie for a display of this machine, of an Xauthority file (libXau, `Xauth.h`): records of a family and four
 * strings, each with its length before it. Null: there is none; many servers let the user of the session in without.
 *
 * @param number of the display: "0"
 */
export function cookieFor(file: Buffer, number: string): Buffer | null {
  let at = 2;
  const next = (): Buffer => {
    const start = at + 2;
    at = start + file.readUInt16BE(at);
    if (at > file.length) throw new RangeError('the record ends before its string does');
    return file.subarray(start, at);
  };
  try {
    while (at < file.length) {
      // The address: on one machine there is one of each display, whatever the machine was called then.
      next();
      const display = next().toString('latin1');
      const [name, data] = [next().toString('latin1'), next()];
      if (name === COOKIE && (display === '' || display === number)) return data;
      at += 2;
    }
  } catch {
    // Cut off, or no such file at all.
  }
  return null;
}
