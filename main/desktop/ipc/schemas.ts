import { z } from 'zod';
import type { CallName, Calls } from '../../../preload/contract.ts';
import { MAX_SCOPE_LENGTH } from '../../globus/scope-string.ts';
import { notices, paletteKeys, updates } from '../../settings/schema.ts';

/** Entries of one sign-in: everything on a list of the size that must stay quick (CHECKLIST 57). */
const MAX_SCOPES = 600;
/** Ten years. */
const MAX_HOURS = 24 * 3_653;

const nothing = z.null();
/** Sizes are caps against nonsense, far above what the page sends. */
const scope = z
  .string()
  .min(1)
  .max(MAX_SCOPE_LENGTH)
  // Spaces inside of brackets alone.
  .regex(/^[^\s[\]]+(?:\[[^\p{Cc}]*\])?$/u);
const scopes = z.array(scope).min(1).max(MAX_SCOPES);
const way = z.enum(['browser', 'paste']);
const account = z.string().min(1).max(200);
/** Of a recipe, a tool, a flow, an offer: looked up by the handler. */
const name = z.string().min(1).max(200);
const mode = z.enum(['fetched', 'variable', 'literal']);
const format = z.enum(['header', 'curl']);
const values = z.record(z.string().min(1).max(100), z.string().max(20_000)).refine(few, 'too many values');
const words = z.string().max(MAX_SCOPE_LENGTH);
const filePath = z.string().min(1).max(4_096);

const waitingCall = z.discriminatedUnion('call', [
  z.strictObject({ call: z.literal('call.run'), scope, recipe: name, account: account.exactOptional() }),
  z.strictObject({ call: z.literal('scope.copy'), scope, format, account: account.exactOptional() }),
  z.strictObject({ call: z.literal('scope.renew'), scope, account: account.exactOptional() }),
  z.strictObject({ call: z.enum(['flow.add', 'flow.runs']), id: name }),
  z.strictObject({ call: z.enum(['imports.adopt', 'imports.remove']), path: filePath }),
  z.strictObject({
    call: z.enum([
      'flow.find',
      'flow.check',
      'signOut',
      'account.signOut',
      'scope.signOut',
      'setup.vault',
      'palette.askKeys',
      'updates.check',
    ]),
  }),
]);

/** One schema per call, by the types complete: a call without a schema does not compile. */
export const CALL_SCHEMAS: { readonly [N in CallName]: z.ZodType<Calls[N]['request']> } = {
  'state.get': nothing,
  'setup.client': z.union([
    z.strictObject({ clientId: z.string().max(100) }),
    z.strictObject({ tutorial: z.literal(true) }),
  ]),
  'setup.vault': z.strictObject({ backend: z.enum(['keychain', 'memory']) }),
  'signIn.start': z.strictObject({ scopes, way }),
  'signIn.code': z.strictObject({ code: z.string().min(1).max(2_000) }),
  'signIn.cancel': nothing,
  'signIn.copyLink': nothing,
  'signIn.dismiss': nothing,
  signOut: nothing,
  'session.lock': nothing,
  'session.unlock': nothing,
  'scope.renew': z.strictObject({ scope, account: account.exactOptional() }),
  'scope.copy': z.strictObject({
    scope,
    format,
    recipe: name.exactOptional(),
    tool: name.exactOptional(),
    mode: mode.exactOptional(),
    values: values.exactOptional(),
    account: account.exactOptional(),
  }),
  'scope.search': z.strictObject({ query: words }),
  // What people typed; what it means, the agent finds out.
  'scope.add': z.strictObject({ scope: z.string().min(1).max(MAX_SCOPE_LENGTH) }),
  'scope.remove': z.strictObject({ scope }),
  'scope.restore': z.strictObject({ scope }),
  'scope.isolate': z.strictObject({ scopes }),
  'scope.signOut': z.strictObject({ scope, account: account.exactOptional() }),
  'snippet.preview': z.strictObject({
    scope,
    recipe: name,
    tool: name,
    mode,
    values,
    account: account.exactOptional(),
  }),
  'call.run': z.strictObject({ scope, recipe: name, values, account: account.exactOptional() }),
  'call.cancel': waitingCall,
  'call.accept': z.strictObject({ offer: name }),
  'flow.find': z.strictObject({ query: words }),
  'flow.add': z.strictObject({ id: name }),
  'flow.runs': z.strictObject({ id: name }),
  'flow.collections': z.strictObject({ id: name, collections: z.array(z.string().max(100)).max(100) }),
  'account.add': z.strictObject({ way }),
  'account.use': z.strictObject({ sub: account }),
  'account.signOut': z.strictObject({ sub: account }),
  'settings.set': z.strictObject({
    keepAlive: z.boolean().exactOptional(),
    notices: notices.exactOptional(),
    clearAfterSeconds: z.int().min(5).max(600).exactOptional(),
    clearOnQuit: z.boolean().exactOptional(),
    updates: updates.exactOptional(),
    letterKeys: z.boolean().exactOptional(),
  }),
  'forecast.check': z.strictObject({
    scope: scope.nullable(),
    hours: z.number().positive().max(MAX_HOURS),
  }),
  'clipboard.clear': nothing,
  'problem.dismiss': nothing,
  'approvals.list': nothing,
  'approvals.revoke': z.strictObject({ id: z.string().min(1).max(200) }),
  'approvals.denyAll': z.strictObject({ on: z.boolean() }),
  'audit.list': z.strictObject({ limit: z.int().min(1).max(1_000), scope: scope.exactOptional() }),
  'oidc.set': z.strictObject({ on: z.boolean() }),
  'oidc.copyExport': nothing,
  'updates.check': nothing,
  'updates.restart': nothing,
  'imports.list': nothing,
  'imports.adopt': z.strictObject({ path: filePath }),
  'imports.remove': z.strictObject({ path: filePath }),
  'system.get': nothing,
  'autostart.set': z.strictObject({ on: z.boolean() }),
  'palette.setKeys': z.strictObject({ keys: paletteKeys }),
  'palette.askKeys': nothing,
  'palette.copyCommand': nothing,
  'palette.close': nothing,
  'palette.fit': z.strictObject({ height: z.number().positive().max(10_000) }),
  'help.open': z.strictObject({ page: z.enum(['registerApp', 'consents', 'flowsScopes']) }),
  'window.close': nothing,
};

function few(values: Record<string, string>): boolean {
  return Object.keys(values).length <= 50;
}
