import { SettingsWriteError } from '../../settings/store.ts';
import { answer, DONE, type CallContext } from './context.ts';
import type { Handlers } from './register.ts';

export function setupHandlers(context: CallContext): Pick<Handlers, 'setup.client' | 'setup.vault'> {
  const { agent, settings, vault, tutorialClientId } = context;
  return {
    'setup.client': (request) =>
      answer(agent.setClientId('tutorial' in request ? tutorialClientId : request.clientId.trim())),
    'setup.vault': async ({ backend }) => {
      try {
        settings.update((old) => ({ ...old, vaultBackend: backend }));
      } catch (error) {
        if (!(error instanceof SettingsWriteError)) throw error;
        return { ok: false, problem: notKept(error) };
      }
      vault.choose(backend);
      // The other backend holds other sign-ins, and another state.
      await agent.start();
      return DONE;
    },
  };
}

function notKept(error: SettingsWriteError) {
  return {
    reason: `settings-${error.reason}`,
    title: 'The choice could not be saved',
    tokens: 'Your tokens are fine; nothing was changed.',
    next: 'Make the settings file writable and choose again.',
    detail: error.message,
  };
}
