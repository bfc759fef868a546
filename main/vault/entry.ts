import { z } from 'zod';
import type { VaultEntry } from './types.ts';

/** Windows takes 2,560 bytes per credential; the rest is left for what the system adds (DESIGN "Vault"). */
export const MAX_ENTRY_BYTES = 2_000;

export interface EntryNameParts {
  environment: string;
  clientId: string;
  sub: string;
  resourceServer: string;
  grantId: string;
}

/**
 * The name of an entry: `<environment>/<client id>/<sub>/<resource server>/<grant id>`. Names hold no secret
 * and are shown by the system's own keychain tools. Parts are percent-encoded, so that a slash in one of them
 * cannot make two grants share a name; UUIDs and host names stay as they are.
 */
export function entryName(parts: EntryNameParts): string {
  const values = [parts.environment, parts.clientId, parts.sub, parts.resourceServer, parts.grantId];
  if (values.some((value) => value === '')) throw new RangeError('no part of an entry name may be empty');
  return values.map((value) => encodeURIComponent(value)).join('/');
}

/** The parts of a name that `entryName` built; null for anything else. */
export function parseEntryName(name: unknown): EntryNameParts | null {
  // Encoded names are printable ASCII; a lone surrogate would make the encoder throw below.
  if (typeof name !== 'string' || !/^[\x21-\x7e]+$/.test(name)) return null;
  const [environment, clientId, sub, resourceServer, grantId, ...rest] = name.split('/').map(decode);
  if (!environment || !clientId || !sub || !resourceServer || !grantId || rest.length > 0) return null;
  const parts = { environment, clientId, sub, resourceServer, grantId };
  // Only the canonical spelling counts: `%61` and `a` must not be two names of one entry.
  return entryName(parts) === name ? parts : null;
}

/** `text` stays under MAX_ENTRY_BYTES; `why` says what is wrong without quoting the secret. */
export type Serialized = { ok: true; text: string } | { ok: false; why: string };

/** What goes into the keychain: `{"v":1,"refreshToken":"…","scopes":["…"]}`. */
export function serializeEntry(entry: VaultEntry): Serialized {
  const guarded = stored.safeParse({ v: 1, refreshToken: entry.refreshToken, scopes: entry.scopes });
  if (!guarded.success) return { ok: false, why: describe(guarded.error) };
  const text = JSON.stringify(guarded.data);
  const bytes = Buffer.byteLength(text);
  if (bytes < MAX_ENTRY_BYTES) return { ok: true, text };
  return { ok: false, why: `the entry is ${bytes} bytes; keychain entries stay under ${MAX_ENTRY_BYTES}` };
}

export type Parsed = { ok: true; entry: VaultEntry } | { ok: false; why: string };

/** Guards what came out of the keychain: any program of this user can have written it. */
export function parseEntry(text: unknown): Parsed {
  if (typeof text !== 'string') return { ok: false, why: 'the entry is not text' };
  // Checked before parsing, so that a huge foreign value costs nothing.
  if (text.length >= MAX_ENTRY_BYTES) return { ok: false, why: 'the entry is too large to be ours' };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's message quotes the text, which may be a secret: not passed on.
    return { ok: false, why: 'the entry is not JSON' };
  }
  const guarded = stored.safeParse(value);
  if (!guarded.success) return { ok: false, why: describe(guarded.error) };
  return { ok: true, entry: { refreshToken: guarded.data.refreshToken, scopes: guarded.data.scopes } };
}

/** Characters: refresh tokens are VSCHAR (RFC 6749 appendix A.17). */
const REFRESH_TOKEN = /^[\x20-\x7e]+$/;
/** Characters: scope-token (RFC 6749 §3.3) without the brackets that mark dependent scopes (GLOBUS.md §1.4). */
const ROOT_SCOPE = /^[\x21\x23-\x5a\x5e-\x7e]+$/;

const stored = z.object({
  v: z.literal(1),
  refreshToken: z.string().regex(REFRESH_TOKEN),
  scopes: z.array(z.string().regex(ROOT_SCOPE)).min(1),
});

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}

/** Paths only: zod's messages can quote what they got. */
function describe(error: z.ZodError): string {
  const paths = error.issues.map((issue) => issue.path.map(String).join('.') || 'the entry');
  return `not a valid entry: ${[...new Set(paths)].join(', ')}`;
}
