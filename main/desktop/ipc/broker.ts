import { homedir } from 'node:os';
import type { Answer, ProblemView } from '../../../preload/contract.ts';
import type { AuditEntry } from '../../broker/contract.ts';
import { rootOf } from '../../globus/scope-string.ts';
import { auditView, ruleView } from '../broker-views.ts';
import { brokerProblem } from '../notices.ts';
import { problemView } from '../problem-view.ts';
import { DONE, type CallContext } from './context.ts';
import type { Handlers } from './register.ts';

type Names = 'approvals.list' | 'approvals.revoke' | 'approvals.denyAll' | 'audit.list';
/** Lines that are looked through for those of one scope. */
const LOOK_BACK = 1_000;
type Control = NonNullable<Awaited<ReturnType<CallContext['broker']>>>;

/** Approvals and audit log; also while the app is locked, because none of it hands anything out. */
export function brokerHandlers({ broker }: Pick<CallContext, 'broker'>): Pick<Handlers, Names> {
  const withBroker = async <T>(run: (control: Control) => Answer<T> | Promise<Answer<T>>) => {
    const control = await broker();
    return control === null ? refused(problemView(brokerProblem(undefined))) : run(control);
  };
  return {
    'approvals.list': () =>
      withBroker(async (control) => ok((await control.rules()).map((rule) => ruleView(rule, homedir())))),
    'approvals.revoke': ({ id }) => withBroker((control) => revoke(control, id)),
    'approvals.denyAll': ({ on }) =>
      withBroker((control) => {
        const unsaved = control.setDenyAll(on);
        return unsaved === null
          ? DONE
          : refused({ ...(on ? DENIES_FOR_NOW : OPEN_FOR_NOW), detail: unsaved });
      }),
    'audit.list': ({ limit, scope }) =>
      withBroker((control) => ok(newest(control, limit, scope).map((entry) => auditView(entry, homedir())))),
  };
}

/** Of one scope: among the newest lines, so that a long log costs no more than a look at it. */
function newest(control: Control, limit: number, scope: string | undefined): AuditEntry[] {
  if (scope === undefined) return control.newest(limit);
  const root = rootOf(scope);
  return control
    .newest(LOOK_BACK)
    .filter((entry) => entry.scope !== null && rootOf(entry.scope) === root)
    .slice(0, limit);
}

async function revoke(control: Control, id: string): Promise<Answer> {
  try {
    return (await control.revoke(id)) ? DONE : refused(GONE);
  } catch (error) {
    return refused({ ...NOT_SAVED, ...(error instanceof Error ? { detail: error.message } : {}) });
  }
}

function ok<T>(value: T): Answer<T> {
  return { ok: true, value };
}

function refused(problem: ProblemView): Extract<Answer, { ok: false }> {
  return { ok: false, problem };
}

const DENIES_FOR_NOW: ProblemView = {
  reason: 'deny-all-not-saved',
  title: 'Every script is refused, but only until the app quits',
  tokens: 'Nothing is handed out now; the switch could not be saved.',
  next: 'Make the settings file writable, then turn the switch off and on.',
};
const OPEN_FOR_NOW: ProblemView = {
  reason: 'deny-all-not-saved',
  title: 'Scripts can ask again, but only until the app quits',
  tokens: 'Your tokens are fine; after a restart every script would be refused again.',
  next: 'Make the settings file writable, then turn the switch on and off.',
};
const GONE: ProblemView = {
  reason: 'no-such-rule',
  title: 'This approval has ended already',
  tokens: 'Nothing was changed.',
  next: 'Look at the list again.',
};
const NOT_SAVED: ProblemView = {
  reason: 'rules-not-saved',
  title: 'The approval is off, but the file could not be written',
  tokens: 'The program is asked about again from now on; after a restart the old answer would be back.',
  next: 'Make the data folder writable. Should the approval be back after a restart, revoke it again.',
};
