import * as oauth from 'oauth4webapi';
import { z } from 'zod';
import { clientOf, type OAuthContext, type Provider, requestOptions } from './context.ts';
import type { Identity } from './exchange.ts';
import { guarded, OAuthFailure } from './failure.ts';

const claims = z.object({
  sub: z.string().min(1).max(200),
  preferred_username: z.string().max(500).nullish(),
  email: z.string().max(500).nullish(),
  name: z.string().max(500).nullish(),
});

/**
 * Whose an access token of `auth.globus.org` with `openid` is (GLOBUS.md §2.1). For tokens that came without an
 * id token: those of another program's file.
 *
 * @throws OAuthFailure
 */
export async function userinfo(
  context: OAuthContext,
  provider: Provider,
  accessToken: string,
): Promise<Identity> {
  const { issuer } = context.environment;
  return guarded(async () => {
    const endpoint = provider.userinfo_endpoint ?? '';
    // As of every endpoint (`discovery.ts`): the compiled-in host alone says where a token goes.
    if (!URL.canParse(endpoint) || new URL(endpoint).origin !== new URL(issuer).origin) {
      throw new OAuthFailure('untrusted', "the server's metadata names another host in userinfo_endpoint");
    }
    const client = clientOf(context);
    const response = await oauth.userInfoRequest(provider, client, accessToken, requestOptions(context));
    const body = await oauth.processUserInfoResponse(provider, client, oauth.skipSubjectCheck, response);
    const parsed = claims.safeParse(body);
    if (!parsed.success) throw new OAuthFailure('untrusted', 'userinfo names nobody');
    const { sub, preferred_username: username, email, name } = parsed.data;
    return { sub, username: username ?? email ?? sub, displayName: name ?? username ?? email ?? sub };
  });
}
