/** A start that must not happen; the message is for stderr. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused';
}

/** Variables that weaken TLS or write its keys to a file are dropped before the first request (CHECKLIST 18). */
export function cleanEnvironment(env: NodeJS.ProcessEnv): void {
  delete env['NODE_TLS_REJECT_UNAUTHORIZED'];
  delete env['SSLKEYLOGFILE'];
}

/** The fake Globus on loopback, and the client that it knows. */
export interface DemoOptions {
  readonly auth: number;
  readonly flows: number;
  readonly clientId: string | null;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** @throws StartRefused: a demo must never fall back to production. */
export function demoPort(text: string): number {
  const number = Number(text);
  if (!/^\d{1,5}$/.test(text) || number < 1 || number > 65_535) {
    throw new StartRefused(`--demo takes two ports, got "${text}"`);
  }
  return number;
}

export function isClientId(text: string): boolean {
  return UUID.test(text);
}
