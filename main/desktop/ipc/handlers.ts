import { brokerHandlers } from './broker.ts';
import { clipboardHandlers } from './clipboard.ts';
import type { CallContext } from './context.ts';
import { helpHandlers } from './help.ts';
import { oidcHandlers } from './oidc.ts';
import type { Handlers } from './register.ts';
import { scopeHandlers } from './scopes.ts';
import { sessionHandlers } from './session.ts';
import { setupHandlers } from './setup.ts';
import { signInHandlers } from './sign-in.ts';
import { stateHandlers } from './state.ts';

/** Every call of the contract, one file per section. */
export function callHandlers(context: CallContext): Handlers {
  return {
    ...stateHandlers(context),
    ...setupHandlers(context),
    ...signInHandlers(context),
    ...sessionHandlers(context),
    ...scopeHandlers(context),
    ...clipboardHandlers(context),
    ...brokerHandlers(context),
    ...oidcHandlers(context),
    ...helpHandlers(context),
  };
}
