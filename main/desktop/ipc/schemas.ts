import { z } from 'zod';
import type { CallName, Calls } from '../../../preload/contract.ts';

const nothing = z.null();
/** Sizes are caps against nonsense, far above what the page sends. */
const scope = z.string().min(1).max(4_000).regex(/^\S+$/);

/** One schema per call, by the types complete: a call without a schema does not compile. */
export const CALL_SCHEMAS: { readonly [N in CallName]: z.ZodType<Calls[N]['request']> } = {
  'state.get': nothing,
  'setup.client': z.union([
    z.strictObject({ clientId: z.string().max(100) }),
    z.strictObject({ tutorial: z.literal(true) }),
  ]),
  'setup.vault': z.strictObject({ backend: z.enum(['keychain', 'memory']) }),
  'signIn.start': z.strictObject({
    scopes: z.array(scope).min(1).max(200),
    way: z.enum(['browser', 'paste']),
  }),
  'signIn.code': z.strictObject({ code: z.string().min(1).max(2_000) }),
  'signIn.cancel': nothing,
  'signIn.copyLink': nothing,
  'signIn.dismiss': nothing,
  signOut: nothing,
  'session.lock': nothing,
  'session.unlock': nothing,
  'scope.renew': z.strictObject({ scope }),
  'scope.copy': z.strictObject({
    scope,
    format: z.enum(['header', 'curl']),
    recipe: z.string().min(1).max(100).exactOptional(),
  }),
  'clipboard.clear': nothing,
  'problem.dismiss': nothing,
  'approvals.list': nothing,
  'approvals.revoke': z.strictObject({ id: z.string().min(1).max(200) }),
  'approvals.denyAll': z.strictObject({ on: z.boolean() }),
  'audit.list': z.strictObject({ limit: z.int().min(1).max(1_000) }),
  'oidc.set': z.strictObject({ on: z.boolean() }),
  'oidc.copyExport': nothing,
  'help.open': z.strictObject({ page: z.enum(['registerApp', 'consents', 'flowsScopes']) }),
  'window.close': nothing,
};
