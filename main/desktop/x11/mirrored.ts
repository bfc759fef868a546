import { onX11, type X11Effects } from './connection.ts';

/** Milliseconds for an answer of the X server. */
const PATIENCE = 1_000;

/** Of TigerVNC, and of those that come from it: TurboVNC, KasmVNC. */
const VNC = 'VNC-EXTENSION';

/**
 * Whether what is copied on this desktop goes on to the clipboard of another machine, where somebody looks at it: a
 * desktop over VNC or xrdp. An X server that is asked in vain has no such viewer.
 */
export async function isMirrored({ env, clock }: X11Effects): Promise<boolean> {
  return env['XRDP_SESSION'] !== undefined || hasExtension(VNC, { env, clock });
}

/** @param name of an extension of the X server */
export async function hasExtension(name: string, effects: X11Effects): Promise<boolean> {
  try {
    const there = await onX11(effects, PATIENCE, async (connection) => {
      // QueryExtension (98); the first packet to come is its answer.
      connection.send([98 | ((2 + Math.ceil(name.length / 4)) << 16), name.length], name);
      const { done, value } = await connection.packets.next();
      return done !== true && value.readUInt8(0) === 1 && value.readUInt8(8) === 1;
    });
    return there === true;
  } catch {
    // It closed, or took too long.
    return false;
  }
}
