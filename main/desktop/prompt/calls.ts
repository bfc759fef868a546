import type { IpcMain, IpcMainInvokeEvent, WebContents } from 'electron';
import { z } from 'zod';
import { promptChannel, type PromptCallName, type PromptCalls } from '../../../preload/prompt-contract.ts';
import type { Logger } from '../../effects.ts';
import { PROMPT_URL } from '../page-protocol.ts';

export type PromptHandlers = {
  readonly [N in PromptCallName]: (request: PromptCalls[N]['request']) => PromptCalls[N]['answer'];
};

export interface PromptCallEffects {
  ipc: Pick<IpcMain, 'handle'>;
  /** The prompt's page while a question stands, else null. */
  page: () => WebContents | null;
  handlers: PromptHandlers;
  log: Logger;
}

/** A message that was not let in (CHECKLIST 44). */
export class PromptCallRejected extends Error {
  override readonly name = 'PromptCallRejected';
}

const SCHEMAS: { readonly [N in PromptCallName]: z.ZodType<PromptCalls[N]['request']> } = {
  view: z.null(),
  answer: z.strictObject({
    question: z.string().min(1).max(64),
    choice: z.enum(['once', 'ten-minutes', 'hour', 'terminal', 'always', 'deny', 'never']),
  }),
  fit: z.strictObject({ height: z.int().min(1).max(10_000) }),
};

/** The prompt's calls. Only its own main frame is heard: not the app's page, not a frame inside it. */
export function registerPromptCalls(effects: PromptCallEffects): void {
  registerCall('view', effects);
  registerCall('answer', effects);
  registerCall('fit', effects);
}

function registerCall<N extends PromptCallName>(name: N, { ipc, page, handlers, log }: PromptCallEffects) {
  ipc.handle(promptChannel(name), (event, ...args: unknown[]): PromptCalls[N]['answer'] => {
    const parsed = SCHEMAS[name].safeParse(args[0]);
    const from = isPrompt(event, page());
    if (!from || !parsed.success || args.length !== 1) {
      log.warn({ call: name, reason: from ? 'schema' : 'sender' }, 'refused a message to the prompt');
      throw new PromptCallRejected(`${name}: ${from ? 'schema' : 'sender'}`);
    }
    return handlers[name](parsed.data);
  });
}

function isPrompt(event: IpcMainInvokeEvent, page: WebContents | null): boolean {
  const frame = event.senderFrame;
  return (
    page !== null &&
    frame !== null &&
    event.sender === page &&
    frame === page.mainFrame &&
    frame.url === PROMPT_URL
  );
}
