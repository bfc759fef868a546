import { DONE, answer, ifKept, type CallContext } from './context.ts';
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
      return ifKept(() => {
        settings.update((old) => ({ ...old, ...rest }));
        settingsChanged();
        return DONE;
      });
    },
  };
}
