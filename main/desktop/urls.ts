/** `URL.parse` for Node 20, which has no such method: null instead of a throw. */
export function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
