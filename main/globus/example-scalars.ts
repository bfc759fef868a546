import type { JsonFields } from './json.ts';
import { plainText } from './plain-text.ts';

/** Example texts by JSON Schema `format`; hosts are RFC 2606's, the ID names nobody. */
const NOBODY = '00000000-0000-4000-8000-000000000000';
const BY_FORMAT: Readonly<Record<string, string>> = {
  uuid: NOBODY,
  email: 'name@example.org',
  'idn-email': 'name@example.org',
  uri: 'https://example.org/',
  url: 'https://example.org/',
  'uri-reference': '/',
  date: '2026-01-31',
  'date-time': '2026-01-31T12:00:00Z',
  time: '12:00:00Z',
  duration: 'PT1H',
  hostname: 'example.org',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  'globus-principal': `urn:globus:auth:identity:${NOBODY}`,
};
const MAX_LENGTH = 200;

/** A text that fits `format`, else `<name>`; `minLength` and `maxLength` hold, `pattern` cannot. */
export function exampleString(fields: JsonFields, name: string): string {
  const format = fields['format'];
  const known =
    typeof format === 'string' && Object.hasOwn(BY_FORMAT, format) ? BY_FORMAT[format] : undefined;
  if (known !== undefined) return known;
  const label = plainText(name, 60).replace(/[<>]/g, '');
  const least = Math.min(MAX_LENGTH, numberIn(fields['minLength']) ?? 0);
  const most = Math.max(0, numberIn(fields['maxLength']) ?? MAX_LENGTH);
  return [...`<${label === '' ? 'text' : label}>`.padEnd(least, 'x')].slice(0, most).join('');
}

/** The least number allowed, or 0. */
export function exampleNumber(fields: JsonFields, integer: boolean): number {
  const step = numberIn(fields['multipleOf']) ?? (integer ? 1 : 0);
  const gap = step > 0 ? step : 1;
  // Draft 4 writes `exclusiveMinimum: true` beside `minimum`, later ones the number itself.
  const minimum = numberIn(fields['minimum']);
  const above = fields['exclusiveMinimum'] === true ? minimum : numberIn(fields['exclusiveMinimum']);
  const maximum = numberIn(fields['maximum']);
  const below = fields['exclusiveMaximum'] === true ? maximum : numberIn(fields['exclusiveMaximum']);
  const least = Math.max(minimum ?? -Infinity, above === null ? -Infinity : above + gap);
  const most = Math.min(maximum ?? Infinity, below === null ? Infinity : below - gap);
  let value = Math.min(most, Math.max(least, 0));
  if (step > 0) value = (value === most ? Math.floor(value / step) : Math.ceil(value / step)) * step;
  return Number.isFinite(value) ? value + 0 : 0;
}

function numberIn(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
