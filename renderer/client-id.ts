const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * The client UUID in what was typed or pasted, lower case; null when there is none (GLOBUS.md §1.5).
 * White space around it is pardoned: it comes along when people copy from a web page.
 */
export function parseClientId(text: string): string | null {
  const trimmed = text.trim().toLowerCase();
  return UUID.test(trimmed) ? trimmed : null;
}
