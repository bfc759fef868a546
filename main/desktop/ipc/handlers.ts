import { accountHandlers } from './accounts.ts';
import { brokerHandlers } from './broker.ts';
import { callHandlersOfTests } from './calls.ts';
import { clipboardHandlers } from './clipboard.ts';
import type { CallContext } from './context.ts';
import { flowHandlers } from './flows.ts';
import { forecastHandlers } from './forecast.ts';
import { helpHandlers } from './help.ts';
import { oidcHandlers } from './oidc.ts';
import { importHandlers } from './imports.ts';
import type { Handlers } from './register.ts';
import { scopeHandlers } from './scopes.ts';
import { sessionHandlers } from './session.ts';
import { settingsHandlers } from './settings.ts';
import { setupHandlers } from './setup.ts';
import { signInHandlers } from './sign-in.ts';
import { snippetHandlers } from './snippets.ts';
import { systemHandlers } from './system.ts';
import { stateHandlers } from './state.ts';
import { updateHandlers } from './updates.ts';

/** Every call of the contract, one file per section. */
export function callHandlers(context: CallContext): Handlers {
  return {
    ...stateHandlers(context),
    ...setupHandlers(context),
    ...signInHandlers(context),
    ...sessionHandlers(context),
    ...scopeHandlers(context),
    ...snippetHandlers(context),
    ...callHandlersOfTests(context),
    ...flowHandlers(context),
    ...accountHandlers(context),
    ...settingsHandlers(context),
    ...forecastHandlers(context),
    ...clipboardHandlers(context),
    ...brokerHandlers(context),
    ...oidcHandlers(context),
    ...updateHandlers(context),
    ...importHandlers(context),
    ...systemHandlers(context),
    ...helpHandlers(context),
  };
}
