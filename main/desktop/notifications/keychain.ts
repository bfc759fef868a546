import type { AppView } from '../../../preload/contract.ts';
import type { Clock } from '../../effects.ts';
import type { NoticeEffects } from './effects.ts';
import type { Notice } from './port.ts';

export interface KeychainEffects extends NoticeEffects {
  clock: Pick<Clock, 'after'>;
  /** The person is in a window of ours, which says it already. */
  looking: () => boolean;
}

/** Milliseconds: a keychain that opens with the session, or is only busy, is no news. */
export const PATIENCE = 3_000;

/** Says that the keychain is locked or does not answer, once until it is well again. */
export class KeychainNotices {
  readonly #effects: KeychainEffects;
  #cause: string | null = null;
  #takeBack: () => void = () => undefined;

  constructor(effects: KeychainEffects) {
    this.#effects = effects;
  }

  /** To be called with every view. */
  look({ vault, account }: Pick<AppView, 'vault' | 'account'>): void {
    const notice = words(vault);
    // Who has never signed in has nothing in it to miss.
    const cause = notice === null || account === null ? null : vault.status;
    if (cause === this.#cause) return;
    this.#cause = cause;
    this.#takeBack();
    this.#takeBack = () => undefined;
    if (notice === null || cause === null) return;
    this.#takeBack = this.#effects.clock.after(PATIENCE, () => {
      this.#tell(notice);
    });
  }

  stop(): void {
    this.#takeBack();
    this.#cause = null;
  }

  #tell(notice: Notice): void {
    const { port, enabled, looking, act } = this.#effects;
    this.#takeBack = () => undefined;
    if (!enabled() || looking()) return;
    const open = () => {
      act({ kind: 'open' });
    };
    this.#takeBack = port.show(notice, { click: open, action: open });
  }
}

function words({ status, backend }: AppView['vault']): Notice | null {
  const file = backend === 'passphrase';
  switch (status) {
    case 'locked':
      return {
        title: file ? 'The passphrase file is locked' : 'The keychain is locked',
        body: 'Your sign-ins are kept. Programs get no tokens until you unlock it.',
        action: 'Unlock…',
      };
    case 'slow':
      return {
        title: 'The keychain does not answer',
        body: 'Your sign-ins are kept. New tokens have to wait until it answers.',
        action: 'What to do…',
      };
    case 'ready':
    case 'missing':
    case 'denied':
    case 'damaged':
      return null;
  }
}
