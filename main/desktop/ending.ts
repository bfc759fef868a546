import type { App } from 'electron';
import type { Agent } from '../agent.ts';
import type { Clock, Logger } from '../effects.ts';
import { askedToEndInElectron } from '../host/asked-to-end.ts';
import type { SecretClipboard } from './clipboard.ts';
import type { LateStart } from './late-start.ts';
import type { PaletteKeys } from './palette/palette-keys.ts';
import type { Pulse } from './pulse.ts';
import { cleanUpBeforeQuit } from './quit.ts';
import type { TraySetup } from './tray-setup.ts';

export interface EndingParts {
  app: Pick<App, 'on' | 'quit'>;
  process: NodeJS.EventEmitter;
  /** From the agent's changes. */
  unsubscribe: () => void;
  changed: Pick<Pulse, 'stop'>;
  tray: Pick<TraySetup, 'stop' | 'end'>;
  paletteKeys: Pick<PaletteKeys, 'stop'>;
  late: Pick<LateStart, 'close' | 'release'>;
  clipboard: Pick<SecretClipboard, 'quit'>;
  agent: Pick<Agent, 'saveUnsaved' | 'close'>;
  clock: Clock;
  log: Logger;
}

/** Has the app end by a quit or a signal alone, and then in this order: faces, callers, clipboard, tokens, lock. */
export function endInOrder(parts: EndingParts): void {
  const { app, changed, tray, paletteKeys, late, clipboard, agent, clock, log } = parts;
  // Closing the window leaves the tray; without this listener Electron would quit.
  app.on('window-all-closed', () => {});
  cleanUpBeforeQuit(
    app,
    async () => {
      parts.unsubscribe();
      changed.stop();
      tray.stop();
      paletteKeys.stop();
      await late.close();
      await clipboard.quit();
      // A last try for what the vault did not take; it would end with this process.
      await agent.saveUnsaved();
      await Promise.resolve(agent.close());
      late.release();
      tray.end();
      log.info({}, 'stopped');
    },
    (milliseconds, run) => clock.after(milliseconds, run),
  );
  void askedToEndInElectron(parts.process).then(() => {
    app.quit();
  });
}
