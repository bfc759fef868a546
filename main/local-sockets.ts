/** The kernel’s list of local sockets of this network namespace (proc(5)). */
export const LOCAL_SOCKETS = '/proc/net/unix';
/** `__SO_ACCEPTCON`: somebody has called listen(2). */
const LISTENING = 0x1_0000;
const STREAM = '0001';

export interface LocalSocket {
  /** That it was bound to; it need not be where its file is now. */
  readonly path: string;
  /** Of the socket, not of its file. */
  readonly inode: string;
  readonly listens: boolean;
}

/**
 * Every local socket that has a name, or an inode asked for. A name with a line’s end in it can look like another
 * line; the folder that the right one is in is ours alone.
 *
 * @param list what `LOCAL_SOCKETS` holds
 */
export function parseLocalSockets(list: string): LocalSocket[] {
  return list.split('\n').flatMap((line) => {
    const [, flags, type, inode, path = ''] =
      /^[0-9a-f]+: [0-9A-F]+ [0-9A-F]+ ([0-9A-F]+) ([0-9A-F]+) [0-9A-F]+ +(\d+)(?: (.*))?$/.exec(line) ?? [];
    if (flags === undefined || inode === undefined) return [];
    return [{ path, inode, listens: type === STREAM && (parseInt(flags, 16) & LISTENING) !== 0 }];
  });
}
