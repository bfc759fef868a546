import type { Clock } from '../../effects.ts';
import { connectX11 } from './connection.ts';

export interface MirrorEffects {
  env: NodeJS.ProcessEnv;
  clock: Pick<Clock, 'after'>;
}

/** Milliseconds for an answer of the X server. */
const PATIENCE = 1_000;

/** Of TigerVNC, and of those that come from it: TurboVNC, KasmVNC. */
const VNC = 'VNC-EXTENSION';

/**
 * Whether what is copied on this desktop goes on to the clipboard of another machine, where somebody looks at it: a
 * desktop over VNC or xrdp. An X server that is asked in vain has no such viewer.
 */
export async function isMirrored({ env, clock }: MirrorEffects): Promise<boolean> {
  return env['XRDP_SESSION'] !== undefined || hasExtension(VNC, { env, clock });
}

/** @param name of an extension of the X server */
export async function hasExtension(name: string, { env, clock }: MirrorEffects): Promise<boolean> {
  const ended = new AbortController();
  const cancel = clock.after(PATIENCE, () => ended.abort());
  const connection = await connectX11(env, ended.signal);
  try {
    if (connection === null) return false;
    // QueryExtension (98); the first packet to come is its answer.
    connection.send([98 | ((2 + Math.ceil(name.length / 4)) << 16), name.length], name);
    const { done, value } = await connection.packets.next();
    return done !== true && value.readUInt8(0) === 1 && value.readUInt8(8) === 1;
  } catch {
    // It closed, or took too long.
    return false;
  } finally {
    cancel();
    connection?.close();
  }
}
