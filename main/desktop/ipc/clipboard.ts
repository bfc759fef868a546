import { DONE, type CallContext } from './context.ts';
import type { Handlers } from './register.ts';

export function clipboardHandlers({ clipboard }: CallContext): Pick<Handlers, 'clipboard.clear'> {
  return {
    'clipboard.clear': async () => {
      await clipboard.clearNow();
      return DONE;
    },
  };
}
