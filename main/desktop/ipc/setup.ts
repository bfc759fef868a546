import { answer, DONE, ifKept, type CallContext } from './context.ts';
import type { Handlers } from './register.ts';

export function setupHandlers(context: CallContext): Pick<Handlers, 'setup.client' | 'setup.vault'> {
  const { agent, settings, vault, tutorialClientId, running } = context;
  return {
    'setup.client': (request) =>
      ifKept(() =>
        answer(agent.setClientId('tutorial' in request ? tutorialClientId : request.clientId.trim())),
      ),
    'setup.vault': async ({ backend }) => {
      const kept = ifKept(() => {
        settings.update((old) => ({ ...old, vaultBackend: backend }));
        return DONE;
      });
      if (!kept.ok) return kept;
      vault.choose(backend);
      // The other backend holds other sign-ins, and another state.
      return running.answer({ call: 'setup.vault' }, async () => {
        await agent.start();
        return DONE;
      });
    },
  };
}
