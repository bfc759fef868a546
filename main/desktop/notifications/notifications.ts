import type { AppView, NoticesView } from '../../../preload/contract.ts';
import type { AuditEntry } from '../../broker/contract.ts';
import type { Clock } from '../../effects.ts';
import type { MenuAction } from '../tray-items.ts';
import type { WaitingQuestion } from '../waiting-questions.ts';
import { ApprovalNotices } from './approval.ts';
import { CopiedNotices } from './copied.ts';
import type { NoticeEffects } from './effects.ts';
import { ExpiryNotices } from './expiry.ts';
import { KeychainNotices } from './keychain.ts';
import type { NotificationPort } from './port.ts';
import { SignInNotices } from './sign-in.ts';

export interface NotificationEffects {
  port: NotificationPort;
  clock: Clock;
  /** The switches; asked every time. */
  switches: () => NoticesView;
  act: (action: MenuAction) => void;
  /** A window of ours can be seen. */
  inSight: () => boolean;
  /** A window of ours has the keyboard. */
  looking: () => boolean;
}

/** Every kind of notification, each its own class; they share the port and know nothing of each other. */
export class Notifications {
  readonly #approval: ApprovalNotices;
  readonly #expiry: ExpiryNotices;
  readonly #signIn: SignInNotices;
  readonly #copied: CopiedNotices;
  readonly #keychain: KeychainNotices;

  constructor({ port, clock, switches, act, inSight, looking }: NotificationEffects) {
    const of = (kind: keyof NoticesView): NoticeEffects => {
      return { port, act, enabled: () => switches()[kind] };
    };
    this.#approval = new ApprovalNotices(of('approval'));
    this.#expiry = new ExpiryNotices({ ...of('expiry'), clock });
    this.#signIn = new SignInNotices({ ...of('signIn'), clock, looking });
    this.#copied = new CopiedNotices({ ...of('copied'), inSight });
    this.#keychain = new KeychainNotices({ ...of('keychain'), clock, looking });
  }

  /** To be called with every change. */
  look(view: AppView, questions: readonly WaitingQuestion[]): void {
    this.#approval.look(questions);
    this.#expiry.look(view);
    this.#signIn.look(view);
    this.#copied.look(view);
    this.#keychain.look(view);
  }

  /** To be called with every line of the audit log. */
  line(entry: AuditEntry): void {
    this.#signIn.asked(entry);
  }

  /** Takes everything back. */
  stop(): void {
    this.#approval.stop();
    this.#expiry.stop();
    this.#signIn.stop();
    this.#copied.stop();
    this.#keychain.stop();
  }
}
