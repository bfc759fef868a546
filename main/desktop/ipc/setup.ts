import { SettingsWriteError } from '../../settings/store.ts';
import { answer, DONE, settingsNotKept, type CallContext } from './context.ts';
import type { Handlers } from './register.ts';

export function setupHandlers(context: CallContext): Pick<Handlers, 'setup.client' | 'setup.vault'> {
  const { agent, settings, vault, tutorialClientId, running } = context;
  return {
    'setup.client': (request) =>
      answer(agent.setClientId('tutorial' in request ? tutorialClientId : request.clientId.trim())),
    'setup.vault': async ({ backend }) => {
      try {
        settings.update((old) => ({ ...old, vaultBackend: backend }));
      } catch (error) {
        if (!(error instanceof SettingsWriteError)) throw error;
        return { ok: false, problem: settingsNotKept(error) };
      }
      vault.choose(backend);
      // The other backend holds other sign-ins, and another state.
      return running.answer({ call: 'setup.vault' }, async () => {
        await agent.start();
        return DONE;
      });
    },
  };
}
