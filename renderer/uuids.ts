const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export type Uuids = { ok: true; ids: string[] } | { ok: false; wrong: string };

/**
 * Collection IDs as people paste them: separated by commas, spaces or lines, in any case, some twice.
 *
 * @returns each once, in lower case; or the first part that is no UUID
 */
export function parseUuids(text: string): Uuids {
  const parts = text.split(/[\s,;]+/).filter(Boolean);
  const ids = parts.map((part) => part.toLowerCase());
  const wrong = parts.find((part) => !UUID.test(part.toLowerCase()));
  return wrong === undefined ? { ok: true, ids: [...new Set(ids)] } : { ok: false, wrong };
}
