import type { Answer, SystemView } from '../../../preload/contract.ts';
import type { Result } from '../../effects.ts';
import { DONE, answer, type CallContext } from './context.ts';
import type { Handlers } from './register.ts';

type Names =
  | 'system.get'
  | 'autostart.set'
  | 'palette.setKeys'
  | 'palette.askKeys'
  | 'palette.copyCommand'
  | 'palette.close'
  | 'palette.fit';

export function systemHandlers({
  system,
  palette,
  clipboard,
  running,
}: Pick<CallContext, 'system' | 'palette' | 'clipboard' | 'running'>): Pick<Handlers, Names> {
  const viewAfter = async (done: Result<null>): Promise<Answer<SystemView>> =>
    done.ok ? { ok: true, value: await system.view() } : answer(done);
  return {
    'system.get': async () => ({ ok: true, value: await system.view() }),
    'autostart.set': async ({ on }) => viewAfter(await system.setAutostart(on)),
    'palette.setKeys': async ({ keys }) => viewAfter(await system.setPaletteKeys(keys)),
    'palette.askKeys': () =>
      running.answer({ call: 'palette.askKeys' }, async (signal) =>
        viewAfter(await system.askPaletteKeys(signal)),
      ),
    'palette.copyCommand': async () => {
      const { command } = (await system.view()).palette;
      return answer(await clipboard.copyPlain(command, 'command'));
    },
    'palette.close': () => {
      palette.close();
      return DONE;
    },
    'palette.fit': ({ height }) => {
      palette.fit(height);
      return DONE;
    },
  };
}
