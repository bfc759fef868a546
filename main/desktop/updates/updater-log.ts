import type { Logger } from '../../effects.ts';

/** Of a line; electron-updater puts whole answers and stacks into its messages. */
const MAX_LENGTH = 300;

/**
 * electron-updater's log lines in ours. The first line alone: an HTTP error's others are the answer's headers. No
 * query of an address: GitHub sends downloads on to addresses that are signed.
 */
export function updaterLog(log: Logger): Record<'info' | 'warn' | 'error', (message?: unknown) => void> {
  return {
    info: (message) => {
      log.info({ updater: plainLine(message) }, 'updater');
    },
    warn: (message) => {
      log.warn({ updater: plainLine(message) }, 'updater');
    },
    error: (message) => {
      log.error({ updater: plainLine(message) }, 'updater');
    },
  };
}

export function plainLine(message: unknown): string {
  const text = message instanceof Error ? message.message : typeof message === 'string' ? message : '';
  const [line = ''] = text.split(/\r?\n/, 1);
  return line.replace(/(\w+:\/\/[^\s?#"']*)[?#][^\s"']*/g, '$1').slice(0, MAX_LENGTH);
}
