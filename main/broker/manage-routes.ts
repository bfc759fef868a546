import { aboutAct, noteAct } from './acts.ts';
import { type Answer, chosenType, json, managedProblem, problem, text } from './answers.ts';
import type { LoginAnswer } from './contract.ts';
import type { Leaving } from './departure.ts';
import type { Managed, ManagePort } from './manage-port.ts';
import { refuseNameless } from './nameless.ts';
import type { BrokerPorts } from './ports.ts';
import { splitScopes } from './scope-list.ts';
import { actEntry, auditEntry, type Call } from './token-answer.ts';

/** Seconds that `GET /v1/login` waits at most, whatever was asked for. */
const LONGEST_WAIT = 60;

interface Handled {
  readonly ports: BrokerPorts;
  readonly manage: ManagePort;
  readonly call: Call;
}

type Handler = (handled: Handled) => Answer | Promise<Answer>;

/**
 * What people do with the agent from the command line, by `ManagePort`; null for a route that is not among
 * them. Through a socket without the port there is none of this.
 */
export async function answerManage(ports: BrokerPorts, call: Call): Promise<Answer | null> {
  const route = `${call.route.method} ${call.route.path}`;
  const handler = Object.hasOwn(HANDLERS, route) ? HANDLERS[route] : undefined;
  if (handler === undefined) return null;
  const { manage } = ports;
  if (manage === undefined) return problem('not-found');
  if (!OF_ANYBODY.includes(route) && !isProven(route, manage)) {
    const nameless = refuseNameless(ports, call.caller);
    if (nameless !== null) return nameless;
    if (OF_TERMINALS.includes(route) && call.caller.subject.kind !== 'terminal') {
      return ports.nameless === true ? NO_TERMINALS : problem('needs-terminal');
    }
  }
  const about = aboutAct(ports, call);
  const answer = await handler({ ports, manage, call });
  await noteAct(ports, call, route, answer, about);
  return answer;
}

/** They tell of tokens and of nothing else, so whoever may ask for tokens may ask them. */
const OF_ANYBODY: readonly string[] = ['GET /v1/check', 'GET /v1/snippet'];

/** A program that may answer its own question, write its own policy, or unlock the app needs no person at all. */
const OF_TERMINALS: readonly string[] = ['POST /v1/unlock', 'POST /v1/approvals', 'POST /v1/policy'];

const NO_TERMINALS = problem(
  'needs-terminal',
  'Nothing was done: this system does not tell who asks, so nobody can be taken for a person at a terminal.',
  { next: 'Do it in the app. An agent without a window is unlocked by ending it and starting it again.' },
);

/**
 * A passphrase is proof enough of a person, also from a caller that has no name, such as a command that systemd runs
 * after a start: who knows it can read the file without the agent.
 */
function isProven(route: string, manage: ManagePort): boolean {
  return route === 'POST /v1/unlock' && manage.needsPassphrase;
}

const HANDLERS: Readonly<Record<string, Handler>> = {
  'GET /v1/check': check,
  'GET /v1/snippet': ({ manage, call }) => {
    const { scope = '', tool = null, recipe = null } = call.query;
    return outcome(manage.snippet(scope, tool, recipe), (value) =>
      chosenType(call.route, call.accept) === 'text/plain' ? text(value.text) : json(value),
    );
  },
  'POST /v1/scopes': ({ ports, manage, call }) =>
    outcome(manage.addScope(call.body.scope ?? ''), () => json(ports.scopes())),
  'DELETE /v1/scopes': ({ ports, manage, call }) =>
    outcome(manage.removeScope(call.query.scope ?? ''), () => json(ports.scopes())),
  'GET /v1/flows': ({ manage }) => json(manage.flows()),
  'POST /v1/flows': async ({ manage, call }) =>
    outcome(await manage.addFlow(call.body.flow ?? ''), () => json(manage.flows())),
  'DELETE /v1/flows': ({ manage, call }) =>
    outcome(manage.removeFlow(call.query.id ?? ''), () => json(manage.flows())),
  'GET /v1/approvals': ({ manage }) => json(manage.pending()),
  'POST /v1/approvals': answerQuestion,
  'GET /v1/policy': async ({ manage }) => json(await manage.policy()),
  'POST /v1/policy': startPolicy,
  'GET /v1/login': watchLogin,
  'POST /v1/login': async ({ manage, call }) => {
    const { scopes = '', way = 'paste', account = null, isolate = false } = call.body;
    return outcome(await manage.startLogin({ scopes: splitScopes(scopes), way, account, isolate }), json);
  },
  'POST /v1/login/code': async ({ manage, call }) =>
    outcome(await manage.submitCode(call.body.code ?? ''), json),
  'DELETE /v1/login': ({ manage }) => json(manage.cancelLogin()),
  'POST /v1/client': async ({ ports, manage, call }) =>
    outcome(await manage.setClientId(call.body.client_id ?? ''), () => json(ports.status())),
  'POST /v1/sign-out': async ({ ports, manage, call }) => {
    const { account = null, scope = null, unconfirmed = false } = call.body;
    return outcome(await manage.signOut(account, scope, unconfirmed), () => json(ports.status()));
  },
  'POST /v1/unlock': async ({ ports, manage, call }) =>
    outcome(await manage.unlock(call.body.passphrase ?? null, call.leaving.signal), () =>
      json(ports.status()),
    ),
  'POST /v1/vault': async ({ ports, manage, call }) => {
    const { backend, passphrase = null } = call.body;
    if (backend === undefined) return problem('bad-request');
    return outcome(await manage.chooseVault(backend, passphrase), () => json(ports.status()));
  },
  'GET /v1/imports': async ({ manage, call }) => json(await manage.imports(call.query.file ?? null)),
  'POST /v1/imports': async ({ manage, call }) => {
    const { file = '', client_id: client = null } = call.body;
    return outcome(await manage.adoptImport(file, client), json);
  },
  'DELETE /v1/imports': async ({ manage, call }) => {
    const { file = '', client_id: client = null } = call.query;
    return outcome(await manage.removeImport(file, client), json);
  },
  'GET /v1/forwards': ({ manage }) => json(manage.forwards()),
  'POST /v1/forwards': async ({ manage, call }) => {
    const { host = '', scopes = '', seconds = 0 } = call.body;
    return outcome(await manage.openForward(host, splitScopes(scopes), seconds), json);
  },
  'DELETE /v1/forwards': async ({ manage, call }) =>
    (await manage.closeForward(call.query.id ?? ''))
      ? json(manage.forwards())
      : problem('not-found', 'There is no such socket.'),
};

function outcome<T>(managed: Managed<T>, answer: (value: T) => Answer): Answer {
  return managed.kind === 'done' ? answer(managed.value) : managedProblem(managed);
}

function check({ ports, manage, call }: Handled): Answer {
  const { scope, for: seconds = 0 } = call.query;
  if (ports.limit !== undefined && scope === undefined) {
    // Every kept scope would be more than what this socket was made for.
    return problem('outside-forward', 'This socket hands out some scopes only, so one has to be named.');
  }
  return outcome(manage.check(scope ?? null, seconds), json);
}

/** The answer of a person, kept in the log with the terminal that gave it. */
async function answerQuestion({ ports, manage, call }: Handled): Promise<Answer> {
  const { id = '', answer } = call.body;
  if (answer === undefined) return problem('bad-request');
  const question = manage.pending().find((one) => one.id === id);
  const result = await manage.answer(id, answer);
  if (result.kind === 'refused') return managedProblem(result);
  const how = answer === 'deny' || answer === 'never' ? 'denied' : 'allowed';
  const entry = auditEntry(call, question?.scope ?? null, question?.account ?? null, how, 'terminal');
  await ports.audit.append({ ...entry, kind: 'rule' });
  return json(manage.pending());
}

async function startPolicy({ ports, manage, call }: Handled): Promise<Answer> {
  const before = await manage.policy();
  const result = await manage.startPolicy();
  if (result.kind === 'refused') return managedProblem(result);
  if (before.state === 'absent' && result.value.state !== 'absent')
    await ports.audit.append(actEntry(call, 'terminal'));
  return json(result.value);
}

async function watchLogin({ ports, manage, call }: Handled): Promise<Answer> {
  const { wait = 0 } = call.query;
  return json(wait === 0 ? manage.login() : await loginOver(ports, manage, call.leaving, wait));
}

async function loginOver(
  { clock }: Pick<BrokerPorts, 'clock'>,
  manage: ManagePort,
  gone: Leaving,
  seconds: number,
): Promise<LoginAnswer> {
  const enough = new AbortController();
  const stop = () => enough.abort(ENOUGH);
  const cancel = clock.after(Math.min(seconds, LONGEST_WAIT) * 1_000, stop);
  gone.addEventListener('abort', stop, { once: true });
  if (gone.aborted) stop();
  try {
    return await manage.loginOver(enough.signal);
  } finally {
    cancel();
    gone.removeEventListener('abort', stop);
  }
}

/** A reason of its own: without one, each abort makes an error with a stack. */
const ENOUGH = 'waited long enough';
