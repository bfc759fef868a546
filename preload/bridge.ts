import {
  CALL_NAMES,
  EVENT_NAMES,
  channel,
  type Bridge,
  type CallName,
  type Calls,
  type EventName,
  type Events,
} from './contract.ts';

/** The part of Electron's ipcRenderer that the bridge uses. */
export interface PageIpc {
  invoke(channel: string, request: unknown): Promise<unknown>;
  on(channel: string, listener: (event: unknown, payload: unknown) => void): unknown;
  removeListener(channel: string, listener: (event: unknown, payload: unknown) => void): unknown;
}

/**
 * `window.tray`: names of the contract pass, others are refused before they reach a channel. The page gets
 * the payload alone: an IpcRendererEvent holds a sender, and with it every channel there is.
 */
export function createBridge(ipc: PageIpc): Bridge {
  const calls = new Set<string>(CALL_NAMES);
  const events = new Set<string>(EVENT_NAMES);
  return {
    call<N extends CallName>(name: N, request: Calls[N]['request']) {
      if (!calls.has(name)) return Promise.reject(new TypeError(`there is no call "${String(name)}"`));
      return ipc.invoke(channel(name), request) as Promise<Calls[N]['answer']>;
    },
    on<N extends EventName>(name: N, listener: (event: Events[N]) => void) {
      if (!events.has(name)) throw new TypeError(`there is no event "${String(name)}"`);
      const receive = (_event: unknown, payload: unknown) => {
        listener(payload as Events[N]);
      };
      ipc.on(channel(name), receive);
      return () => {
        ipc.removeListener(channel(name), receive);
      };
    },
  };
}
