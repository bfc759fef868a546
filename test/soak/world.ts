import { startSandbox } from '../sandbox/index.ts';
import type { Fault, Sandbox, SandboxUser } from '../sandbox/types.ts';
import { approveInProcess } from '../sandbox/visitor.ts';
import { serve } from '../support/child-serve.ts';
import { type CallerOrder, Callers } from './callers.ts';

/** Everything around the agent, in a process of its own: what it keeps is not what the agent keeps. */
export type WorldRequest =
  | { readonly kind: 'open'; readonly now: number; readonly users: number; readonly tokenSeconds: number }
  /** Milliseconds since the epoch: the fake Globus follows the agent's clock. */
  | { readonly kind: 'time'; readonly now: number }
  /** A person at the browser, to the end of the redirects. */
  | { readonly kind: 'visit'; readonly url: string; readonly username: string; readonly deny: boolean }
  | { readonly kind: 'fault'; readonly fault: Fault }
  | { readonly kind: 'recover' }
  /** Programs that ask, one after another or at once; answers how many got what. */
  | { readonly kind: 'call'; readonly orders: readonly CallerOrder[] }
  /** Every connection that was left standing goes. */
  | { readonly kind: 'hang-up' };

export interface WorldOpened {
  readonly auth: number;
  readonly flows: number;
  readonly clientId: string;
  readonly usernames: readonly string[];
}

let sandbox: Sandbox | null = null;
const callers = new Callers();

serve<WorldRequest>(async (request) => {
  switch (request.kind) {
    case 'open':
      return open(request);
    case 'time':
      return opened().clock.advance(request.now - opened().clock.now());
    case 'visit':
      return visit(request);
    case 'fault':
      return void opened().addFault(request.fault);
    case 'recover':
      return opened().clearFaults();
    case 'call':
      return callers.all(request.orders);
    case 'hang-up':
      return callers.hangUp();
  }
});

function opened(): Sandbox {
  if (sandbox === null) throw new Error('the fake Globus was not opened');
  return sandbox;
}

async function open({
  now,
  users,
  tokenSeconds,
}: Extract<WorldRequest, { kind: 'open' }>): Promise<WorldOpened> {
  const people = Array.from({ length: users }, (_, index) => person(index));
  sandbox = await startSandbox({ startAt: now, users: people, accessTokenSeconds: tokenSeconds });
  const [clientId = ''] = sandbox.clients;
  const { auth, flows } = sandbox;
  return { auth: auth.port, flows: flows.port, clientId, usernames: people.map(({ username }) => username) };
}

function person(index: number): SandboxUser {
  const number = String(index).padStart(2, '0');
  const username = `user${number}@uni.example`;
  const sub = `${number.repeat(4)}-1111-4111-8111-111111111111`;
  return { sub, username, name: `User ${number}`, email: username, organization: 'Sandbox University' };
}

async function visit({ url, username, deny }: Extract<WorldRequest, { kind: 'visit' }>): Promise<void> {
  let next: string | null = url;
  while (next !== null) {
    const page: Response = await fetch(await approveInProcess(next, { username, deny }), {
      redirect: 'manual',
    });
    await page.text();
    next = page.headers.get('location');
  }
}
