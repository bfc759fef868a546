import { SettingsWriteError } from '../../settings/store.ts';
import { DONE, answer, settingsNotKept, type CallContext } from './context.ts';
import type { Handlers } from './register.ts';

export function settingsHandlers({
  agent,
  settings,
  settingsChanged,
}: Pick<CallContext, 'agent' | 'settings' | 'settingsChanged'>): Pick<Handlers, 'settings.set'> {
  return {
    'settings.set': ({ keepAlive, ...rest }) => {
      if (keepAlive !== undefined) {
        const kept = agent.setKeepAlive(keepAlive);
        if (!kept.ok) return answer(kept);
      }
      if (Object.keys(rest).length === 0) return DONE;
      try {
        settings.update((old) => ({ ...old, ...rest }));
      } catch (error) {
        if (!(error instanceof SettingsWriteError)) throw error;
        return { ok: false, problem: settingsNotKept(error) };
      }
      settingsChanged();
      return DONE;
    },
  };
}
