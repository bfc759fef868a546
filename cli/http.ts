/** An answer of the broker's, read by hand: importing node:http costs every command 12 ms. */
export interface HttpAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const MAX_HEAD = 16_384;
export const MAX_BODY = 4_194_304;

/** One request with its body, for a connection that is closed after the answer (RFC 9112). */
export function requestText(method: string, target: string, accept: string, body: string | null): string {
  const head = [`${method} ${target} HTTP/1.1`, 'host: localhost', `accept: ${accept}`, 'connection: close'];
  if (body !== null) {
    head.push('content-type: application/json', `content-length: ${Buffer.byteLength(body)}`);
  }
  return `${head.join('\r\n')}\r\n\r\n${body ?? ''}`;
}

/**
 * Reads what has come of an answer.
 *
 * @param ended the other side has closed: what is there is all
 * @returns null: more is to come
 * @throws Error for what is no HTTP/1.1 answer, is cut off, or is too long
 */
export function readAnswer(bytes: Buffer, ended: boolean): HttpAnswer | null {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) {
    if (ended || bytes.length > MAX_HEAD) throw new Error('no HTTP answer');
    return null;
  }
  const [first = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const status = Number(/^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(first)?.[1] ?? Number.NaN);
  if (Number.isNaN(status)) throw new Error('no HTTP answer');
  const rest = bytes.subarray(end + 4);
  // 100 Continue and the like come before the answer (RFC 9110 §15.2).
  if (status < 200) return readAnswer(rest, ended);
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, Math.max(colon, 0)).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const body = readBody(rest, headers, ended);
  return body === null ? null : { status, headers, body: body.toString('utf8') };
}

function readBody(bytes: Buffer, headers: Record<string, string>, ended: boolean): Buffer | null {
  if (bytes.length > MAX_BODY * 2) throw new Error('the answer is too long');
  if (headers['transfer-encoding'] !== undefined) {
    if (headers['transfer-encoding'].toLowerCase() !== 'chunked') throw new Error('an unknown encoding');
    return orCutOff(readChunks(bytes), ended);
  }
  const announced = headers['content-length'];
  if (announced === undefined) {
    if (bytes.length > MAX_BODY) throw new Error('the answer is too long');
    return ended ? bytes : null;
  }
  const length = /^\d{1,10}$/.test(announced) ? Number(announced) : Number.POSITIVE_INFINITY;
  if (length > MAX_BODY) throw new Error('the answer is too long');
  return orCutOff(bytes.length < length ? null : bytes.subarray(0, length), ended);
}

function orCutOff(body: Buffer | null, ended: boolean): Buffer | null {
  if (body === null && ended) throw new Error('the answer was cut off');
  return body;
}

/** RFC 9112 §7.1; extensions and trailers mean nothing here. */
function readChunks(bytes: Buffer): Buffer | null {
  const chunks: Buffer[] = [];
  let total = 0;
  for (let at = 0; ;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return null;
    const size = /^([0-9a-f]{1,7})[ \t]*(?:;|$)/i.exec(bytes.toString('latin1', at, lineEnd))?.[1];
    if (size === undefined) throw new Error('a malformed chunk');
    const length = Number.parseInt(size, 16);
    if (length === 0) return Buffer.concat(chunks);
    total += length;
    if (total > MAX_BODY) throw new Error('the answer is too long');
    const start = lineEnd + 2;
    if (bytes.length < start + length + 2) return null;
    chunks.push(bytes.subarray(start, start + length));
    at = start + length + 2;
  }
}
