import type { Clock, Fetch } from '../effects.ts';
import { retryAfterSeconds } from '../globus/retry-after.ts';
import { renderHeader } from '../snippets/header.ts';

export interface Outgoing {
  readonly url: string;
  readonly method: string;
  /** JSON text; null for no body. */
  readonly json: string | null;
  readonly token: string;
}

/**
 * - `answer`: whatever the server said, redirects included, which are never followed.
 * - `none`: no answer, or one that broke off.
 */
export type Sent =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly contentType: string;
      /** `WWW-Authenticate`; empty when absent. */
      readonly challenge: string;
      /** Where a redirect points; null for other answers. */
      readonly location: string | null;
      /** What the service asked for, at most an hour; else null. */
      readonly retryAfterSeconds: number | null;
      readonly text: string;
      /** The body was longer than `MAX_BODY_BYTES`. */
      readonly truncated: boolean;
    }
  | { readonly kind: 'none'; readonly why: 'network' | 'timeout' | 'cancelled' };

/** Longest part of a body that is read, in bytes. */
export const MAX_BODY_BYTES = 200_000;
/** For one whole request, body included. */
export const TIMEOUT_MS = 30_000;

/** Sends one request with the token in its header and nowhere else (CHECKLIST 16, 17). */
export async function send(
  parts: { readonly fetch: Fetch; readonly clock: Clock },
  request: Outgoing,
  signal?: AbortSignal,
): Promise<Sent> {
  const abort = new AbortController();
  let late = false;
  const stopTimer = parts.clock.after(TIMEOUT_MS, () => {
    late = true;
    abort.abort();
  });
  const cancel = () => abort.abort();
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    if (signal?.aborted === true) return { kind: 'none', why: 'cancelled' };
    const response = await parts.fetch(request.url, {
      method: request.method,
      headers: {
        authorization: renderHeader(request.token).slice('Authorization: '.length),
        accept: 'application/json',
        ...(request.json === null ? {} : { 'content-type': 'application/json' }),
      },
      ...(request.json === null ? {} : { body: request.json }),
      // A redirect is not followed at all, so no other host ever sees the header (CHECKLIST 17).
      redirect: 'manual',
      signal: abort.signal,
    });
    const { headers, status } = response;
    return {
      kind: 'answer',
      status,
      contentType: headers.get('content-type') ?? '',
      challenge: headers.get('www-authenticate') ?? '',
      location: headers.get('location'),
      retryAfterSeconds: retryAfterSeconds(headers.get('retry-after'), parts.clock.now()),
      ...(await readStart(response)),
    };
  } catch {
    return { kind: 'none', why: late ? 'timeout' : signal?.aborted === true ? 'cancelled' : 'network' };
  } finally {
    stopTimer();
    signal?.removeEventListener('abort', cancel);
    // Also lets go of a body that nobody reads to its end.
    abort.abort();
  }
}

/** The first `MAX_BODY_BYTES` as UTF-8; a character that the cut halves is left out. */
async function readStart(response: Response): Promise<{ text: string; truncated: boolean }> {
  if (response.body === null) return { text: '', truncated: false };
  const reader = response.body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  const decoder = new TextDecoder();
  let text = '';
  let room = MAX_BODY_BYTES;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { text: text + decoder.decode(), truncated: false };
    text += decoder.decode(value.subarray(0, room), { stream: true });
    if (value.byteLength > room) {
      await reader.cancel().catch(() => undefined);
      return { text, truncated: true };
    }
    room -= value.byteLength;
  }
}
