import { answer, type CallContext } from './context.ts';
import type { Handlers } from './register.ts';

export function snippetHandlers({
  snippets,
}: Pick<CallContext, 'snippets'>): Pick<Handlers, 'snippet.preview'> {
  return {
    'snippet.preview': async (request) => answer(await snippets.preview(request)),
  };
}
