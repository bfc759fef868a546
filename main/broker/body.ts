import type { IncomingMessage } from 'node:http';
import { JsonTextError, parseLocatedJson } from './approvals/located-json.ts';
import type { Route, RouteParameter } from './contract-routes.ts';
import { type Given, take } from './given.ts';

export const MAX_BODY = 4_096;

/** What came after the head. `cut-off`: the client left in the middle of it, so nothing of it counts. */
export type ReadBody = { kind: 'whole'; bytes: Buffer } | { kind: 'too-long' } | { kind: 'cut-off' };

/** The values of a body, or what is wrong with it: one sentence that quotes none of it. */
export type ParsedBody = { ok: true; given: Given } | { ok: false; why: string };

/** False: what the head announces is too long already. */
export function bodyFits(request: IncomingMessage): boolean {
  const announced = announcedBody(request);
  return announced <= MAX_BODY || !Number.isFinite(announced);
}

/** Bytes of body that the head announces; Infinity for chunks, whose end is not known. */
function announcedBody(request: IncomingMessage): number {
  if (request.headers['transfer-encoding'] !== undefined) return Number.POSITIVE_INFINITY;
  return Number(request.headers['content-length'] ?? 0);
}

/** Reads the body to its end, announced or in chunks. Its time is that of the whole request: Node's timer. */
export async function readBody(request: IncomingMessage): Promise<ReadBody> {
  if (announcedBody(request) === 0) return { kind: 'whole', bytes: Buffer.alloc(0) };
  if (!bodyFits(request)) return { kind: 'too-long' };
  const chunks: Buffer[] = [];
  let length = 0;
  return new Promise((resolve) => {
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= MAX_BODY) return void chunks.push(chunk);
      request.pause();
      resolve({ kind: 'too-long' });
    });
    request.once('end', () => resolve({ kind: 'whole', bytes: Buffer.concat(chunks) }));
    request.once('close', () => resolve({ kind: 'cut-off' }));
  });
}

/**
 * A body is one flat JSON object (RFC 8259) of the members that its route takes; others are ignored, and null
 * is the same as absent. An empty body is an empty object.
 *
 * @param type the Content-Type header
 */
export function parseBody(route: Route, type: string | undefined, bytes: Buffer): ParsedBody {
  const members = route.body;
  // A route without one drops what it gets, as any other field that it does not know.
  if (members === undefined) return { ok: true, given: {} };
  if (bytes.length === 0) return guarded(members, {});
  if (type?.split(';', 1)[0]?.trim().toLowerCase() !== 'application/json') {
    return wrong('The body must be of the type application/json.');
  }
  const object = flatObject(bytes);
  return object === null
    ? wrong('The body must be one flat JSON object in UTF-8, without arrays, and each member in it once.')
    : guarded(members, object);
}

function guarded(members: readonly RouteParameter[], object: Readonly<Record<string, unknown>>): ParsedBody {
  const given: Given = {};
  for (const { name, type, required } of members) {
    const value = Object.hasOwn(object, name) ? object[name] : null;
    if (value === null || value === undefined) {
      if (required) return wrong(`The member ${name} is missing.`);
      continue;
    }
    const text = textOf(value, type);
    if (text === null) return wrong(`The member ${name} must be of the type ${type}.`);
    const why = take(given, name, text);
    if (why !== null) return wrong(`The member ${name} ${why}.`);
  }
  return { ok: true, given };
}

/** The value as its guard takes it, for one of the type that the contract says; null for any other. */
function textOf(value: unknown, type: RouteParameter['type']): string | null {
  if (type === 'string') return typeof value === 'string' ? value : null;
  if (type === 'boolean') return typeof value === 'boolean' ? String(value) : null;
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : null;
}

/** JSON.parse would take the last of two members with one name, and read bytes that are no UTF-8 as others. */
function flatObject(bytes: Buffer): Readonly<Record<string, unknown>> | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const { value } = parseLocatedJson(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    const object = value as Readonly<Record<string, unknown>>;
    return Object.values(object).some((one) => typeof one === 'object' && one !== null) ? null : object;
  } catch (error) {
    // Of the decoder (TypeError) or of the parser; either may quote what it failed on.
    if (error instanceof TypeError || error instanceof JsonTextError) return null;
    throw error;
  }
}

function wrong(why: string): ParsedBody {
  return { ok: false, why };
}
