import type { IpcMain, IpcMainInvokeEvent, WebContents } from 'electron';
import { CALL_NAMES, channel, type CallName, type Calls } from '../../../preload/contract.ts';
import type { Logger } from '../../effects.ts';
import { isPageUrl } from '../page-protocol.ts';
import type { CALL_SCHEMAS } from './schemas.ts';

type CallSchemas = typeof CALL_SCHEMAS;

/** One handler per call of the contract. */
export type Handlers = {
  readonly [N in CallName]: (
    request: Calls[N]['request'],
  ) => Calls[N]['answer'] | Promise<Calls[N]['answer']>;
};

/** A message that was not let in; the page's promise rejects with it (CHECKLIST 44). */
export class IpcRejected extends Error {
  override readonly name = 'IpcRejected';
  readonly reason: 'sender' | 'schema' | 'failed';

  constructor(reason: 'sender' | 'schema' | 'failed', call: CallName) {
    super(`${call}: ${reason}`);
    this.reason = reason;
  }
}

export interface RegisterEffects {
  ipc: Pick<IpcMain, 'handle'>;
  /** The page of our own window, or null while there is none. */
  page: () => WebContents | null;
  /** The palette's page; null while there is none. */
  palette?: () => WebContents | null;
  handlers: Handlers;
  log: Logger;
}

/**
 * Registers a handler for each name of the contract and for nothing else: Electron rejects the others. Every
 * call passes two gates, who sends and what is sent, before a handler sees it.
 */
export function registerCalls(effects: RegisterEffects): void {
  // They are made while the page, which nobody hears before, is on its way.
  const schemas = import('./schemas.ts').then(({ CALL_SCHEMAS }) => CALL_SCHEMAS);
  // A failure is told where it is awaited.
  schemas.catch(() => undefined);
  for (const name of CALL_NAMES) registerCall(name, effects, schemas);
}

function registerCall<N extends CallName>(
  name: N,
  effects: RegisterEffects,
  schemas: Promise<CallSchemas>,
): void {
  const { ipc, page, palette, handlers, log } = effects;
  const reject = (reason: IpcRejected['reason'], detail: Record<string, unknown>): never => {
    log.warn({ call: name, reason, ...detail }, 'refused a message from a page');
    throw new IpcRejected(reason, name);
  };

  ipc.handle(channel(name), async (event, ...args: unknown[]): Promise<Calls[N]['answer']> => {
    const ours =
      isOurPage(event, page()) || (PALETTE_CALLS.has(name) && isOurPage(event, palette?.() ?? null));
    if (!ours) return reject('sender', { url: event.senderFrame?.url ?? 'gone' });
    const parsed = (await schemas)[name].safeParse(args[0]);
    // The path of the bad field alone: the value may be anything, also a secret pasted into the wrong box.
    if (!parsed.success || args.length !== 1) {
      return reject('schema', { at: parsed.error?.issues[0]?.path.join('.') ?? 'arguments' });
    }
    try {
      return await handlers[name](parsed.data);
    } catch (error) {
      // A bug of ours or a lost resource. The page learns which call failed; the cause stays in the log.
      log.error({ call: name, error }, 'a call from the page failed');
      throw new IpcRejected('failed', name);
    }
  });
}

/** What the palette can do: look, copy, try, go. It neither signs in nor out, nor changes a setting. */
const PALETTE_CALLS: ReadonlySet<CallName> = new Set([
  'state.get',
  'scope.copy',
  'call.run',
  'call.cancel',
  'palette.close',
  'palette.fit',
]);

/** Our window's main frame, showing our own page: not a frame inside it, not a window that someone opened. */
function isOurPage(event: IpcMainInvokeEvent, page: WebContents | null): boolean {
  const frame = event.senderFrame;
  return (
    page !== null &&
    frame !== null &&
    event.sender === page &&
    frame === page.mainFrame &&
    isPageUrl(frame.url)
  );
}
