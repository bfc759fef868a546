/** One notification, without a secret: the system keeps what it showed, and other programs can read it. */
export interface Notice {
  title: string;
  body: string;
  /** What its one button says, where the system has buttons; null: it has none. */
  action: string | null;
  /** Makes no sound and asks for no attention. */
  quiet?: boolean;
  /** Milliseconds after which it is over, where the system can be told; absent: as the system likes. */
  lasts?: number;
}

export interface NoticeAnswers {
  click: () => void;
  action: () => void;
}

export interface NotificationPort {
  /** Never throws. @returns takes it off the screen; may be called again */
  show(notice: Notice, on: NoticeAnswers): () => void;
}
