import * as oauth from 'oauth4webapi';

/**
 * - `network`: no answer. `unavailable`: an answer that says nothing about the credential (5xx, 429, cut off,
 *   not JSON). Neither ever removes a credential.
 * - `invalid_grant`: the server's definite word that the code or refresh token is no good (400 or 401,
 *   GLOBUS.md §2.5).
 * - `refused`: any other OAuth error. `untrusted`: the answer fails a check of ours.
 */
export type OAuthFailureKind = 'network' | 'unavailable' | 'invalid_grant' | 'refused' | 'untrusted';

export class OAuthFailure extends Error {
  override readonly name = 'OAuthFailure';
  readonly kind: OAuthFailureKind;
  readonly status: number | null;
  readonly retryAfterSeconds: number | null;
  /** The OAuth `error` code, where the server gave one. */
  readonly code: string | null;

  constructor(
    kind: OAuthFailureKind,
    message: string,
    more: {
      cause?: unknown;
      status?: number | null;
      retryAfterSeconds?: number | null;
      code?: string | null;
    } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.kind = kind;
    this.status = more.status ?? null;
    this.retryAfterSeconds = more.retryAfterSeconds ?? null;
    this.code = more.code ?? null;
  }
}

const UNREADABLE = new Set<string>([
  oauth.PARSE_ERROR,
  oauth.RESPONSE_IS_NOT_JSON,
  oauth.RESPONSE_IS_NOT_CONFORM,
]);

/** Sorts whatever oauth4webapi throws. Its own message goes no further than `detail`-free text of ours. */
export function toFailure(error: unknown): OAuthFailure {
  if (error instanceof OAuthFailure) return error;
  if (error instanceof oauth.ResponseBodyError) {
    const kind = error.error === 'invalid_grant' ? 'invalid_grant' : 'refused';
    return new OAuthFailure(kind, `the server answered ${error.error}`, {
      status: error.status,
      code: error.error,
    });
  }
  if (error instanceof oauth.WWWAuthenticateChallengeError) {
    return new OAuthFailure('refused', 'the server asked for other credentials', { status: error.status });
  }
  if (error instanceof oauth.OperationProcessingError) {
    const kind = UNREADABLE.has(error.code ?? '') ? 'unavailable' : 'untrusted';
    // The library's messages name fields and expectations, never values.
    return new OAuthFailure(kind, error.message);
  }
  if (error instanceof oauth.UnsupportedOperationError) {
    return new OAuthFailure('untrusted', error.message);
  }
  return new OAuthFailure('unavailable', 'the answer could not be read', { cause: error });
}

/** Runs one exchange and lets nothing but an OAuthFailure out. */
export async function guarded<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw toFailure(error);
  }
}
