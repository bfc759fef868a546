import { z } from 'zod';
import { AUTH_RESOURCE_SERVER } from '../globus/scopes.ts';
import { OAuthFailure } from './failure.ts';

/** One token of a response, indexed by resource server (GLOBUS.md §2.1). */
export interface IssuedToken {
  readonly resourceServer: string;
  readonly accessToken: string;
  /** Absent without `access_type=offline`, or when a refresh answer leaves it out. */
  readonly refreshToken: string | null;
  /** Root scope strings, sorted; the server's order means nothing. */
  readonly scopes: readonly string[];
  /** Milliseconds since the epoch, counted from receipt. */
  readonly receivedAt: number;
  readonly expiresAt: number;
}

const token = z.object({
  access_token: z.string().min(1).max(4_096),
  token_type: z.string().refine((type) => type.toLowerCase() === 'bearer', 'is not Bearer'),
  expires_in: z.number().positive().max(31_536_000),
  refresh_token: z.string().min(1).max(1_500).nullish(),
  scope: z.string().max(65_536).optional(),
  resource_server: z.string().min(1).max(255).optional(),
});
const response = token.extend({ other_tokens: z.array(token).max(500).optional() });

/**
 * Globus puts further tokens in `other_tokens`; which one is at the top is not fixed (GLOBUS.md §2.1).
 * A plain OAuth server has neither field nor `resource_server`: its one token counts as the identity token.
 *
 * @param requested scopes to assume where the answer names none (RFC 6749 §5.1)
 * @throws OAuthFailure `untrusted`
 */
export function readTokens(body: unknown, requested: readonly string[], receivedAt: number): IssuedToken[] {
  const parsed = response.safeParse(body);
  if (!parsed.success) {
    const where = parsed.error.issues[0]?.path.join('.') ?? '';
    throw new OAuthFailure('untrusted', `the token answer is not of the expected form (${where})`);
  }
  const all = [parsed.data, ...(parsed.data.other_tokens ?? [])];
  return all.map((one) => ({
    resourceServer: one.resource_server ?? AUTH_RESOURCE_SERVER,
    accessToken: one.access_token,
    refreshToken: one.refresh_token ?? null,
    scopes: (one.scope === undefined ? [...requested] : one.scope.split(' ').filter(Boolean)).sort(),
    receivedAt,
    expiresAt: receivedAt + one.expires_in * 1000,
  }));
}
