import { createAuth } from './auth/index.ts';
import { createClock } from './clock.ts';
import { createControl } from './control.ts';
import { FaultStore } from './faults.ts';
import { createFlows } from './flows/index.ts';
import { RequestLog } from './request-log.ts';
import { randomText, SecretMint } from './secrets.ts';
import { openHost } from './server.ts';
import type { Sandbox, SandboxUser } from './types.ts';
import { SANDBOX_USERS } from './users.ts';

/** The native app of the demo. */
export const DEMO_CLIENT_ID = '9c5b5e5e-2f0a-4d1c-9e7d-0d1e2f3a4b5c';
/** The one of the Globus SDK documents (GLOBUS.md §1.5). */
const TUTORIAL_CLIENT_ID = '61338d24-54d5-408f-a10d-66c06b59f6d2';

export interface SandboxOptions {
  /** 0 or absent: the system chooses. */
  authPort?: number;
  flowsPort?: number;
  /** Instead of the demo and tutorial clients. */
  clients?: readonly string[];
  /** Default 172800, two days. */
  accessTokenSeconds?: number;
  /** Allows every authorize request without a page, as the first user. */
  autoApprove?: boolean;
  /** Milliseconds since the epoch at which the sandbox clock starts; default: now. */
  startAt?: number;
  /** Who can sign in, instead of the three of `users.ts`. */
  users?: readonly SandboxUser[];
}

/** Starts the fake Globus: two hosts on 127.0.0.1, all state in memory, gone with `close`. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const clock = createClock(options.startAt);
  const users = options.users ?? SANDBOX_USERS;
  const mint = new SecretMint();
  const faults = new FaultStore();
  const log = new RequestLog(mint.issued);
  const clients = new Set(options.clients ?? [DEMO_CLIENT_ID, TUTORIAL_CLIENT_ID]);
  const confidential = new Map<string, string>();
  const forgottenScopes = new Set<string>();
  const controlKey = randomText(40);
  const settings = { accessTokenSeconds: options.accessTokenSeconds ?? 172_800 };
  // Auth asks Flows for scopes, Flows asks Auth about tokens, and both for their own origin.
  const origins = { auth: '', flows: '' };
  const auth = await createAuth({
    clock,
    users,
    clients,
    confidential,
    forgottenScopes,
    faults,
    mint,
    flowScopes: () => flows.scopes(),
    autoApprove: options.autoApprove ?? false,
    origin: () => origins.auth,
    accessTokenSeconds: () => settings.accessTokenSeconds,
  });
  const flows = createFlows({
    clock,
    users,
    lookup: (token) => auth.lookup(token),
    origin: () => origins.flows,
  });
  const control = createControl({ controlKey, faults, sandbox: () => sandbox });

  const shared = { clock, faults, log };
  const authHost = await openHost({
    ...shared,
    host: 'auth',
    port: options.authPort ?? 0,
    handle: (request) => (request.path.startsWith('/sandbox/') ? control(request) : auth.handle(request)),
  });
  origins.auth = authHost.origin;
  const flowsHost = await openHost({
    ...shared,
    host: 'flows',
    port: options.flowsPort ?? 0,
    handle: (request) => flows.handle(request),
  }).catch(async (error: unknown) => {
    await authHost.close();
    throw error;
  });
  origins.flows = flowsHost.origin;

  const sandbox: Sandbox = {
    auth: { port: authHost.port, origin: authHost.origin },
    flows: { port: flowsHost.port, origin: flowsHost.origin },
    clock,
    users,
    log: log.entries,
    issued: mint.issued,
    ledger: auth.ledger,
    controlKey,
    clients,
    confidential,
    forgottenScopes,
    get accessTokenSeconds() {
      return settings.accessTokenSeconds;
    },
    set accessTokenSeconds(seconds) {
      settings.accessTokenSeconds = seconds;
    },
    addFault: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    waitForRequest: (match, from) => log.waitFor(match, from),
    async close() {
      log.close();
      await Promise.all([authHost.close(), flowsHost.close()]);
    },
  };
  return sandbox;
}
