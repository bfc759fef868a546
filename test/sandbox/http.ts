import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request as both halves of the sandbox see it: already read, names of headers in lower case. */
export interface SandboxRequest {
  /** Upper case. */
  method: string;
  /** Path alone, percent-encoding kept. */
  path: string;
  query: URLSearchParams;
  headers: Record<string, string>;
  /** Decoded as UTF-8; empty when there was none. */
  body: string;
}

/** `body`: a string goes out as it is (HTML unless `content-type` says otherwise), anything else as JSON. */
export interface SandboxResponse {
  status: number;
  headers?: Record<string, string>;
  body: unknown;
}

/** A JSON answer; `no-store` because nearly every one of them carries something private. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): SandboxResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
    body,
  };
}

export function html(status: number, body: string, headers: Record<string, string> = {}): SandboxResponse {
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', ...headers },
    body,
  };
}

/** 303 after a form, so that the browser repeats nothing; 302 is what Globus sends to a redirect URI. */
export function redirect(
  location: string,
  headers: Record<string, string> = {},
  status = 302,
): SandboxResponse {
  return { status, headers: { location, 'cache-control': 'no-store', ...headers }, body: '' };
}

export function methodNotAllowed(allow: string): SandboxResponse {
  return json(405, { error: 'method_not_allowed' }, { allow });
}

/** The fields of an `application/x-www-form-urlencoded` body; null when the request holds none. */
export function readForm(request: SandboxRequest): URLSearchParams | null {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  return type === 'application/x-www-form-urlencoded' ? new URLSearchParams(request.body) : null;
}

/** The parsed JSON body, or undefined when it is not JSON. */
export function readJson(request: SandboxRequest): unknown {
  try {
    return JSON.parse(request.body) as unknown;
  } catch {
    return undefined;
  }
}

/** The token of `Authorization: Bearer …` (RFC 6750 §2.1), the only place where Globus looks for one. */
export function bearer(request: SandboxRequest): string | undefined {
  return /^bearer +([^\s]+)$/i.exec(request.headers['authorization'] ?? '')?.[1];
}

export function readCookie(request: SandboxRequest, name: string): string | undefined {
  for (const pair of (request.headers['cookie'] ?? '').split(';')) {
    const [key, ...value] = pair.split('=');
    if (key?.trim() === name) return value.join('=').trim();
  }
  return undefined;
}

const BODY_LIMIT = 1_048_576;

/** Reads a whole request; null when its body is larger than 1 MiB. */
export async function readRequest(incoming: IncomingMessage): Promise<SandboxRequest | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Read on, but keep nothing: leaving the loop would close the socket before the refusal is out.
    if (size <= BODY_LIMIT) chunks.push(chunk);
  }
  if (size > BODY_LIMIT) return null;
  const target = incoming.url ?? '/';
  const mark = target.indexOf('?');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return {
    method: (incoming.method ?? 'GET').toUpperCase(),
    path: mark === -1 ? target : target.slice(0, mark),
    query: new URLSearchParams(mark === -1 ? '' : target.slice(mark + 1)),
    headers,
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

/** The bytes of an answer, ready to send, damaged or cut by a fault first. */
export interface RenderedResponse {
  status: number;
  headers: Record<string, string>;
  bytes: Buffer;
}

export function render(response: SandboxResponse): RenderedResponse {
  const text = typeof response.body === 'string' ? response.body : JSON.stringify(response.body ?? null);
  const headers: Record<string, string> = {
    'content-type': typeof response.body === 'string' ? 'text/html; charset=utf-8' : 'application/json',
  };
  for (const [name, value] of Object.entries(response.headers ?? {})) headers[name.toLowerCase()] = value;
  return { status: response.status, headers, bytes: Buffer.from(text, 'utf8') };
}

export function send(outgoing: ServerResponse, rendered: RenderedResponse): void {
  outgoing.writeHead(rendered.status, {
    ...rendered.headers,
    'content-length': String(rendered.bytes.length),
  });
  outgoing.end(rendered.bytes);
}
