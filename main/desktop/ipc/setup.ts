import { whyStay } from '../../host/vault-choice.ts';
import { stayProblem } from '../vault-choice.ts';
import { answer, DONE, ifKept, type CallContext } from './context.ts';
import type { Handlers } from './register.ts';

type SetupContext = Pick<
  CallContext,
  'agent' | 'noteAct' | 'settings' | 'vault' | 'tutorialClientId' | 'running' | 'view'
>;

export function setupHandlers(context: SetupContext): Pick<Handlers, 'setup.client' | 'setup.vault'> {
  const { agent, noteAct, settings, vault, tutorialClientId, running, view } = context;
  return {
    'setup.client': (request) =>
      ifKept(() =>
        answer(agent.setClientId('tutorial' in request ? tutorialClientId : request.clientId.trim())),
      ),
    'setup.vault': async ({ backend }) => {
      const snapshot = agent.snapshot();
      // The place in use again is a second try at it, which harms nothing at any time.
      const stays = vault.backend === backend ? null : whyStay(snapshot, settings, vault.backend, backend);
      const commands = view().flatpak !== true;
      if (stays !== null) return answer({ ok: false, problem: stayProblem(stays, snapshot.vault, commands) });
      const kept = ifKept(() => {
        settings.update((old) => ({ ...old, vaultBackend: backend }));
        return DONE;
      });
      if (!kept.ok) return kept;
      const chosen = vault.backend !== backend;
      vault.choose(backend);
      if (chosen) noteAct('vault');
      return running.answer({ call: 'setup.vault' }, async () => {
        // Somebody is there who pressed a button: the one moment when a keyring may ask for its password.
        await vault.ask();
        // The other backend holds other sign-ins, and another state.
        await agent.start();
        return DONE;
      });
    },
  };
}
