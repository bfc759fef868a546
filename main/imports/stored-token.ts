import { z } from 'zod';
import type { ForeignToken } from './types.ts';

/**
 * One token as the Globus SDK stores it, guarded once. `TokenStorageData.to_dict` of SDK 3.46 and later has
 * `identity_id`; before that it is an entry of `OAuthTokenResponse.by_resource_server`, without it. Further
 * fields (`extra`) are left alone.
 */
const storedToken = z.object({
  resource_server: z.string().min(1).max(255),
  scope: z.string().max(65_536),
  access_token: z.string().min(1).max(4_096),
  refresh_token: z.string().min(1).max(1_500).nullish(),
  expires_at_seconds: z.number().nonnegative().max(10_000_000_000).nullish(),
  identity_id: z.string().min(1).max(200).nullish(),
});

/** Null: it is not of this form. */
export function readStoredToken(value: unknown): ForeignToken | null {
  const parsed = storedToken.safeParse(value);
  if (!parsed.success) return null;
  const { data } = parsed;
  const seconds = data.expires_at_seconds ?? null;
  return {
    resourceServer: data.resource_server,
    scopes: data.scope.split(' ').filter(Boolean),
    accessToken: data.access_token,
    refreshToken: data.refresh_token ?? null,
    expiresAt: seconds === null ? null : seconds * 1_000,
    identity: data.identity_id ?? null,
  };
}

/** What a file holds, before it is known which program's and which client's it is. */
export interface RawNamespace {
  readonly namespace: string;
  readonly tokens: readonly ForeignToken[];
  /** globus-cli's configuration by name, as it was parsed; empty elsewhere. */
  readonly config: ReadonlyMap<string, unknown>;
}

export type Parsed =
  | { kind: 'parsed'; namespaces: readonly RawNamespace[] }
  /** `other`: whole, but not a token file. `damaged`: cut short, or not what its beginning says. */
  | { kind: 'refused'; why: 'other' | 'damaged' };
