import { closeSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import type { Logger } from '../effects.ts';
import { ensurePrivateFolder } from './private-folder.ts';

const MAX_BYTES = 1_000_000;
/** Fields that are secret by name, whatever they look like. Not `code`: that is what errors carry. */
const SECRET_KEYS = [
  'token',
  'access_token',
  'accessToken',
  'refresh_token',
  'refreshToken',
  'id_token',
  'idToken',
  'authorization_code',
  'code_verifier',
  'verifier',
  'authorization',
  'Authorization',
];
const MASK = '[masked]';

/**
 * The local log: JSON lines in `<folder>/<name>`, 0600, written at once, never sent anywhere. Two nets
 * under it: fields that are secret by name, and a mask over the finished line for everything that looks
 * like a Globus token or a JWT, also inside messages, URLs and stack traces (CHECKLIST 25).
 */
export function openLog(folder: string, name = 'tray.log'): Logger & { close(): void } {
  ensurePrivateFolder(folder);
  const dest = join(folder, name);
  rotate(dest);
  const stream = openSink(dest);
  const log = pino(
    {
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: SECRET_KEYS.flatMap((key) => [`["${key}"]`, `*["${key}"]`]), censor: MASK },
      serializers: { error: pino.stdSerializers.errWithCause },
      hooks: { streamWrite: maskTokens },
    },
    stream,
  );
  return {
    info: (fields, message) => {
      log.info(fields, message);
    },
    warn: (fields, message) => {
      log.warn(fields, message);
    },
    error: (fields, message) => {
      log.error(fields, message);
    },
    close: () => {
      stream.close();
    },
  };
}

/**
 * A full disk costs the line and nothing else: pino's own stream ends the process at an unheard error, and waits for
 * room without an end when it is flushed.
 */
function openSink(path: string): { write(line: string): void; close(): void } {
  const fd = openSync(path, 'a', 0o600);
  return {
    write(line) {
      try {
        writeSync(fd, line);
      } catch {
        // There is no room.
      }
    },
    close: () => closeSync(fd),
  };
}

/**
 * Globus tokens are opaque and start with `Ag`, about 90–105 characters (GLOBUS.md §2.1); a JWT is three
 * base64url parts.
 */
export function maskTokens(line: string): string {
  return line
    .replace(/Ag[0-9A-Za-z]{60,}/g, MASK)
    .replace(/eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}/g, MASK)
    .replace(/Bearer [\w.~+/-]{20,}=*/g, `Bearer ${MASK}`)
    .replace(/([?&](?:code|code_verifier|access_token|refresh_token)=)[^&\s"\\]+/g, `$1${MASK}`);
}

/** One older file is kept: the log answers "what happened today", it is no archive. */
function rotate(path: string): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > MAX_BYTES) renameSync(path, `${path}.1`);
}
