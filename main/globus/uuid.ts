/** Globus IDs are UUIDs of any version; the pattern stands without anchors, to build others from. */
export const UUID_PATTERN = '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}';

const WHOLE = new RegExp(`^${UUID_PATTERN}$`);

export function isUuid(text: string): boolean {
  return WHOLE.test(text);
}

/** The form that all comparisons use; null for what is no UUID. */
export function normalUuid(text: string): string | null {
  return isUuid(text) ? text.toLowerCase() : null;
}
