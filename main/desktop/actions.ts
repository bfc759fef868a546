import type { CopyRequest } from '../../preload/contract.ts';
import type { DesktopAgent } from './agent-port.ts';
import type { Logger, Problem, Result } from '../effects.ts';
import { NOT_COPIED, type SecretClipboard } from './clipboard.ts';
import { cancelledProblem } from './running-calls.ts';
import { notWritten, type CopyPlan, type Snippets } from './snippets.ts';
import type { SignInRequest } from './sign-in-to.ts';
import type { TrayAction } from './tray-menu.ts';
import type { OpenedBy } from './window-screen.ts';

export interface ActionEffects {
  agent: DesktopAgent;
  clipboard: SecretClipboard;
  snippets: Pick<Snippets, 'plan'>;
  /** As `signInTo`. */
  signIn: (request: SignInRequest) => Promise<Result<null>>;
  openWindow: (by: OpenedBy) => void;
  quit: () => void;
  /** For an update. */
  restart: () => Result<null>;
  /** Shows a problem where the tray has no place for one: in the window. */
  report: (problem: Problem, action: TrayAction) => void;
  /** What was reported of the same action before is over. */
  wentWell: (action: TrayAction) => void;
  /** A header or a snippet of this scope lies on the clipboard now. */
  copied?: (scope: string, account?: string) => void;
  /** It does not: the window opens with its finger on the button to press (CHECKLIST 38). */
  notCopied: (request: CopyRequest) => void;
  /** What people call this copy; absent: as the plan names it. */
  nameOf?: (request: CopyRequest) => string;
  log: Logger;
}

/** Whoever cancelled a copy finds the clipboard as it was. */
const CANCELLED: Result<null> = { ok: false, problem: cancelledProblem('scope.copy') };

/** What both faces can do. The page calls `copy` through IPC, the tray sends its menu's actions here. */
export class Actions {
  readonly #effects: ActionEffects;

  constructor(effects: ActionEffects) {
    this.#effects = effects;
  }

  /** The token goes from the agent to the clipboard; what comes back names it and does not contain it. */
  async copy(request: CopyRequest, signal?: AbortSignal): Promise<Result<null>> {
    const { snippets, log } = this.#effects;
    const plan = await snippets.plan(request);
    if (!plan.ok) return plan;
    const copied = await this.#put(plan.value, request, signal);
    if (copied === CANCELLED) return copied;
    const { scope, format } = request;
    // The scope of a copy that was made is one of ours; any other text may be a secret from the wrong box.
    const fields = { format, kind: plan.value.kind, copied: copied.ok, ...(copied.ok ? { scope } : {}) };
    log.info(fields, 'copied from the app');
    if (copied.ok) this.#effects.copied?.(scope, request.account);
    else if (copied.problem.reason === NOT_COPIED) this.#effects.notCopied(request);
    return copied;
  }

  async #put(plan: CopyPlan, request: CopyRequest, signal?: AbortSignal): Promise<Result<null>> {
    const { agent, clipboard } = this.#effects;
    const name = this.#effects.nameOf?.(request);
    const lost = (): void => {
      this.#lost(request);
    };
    if (isAborted(signal)) return CANCELLED;
    if (plan.kind === 'token-free') return clipboard.copyTokenFree(plan.text, name ?? plan.what, lost);
    try {
      const rendered = await agent.render(plan.request);
      if (!rendered.ok) return rendered;
      if (isAborted(signal)) return CANCELLED;
      return await clipboard.copy(rendered.value.text, name ?? rendered.value.what, lost);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      // Of its two messages that can still come, one says that a value holds the token: neither repeats it.
      return { ok: false, problem: notWritten(error) };
    }
  }

  #lost(request: CopyRequest): void {
    const { log, notCopied } = this.#effects;
    log.info({ scope: request.scope, format: request.format }, 'another program replaced a copy at once');
    notCopied(request);
  }

  /** Nothing is handed out until somebody unlocks; the copy leaves the clipboard (CHECKLIST 29, 37). */
  lock(): void {
    this.#effects.agent.setLocked(true);
    void this.#effects.clipboard.clearIfOurs();
  }

  /**
   * A click in the tray's menu or on a notification. Never rejects: nobody is there to catch it.
   * @param by decides where the window opens, where the action opens it
   */
  perform(action: TrayAction, by: OpenedBy = 'other'): void {
    this.#perform(action, by).catch((error: unknown) => {
      this.#effects.log.error({ action: action.kind, error }, 'an action of the tray failed');
    });
  }

  async #perform(action: TrayAction, by: OpenedBy): Promise<void> {
    const { agent, clipboard, openWindow, quit } = this.#effects;
    switch (action.kind) {
      case 'copy':
        this.#show(await this.copy(copyOf(action)), action, by);
        return;
      case 'renew':
        this.#show(await agent.renew(action.scope, action.account), action, by);
        return;
      case 'clear-clipboard':
        await clipboard.clearNow();
        return;
      case 'sign-in':
        await this.#signIn(by);
        return;
      case 'cancel-sign-in':
        agent.cancelSignIn();
        return;
      case 'use-account':
        this.#show(agent.useAccount(action.sub), action, by);
        return;
      case 'lock':
        this.lock();
        return;
      case 'unlock':
        agent.setLocked(false);
        return;
      case 'restart':
        this.#show(this.#effects.restart(), action, by);
        return;
      case 'open':
        openWindow(by);
        return;
      case 'quit':
        quit();
    }
  }

  /** Asks for the scopes that the menu shows (CHECKLIST 15); what can't start from here starts in the window. */
  async #signIn(by: OpenedBy): Promise<void> {
    const { agent, openWindow } = this.#effects;
    const { clientId, scopes, vault } = agent.snapshot();
    const asked = scopes.map((status) => status.entry.scope);
    openWindow(by);
    if (clientId === null || vault.status !== 'ready' || asked.length === 0) return;
    // Its outcome is in the snapshot, and so in the window.
    await this.#effects.signIn({ scopes: asked, way: 'browser' });
  }

  #show(result: Result<unknown>, action: TrayAction, by: OpenedBy): void {
    if (result.ok) return this.#effects.wentWell(action);
    // What was not copied, the window says already.
    if (result.problem.reason === NOT_COPIED) return;
    this.#effects.report(result.problem, action);
    this.#effects.openWindow(by);
  }
}

function copyOf({ scope, account, format }: TrayAction & { kind: 'copy' }): CopyRequest {
  return account === undefined ? { scope, format } : { scope, format, account };
}

/** By a function: between two looks it may have been aborted, which the types cannot know. */
function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}
