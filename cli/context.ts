import { BrokerClient } from './client.ts';
import { parseDuration } from './duration.ts';
import { openPerson } from './person.ts';
import type { Context, Person } from './types.ts';

/** What the program gets from outside. */
export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly uid: number | null;
  readonly home: string;
  readonly version: string;
  readonly dist: string;
  out(text: string): void;
  err(text: string): void;
  now(): number;
}

export interface OpenContext extends Context {
  /** Lets go of the terminal. */
  close(): void;
}

export function openContext(host: Host, json: boolean): OpenContext {
  const { env, platform, version, dist } = host;
  // For machines and connections that are slow; what is no duration counts as not set.
  const patience = parseDuration(env['GLOBUS_TOKEN_PATIENCE'] ?? '') ?? 0;
  let person: Person | null | undefined;
  return {
    ...{ env, platform, version, dist, json },
    out: (text) => host.out(text),
    err: (text) => host.err(text),
    now: () => host.now(),
    person: () => (person === undefined ? (person = openPerson(platform)) : person),
    client: new BrokerClient({
      ...{ env, uid: host.uid, platform },
      ...(patience > 0 && { patienceMs: patience * 1_000 }),
      start: async (socket) => (await import('./agent/start.ts')).startOnFirstUse(host, socket),
    }),
    close: () => person?.close(),
  };
}
