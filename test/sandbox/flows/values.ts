import { createHash } from 'node:crypto';

/**
 * An ID in the form of a version 4 UUID, made from a name: the fake service has no random source, so that
 * two runs of a test meet the same IDs.
 */
export function uuidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  const variant = ((parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join('-');
}

/** Milliseconds since the epoch as Flows writes times: `2026-01-05T10:00:00.000000+00:00`. */
export function isoTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 23)}000+00:00`;
}

export function identityUrn(sub: string): string {
  return `urn:globus:auth:identity:${sub}`;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isUuid(value: string): boolean;
export function isUuid(value: unknown): value is string;
export function isUuid(value: unknown): boolean {
  return typeof value === 'string' && UUID.test(value);
}

/** `urn:globus:auth:identity:<uuid>` or `urn:globus:groups:id:<uuid>` (GLOBUS.md §4.3). */
export function isPrincipal(value: string): boolean {
  const match = /^urn:globus:(?:auth:identity|groups:id):(.+)$/.exec(value);
  return isUuid(match?.[1]);
}

export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A string field of a value that may be anything; `fallback` where there is none. */
export function textOf(value: unknown, fallback = ''): string {
  return typeof value === 'string' ? value : fallback;
}
