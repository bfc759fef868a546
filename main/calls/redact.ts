/** What stands in the place of a secret. ASCII, so that the length of a text in bytes is easy to keep. */
export const MASK = '[hidden]';

/**
 * An answer as the window may see it: every text that looks like a token, and every value whose name says that
 * it is a secret, is masked; all else stays as it was sent. Works on JSON, on JSON that breaks off, on forms and
 * on plain text.
 *
 * @param known tokens that must not appear in whatever form: the one that the request was sent with
 * @param truncated the text breaks off, perhaps in the middle of a token that is then too short to look like one
 */
export function redactBody(text: string, known: readonly string[], truncated = false): string {
  return redactText(redactJson(truncated ? withoutLastWord(text) : text), known);
}

/** The same for a text without structure: an error's detail, a message. */
export function redactText(text: string, known: readonly string[] = []): string {
  const without = known.reduce((rest, token) => (token === '' ? rest : rest.replaceAll(token, MASK)), text);
  return without
    .replace(GLOBUS_TOKEN, MASK)
    .replace(JWT, MASK)
    .replace(FORM_FIELD, (_, name: string) => `${name}${MASK}`);
}

/** Longest word that is taken away at a cut: longer than any token. */
const MAX_WORD = 8_000;

function withoutLastWord(text: string): string {
  let end = text.length;
  while (end > 0 && text.length - end < MAX_WORD && /[A-Za-z0-9._~+/=-]/.test(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/** Globus's tokens are opaque; all that were ever seen begin like this (GLOBUS.md §2.1). */
const GLOBUS_TOKEN = /Ag[A-Za-z0-9]{40,}/g;
/** RFC 7519 §3: base64url of `{"…`, then the payload; the signature may be missing. Bounded, to stay fast. */
const JWT = /eyJ[A-Za-z0-9_-]{5,1000}\.[A-Za-z0-9_-]{2,}(?:\.[A-Za-z0-9_-]*)?/g;
const SECRET_NAME =
  /(?:^|_)(?:(?:access|refresh|id)_?tokens?|secrets?|password)(?:$|_)|^clientsecret$|^authorization$/;
const FORM_FIELD =
  /(\b(?:(?:access|refresh|id)_?token|client_?secret|secret|password)=)(?!\[hidden\])[^&\s"'<>]+/gi;

function isSecretName(name: string): boolean {
  const snake = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').replace(/[\s.-]+/g, '_');
  return SECRET_NAME.test(snake.toLowerCase());
}

/** Strings (one at the very end may lack its quote), signs, words, and the space between them. */
const PIECES = /"[^"\\]*(?:\\[\s\S][^"\\]*)*(?:"|\\?$)|[{}[\],:]|[^\s"{}[\],:]+|\s+/g;

interface Level {
  /** Everything in here is the value of a secret name. */
  readonly hidden: boolean;
  /** The name before the value that comes next says that it is a secret. */
  secret: boolean;
}

/** Piece by piece, because parsing and writing it again would change numbers and layout. */
function redactJson(text: string): string {
  const levels: Level[] = [{ hidden: false, secret: false }];
  const pieces = text.match(PIECES) ?? [];
  return pieces.map((piece, index) => redactPiece(piece, levels, () => nextSign(pieces, index))).join('');
}

function redactPiece(piece: string, levels: Level[], next: () => string | undefined): string {
  const level = levels.at(-1) ?? { hidden: false, secret: false };
  const hide = level.hidden || level.secret;
  if (piece === '{' || piece === '[') levels.push({ hidden: hide, secret: false });
  else if (piece === '}' || piece === ']') {
    if (levels.length > 1) levels.pop();
  } else if (piece === ',') level.secret = false;
  else if (piece.startsWith('"')) return redactString(piece, level, next() === ':');
  else if (hide && /\d/.test(piece)) return `"${MASK}"`;
  return piece;
}

function redactString(piece: string, level: Level, isName: boolean): string {
  const text = decoded(piece);
  if (isName) level.secret = isSecretName(text);
  else if (level.hidden || level.secret) return `"${MASK}"`;
  // Escapes can hide a token from a search over the text.
  const clean = redactText(text);
  return clean === text ? piece : JSON.stringify(clean);
}

function nextSign(pieces: readonly string[], index: number): string | undefined {
  const next = pieces[index + 1];
  return next !== undefined && next.trim() === '' ? pieces[index + 2] : next;
}

function decoded(piece: string): string {
  try {
    return String(JSON.parse(piece));
  } catch {
    return piece;
  }
}
