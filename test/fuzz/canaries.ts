import { accessToken, ALLOWED, REFRESH_CORE, SCOPES, SECRET } from './cases.ts';

/** A refresh token as it is, or in base64 (at any of the three offsets), hex or backwards. */
const REFRESH_FORMS = [
  REFRESH_CORE,
  ...[0, 1, 2].map((offset) => base64Core(REFRESH_CORE, offset)),
  Buffer.from(REFRESH_CORE).toString('hex'),
  [...REFRESH_CORE].reverse().join(''),
];
const ALLOWED_TOKEN = accessToken(ALLOWED.scope);
const OTHER_TOKENS = SCOPES.map(({ scope }) => accessToken(scope)).filter((token) => token !== ALLOWED_TOKEN);

/** Names the first secret in a text that must hold none at all; null: there is none. */
export function secretIn(text: string): string | null {
  if (text.includes(ALLOWED_TOKEN)) return 'an access token';
  return forbiddenIn(text);
}

/** Names the first secret that no answer may hold, whoever asked for what. */
export function forbiddenIn(text: string): string | null {
  if (text.includes(SECRET)) return 'a passphrase or a code';
  if (REFRESH_FORMS.some((form) => text.includes(form))) return 'a refresh token';
  const other = OTHER_TOKENS.findIndex((token) => text.includes(token));
  return other < 0 ? null : `an access token of a scope that nobody allowed (${other + 1})`;
}

/** How often the allowed scope's token stands in the text. */
export function tokensIn(text: string): number {
  return text.split(ALLOWED_TOKEN).length - 1;
}

/** The base64 digits that only the core decides, at an offset of so many bytes. */
function base64Core(core: string, offset: number): string {
  const digits = Buffer.from('\0'.repeat(offset) + core).toString('base64');
  return digits.slice(offset + (offset === 0 ? 0 : 1), -4);
}
