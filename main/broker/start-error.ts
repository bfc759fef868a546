/** Why the broker did not start. Nothing was replaced or left behind on disk. */
export type StartTrouble =
  | 'path-relative'
  | 'path-under-home'
  | 'path-too-long'
  | 'folder-missing-parent'
  | 'folder-no-folder'
  | 'folder-foreign'
  | 'folder-open'
  | 'parent-unsafe'
  | 'socket-foreign'
  | 'socket-live'
  | 'socket-inherited'
  | 'listen-failed';

/** `message` is one sentence for people that names the path and what to do. */
export class BrokerStartError extends Error {
  override readonly name = 'BrokerStartError';
  readonly trouble: StartTrouble;

  constructor(trouble: StartTrouble, message: string, options?: ErrorOptions) {
    super(message, options);
    this.trouble = trouble;
  }
}

/** `code` of a system error, if it is one. */
export function errorCode(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}
