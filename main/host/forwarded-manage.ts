import type { ManagePort } from '../broker/manage-port.ts';
import { refused } from './manage/refusals.ts';

const NO = refused('outside-forward');
const IDLE = { phase: 'idle', way: null, link: null, port: null, problem: null } as const;

/**
 * What another machine gets of the port: whether a token will last, and snippets. The broker refuses it all the
 * rest before it gets here; this is the second wall, so that a mistake there opens nothing.
 */
export function onlyTells(manage: Pick<ManagePort, 'check' | 'snippet'>): ManagePort {
  const refuse = () => Promise.resolve(NO);
  return {
    check: (scope, seconds) => manage.check(scope, seconds),
    snippet: (scope, tool, recipe) => manage.snippet(scope, tool, recipe),
    addScope: () => NO,
    removeScope: () => NO,
    flows: () => [],
    addFlow: refuse,
    removeFlow: () => NO,
    pending: () => [],
    answer: refuse,
    policy: () => Promise.resolve({ path: '', state: 'absent', count: 0, why: [], starter: '' }),
    startPolicy: refuse,
    login: () => IDLE,
    loginOver: () => Promise.resolve(IDLE),
    startLogin: refuse,
    submitCode: refuse,
    cancelLogin: () => IDLE,
    setClientId: refuse,
    signOut: refuse,
    unlock: refuse,
    needsPassphrase: false,
    chooseVault: refuse,
    imports: () => Promise.resolve([]),
    adoptImport: refuse,
    removeImport: refuse,
    forwards: () => [],
    openForward: refuse,
    closeForward: () => Promise.resolve(false),
  };
}
