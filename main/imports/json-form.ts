import { z } from 'zod';
import type { ForeignToken } from './types.ts';
import { type Parsed, type RawNamespace, readStoredToken } from './stored-token.ts';

/** `SimpleJSONFileAdapter` (format 1.0): one namespace without a name. The SDK itself reads it as `DEFAULT`. */
const first = z.object({ format_version: z.literal('1.0'), by_rs: z.record(z.string(), z.unknown()) });
/** `JSONTokenStorage` (format 2.0): namespace → resource server → token. */
const second = z.object({
  format_version: z.literal('2.0'),
  data: z.record(z.string(), z.record(z.string(), z.unknown())),
});
const form = z.union([first, second]);

/** Reads a JSON file of the Globus SDK, in both of its formats. */
export function readJsonForm(bytes: Uint8Array): Parsed {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return { kind: 'refused', why: 'damaged' };
  }
  const parsed = form.safeParse(value);
  if (!parsed.success) return { kind: 'refused', why: 'other' };
  const data = 'by_rs' in parsed.data ? { DEFAULT: parsed.data.by_rs } : parsed.data.data;
  const namespaces: RawNamespace[] = [];
  for (const [namespace, entries] of Object.entries(data)) {
    const tokens: ForeignToken[] = [];
    for (const entry of Object.values(entries)) {
      const token = readStoredToken(entry);
      // To leave one out would be to say that all was ended when it was not.
      if (token === null) return { kind: 'refused', why: 'damaged' };
      tokens.push(token);
    }
    if (tokens.length > 0) namespaces.push({ namespace, tokens, config: new Map() });
  }
  return { kind: 'parsed', namespaces };
}
