/**
 * The HTTP header that carries an access token (RFC 6750 §2.1), without a line end.
 *
 * @throws TypeError when the text is no bearer token; the message never repeats it
 */
export function renderHeader(token: string): string {
  return `Authorization: Bearer ${bearerToken(token)}`;
}

/**
 * Lets through only RFC 6750's `b64token`: none of its characters can end a header line, a shell quote or
 * an argument, so whatever a server answered as "access_token" cannot become a second header or a command.
 */
export function bearerToken(token: string): string {
  if (!/^[A-Za-z0-9._~+/-]+=*$/.test(token))
    throw new TypeError('not a bearer token as RFC 6750 defines one');
  return token;
}
