import type {
  AdoptAnswer,
  CheckAnswer,
  FlowAnswer,
  ForwardAnswer,
  LoginAnswer,
  PendingAnswer,
  PolicyAnswer,
  SnippetAnswer,
} from '../../main/broker/contract.ts';
import type { Managed, ManagePort } from '../../main/broker/manage-port.ts';

type Refusal = Extract<Managed<never>, { kind: 'refused' }>;

/** What people do with the agent, written down and not done. */
export interface RecordingManage extends ManagePort {
  /** Each call with its arguments, the newest last; calls that only read are not among them. */
  readonly calls: (readonly unknown[])[];
  /** What every call that can be refused comes to; null: it is done. */
  refusal: Refusal | null;
  /** Whether a socket of this ID can be closed. */
  hasForward: boolean;
  needsPassphrase: boolean;
  policyState: PolicyAnswer['state'];
  /** Ends the sign-in that `loginOver` waits for. */
  endLogin(): void;
}

const SCOPE = 'https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a/view_flows';
const FLOW: FlowAnswer = {
  id: '30c8fd84-8e7f-4bbd-9d1c-3c5f3a4d1e2f',
  title: 'Nightly',
  scope: SCOPE,
  state: 'ready',
  expires_at: 1_800_000_000,
};
export const SNIPPET_TEXT = 'curl …';
const SNIPPET: SnippetAnswer = { scope: SCOPE, tool: 'curl', recipe: 'list-flows', text: SNIPPET_TEXT };
const CHECK: CheckAnswer = {
  scope: SCOPE,
  for: 60,
  answer: 'yes',
  until: null,
  why: 'It lives long enough.',
};
const WAITING: LoginAnswer = {
  phase: 'waiting',
  way: 'paste',
  link: 'https://auth.globus.org/v2/oauth2/authorize?client_id=x',
  port: null,
  problem: null,
};
const DONE: LoginAnswer = { ...WAITING, phase: 'done', link: null };
const FORWARD: ForwardAnswer = {
  id: 'f-1f3a',
  host: 'login.hpc.example',
  path: '/run/user/1000/globus-token-tray/forward-1f3a.sock',
  scopes: [SCOPE],
  until: 1_800_000_000,
};
const ADOPTED: AdoptAnswer = { adopted: [], already: 0, ended: [], sign_in: [], problem: null };
export const PENDING: PendingAnswer = {
  id: 'q-1f3a',
  program: '/usr/bin/python3',
  script: '/srv/backup.py',
  self_name: null,
  pid: 4_242,
  scope: SCOPE,
  scope_name: 'view_flows',
  account: 'ada@uni.example',
  since: 1_800_000_000,
  offers: ['once', 'hour'],
  lines: ['backup.py asks for view_flows'],
  behind: 0,
};

export function recordingManage(): RecordingManage {
  let endLogin = () => undefined as void;
  const ended = new Promise<void>((resolve) => (endLogin = resolve));
  const calls: (readonly unknown[])[] = [];
  const policy = (): PolicyAnswer => ({
    path: '/home/ada/.config/globus-token-tray/policy.json',
    state: port.policyState,
    count: 0,
    why: [],
    starter: '{}',
  });
  const come = <T>(value: T, ...call: readonly unknown[]): Managed<T> => {
    calls.push(call);
    return port.refusal ?? { kind: 'done', value };
  };
  const port: RecordingManage = {
    calls,
    refusal: null,
    hasForward: true,
    needsPassphrase: false,
    policyState: 'absent',
    endLogin: () => endLogin(),
    check: (scope, seconds) => come({ ...CHECK, scope, for: seconds }, 'check', scope, seconds),
    snippet: (...given) => come(SNIPPET, 'snippet', ...given),
    addScope: (scope) => come(null, 'addScope', scope),
    removeScope: (scope) => come(null, 'removeScope', scope),
    flows: () => [FLOW],
    addFlow: (flow) => Promise.resolve(come(null, 'addFlow', flow)),
    removeFlow: (id) => come(null, 'removeFlow', id),
    pending: () => [PENDING],
    answer: (...given) => Promise.resolve(come(null, 'answer', ...given)),
    policy: () => Promise.resolve(policy()),
    startPolicy: () => {
      const done = come(policy(), 'startPolicy');
      if (done.kind === 'refused') return Promise.resolve(done);
      if (port.policyState === 'absent') port.policyState = 'rules';
      return Promise.resolve({ kind: 'done', value: policy() });
    },
    login: () => WAITING,
    loginOver: (signal) => {
      calls.push(['loginOver']);
      const stopped = new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
      return Promise.race([ended.then(() => DONE), stopped.then(() => WAITING)]);
    },
    startLogin: (wish) => Promise.resolve(come(WAITING, 'startLogin', wish)),
    submitCode: (code) => Promise.resolve(come(DONE, 'submitCode', code)),
    cancelLogin: () => {
      calls.push(['cancelLogin']);
      return { ...WAITING, phase: 'idle', way: null, link: null };
    },
    setClientId: (id) => Promise.resolve(come(null, 'setClientId', id)),
    signOut: (...given) => Promise.resolve(come(null, 'signOut', ...given)),
    unlock: (passphrase) => Promise.resolve(come(null, 'unlock', passphrase)),
    chooseVault: (...given) => Promise.resolve(come(null, 'chooseVault', ...given)),
    imports: () => Promise.resolve([]),
    adoptImport: (...given) => Promise.resolve(come(ADOPTED, 'adoptImport', ...given)),
    removeImport: (...given) =>
      Promise.resolve(come({ path: given[0], revoked: 2, kept: 0 }, 'removeImport', ...given)),
    forwards: () => [FORWARD],
    openForward: (...given) => Promise.resolve(come(FORWARD, 'openForward', ...given)),
    closeForward: (id) => {
      calls.push(['closeForward', id]);
      return Promise.resolve(port.hasForward);
    },
  };
  return port;
}
