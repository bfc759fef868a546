/** Shorter pieces of a secret would be found where it is not. */
const SHORTEST = 6;

/**
 * The byte strings that give a secret away: itself, and what programs commonly make of it. It guards against
 * accidents, not against a program that wants to leak: that one could turn the text around.
 *
 * @param secret ASCII, as access tokens are (RFC 6750 §2.1)
 */
export function formsOf(secret: string): readonly Buffer[] {
  const bytes = Buffer.from(secret, 'utf8');
  const hex = bytes.toString('hex');
  const texts = new Set([
    secret,
    JSON.stringify(secret).slice(1, -1),
    JSON.stringify(secret).slice(1, -1).replaceAll('/', '\\/'),
    ...percentForms(secret),
    ...escapedForms(secret),
    ...[hex, hex.toUpperCase()],
    ...[0, 1, 2].flatMap((offset) => base64Forms(bytes, offset)),
  ]);
  texts.delete('');
  return [
    ...[...texts]
      .filter((text) => text === secret || text.length >= SHORTEST)
      .map((text) => Buffer.from(text)),
    ...(secret === '' ? [] : [Buffer.from(secret, 'utf16le'), Buffer.from(secret, 'utf16le').swap16()]),
  ];
}

/** Encoders differ in what they leave alone, and in the case of their digits (RFC 3986 §2.1). */
function percentForms(secret: string): string[] {
  const escaped = (marks: RegExp) =>
    encodeURIComponent(secret).replace(marks, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
  const forms = [/(?!)/g, /[~!'()]/g, /[-._~!*'()]/g].map(escaped);
  return [encodeURI(secret), ...forms].flatMap((text) => [
    text,
    text.replace(/%[0-9A-F]{2}/g, (one) => one.toLowerCase()),
  ]);
}

/** As JSON and the literals of many languages write signs, or everything; encoders differ in what they leave alone. */
function escapedForms(secret: string): string[] {
  const hex = (one: string) => one.charCodeAt(0).toString(16).padStart(2, '0');
  return ESCAPES.flatMap(([before, marks]) => [
    secret.replace(marks, (one) => before + hex(one)),
    secret.replace(marks, (one) => before + hex(one).toUpperCase()),
  ]);
}

const ESCAPES: readonly (readonly [string, RegExp])[] = [
  ...[/\+/g, /[+/]/g, /[^A-Za-z0-9_-]/g, /[^A-Za-z0-9]/g].map((marks) => ['\\u00', marks] as const),
  ...['\\u00', '\\x', '%'].map((before) => [before, /./g] as const),
];

/**
 * In base64 the same bytes look different by where in the text they begin, modulo 3. The characters at the two
 * ends that depend on the neighbours, too, are left out.
 */
function base64Forms(bytes: Buffer, offset: number): string[] {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
  const sure = text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
  return [sure, sure.replaceAll('+', '-').replaceAll('/', '_')];
}
