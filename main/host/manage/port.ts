import type { ManagePort } from '../../broker/manage-port.ts';
import { setClientId, signOut } from './account.ts';
import { Attempts } from './attempts.ts';
import { check } from './forecast.ts';
import { adoptImport, imports, removeImport } from './imports.ts';
import { addFlow, addScope, allKept, flows, removeFlow, removeScope } from './kept.ts';
import { Login } from './login.ts';
import type { ManageParts } from './parts.ts';
import { answer, pending, policy, startPolicy } from './questions.ts';
import { refused } from './refusals.ts';
import { snippet } from './snippet.ts';
import { chooseVault, unlock } from './vault.ts';

/** What people do with the agent from the command line, the same with a window and without. */
export function createManagePort(parts: ManageParts): ManagePort {
  const { agent, forwards, vault } = parts;
  const login = new Login(parts);
  // Two at once would ask the vault and the settings in between each other.
  const inTurn = turns();
  const attempts = new Attempts(parts.clock, inTurn);
  return {
    check: (scope, seconds) => check(parts, scope, seconds),
    snippet: (scope, tool, recipe) => snippet(parts, scope, tool, recipe),
    addScope: (scope) => addScope(parts, scope),
    removeScope: (scope) => removeScope(parts, scope),
    flows: () => flows(parts),
    addFlow: (flow) => addFlow(parts, flow),
    removeFlow: (id) => removeFlow(parts, id),
    pending: () => pending(parts),
    answer: (id, given) => Promise.resolve(answer(parts, id, given)),
    policy: () => policy(parts),
    startPolicy: () => startPolicy(parts),
    login: () => login.answer(),
    loginOver: (signal) => login.over(signal),
    startLogin: (wish) => login.start(wish),
    submitCode: (code) => login.submitCode(code),
    cancelLogin: () => login.cancel(),
    setClientId: (id) => Promise.resolve(setClientId(parts, id)),
    signOut: (...wish) => signOut(parts, ...wish),
    unlock(passphrase, signal) {
      // As it is when it is asked for: a lock that comes while the attempt waits counts.
      const wasLocked = agent.locked;
      return attempts.make(() => unlock(parts, passphrase, wasLocked), signal);
    },
    get needsPassphrase() {
      return vault.backend === 'passphrase';
    },
    chooseVault: (backend, passphrase) => inTurn(() => chooseVault(parts, backend, passphrase)),
    imports: (file) => imports(parts, file),
    adoptImport: (file, client) => adoptImport(parts, file, client),
    removeImport: (file, client) => removeImport(parts, file, client),
    forwards: () => forwards.list(),
    async openForward(host, texts, seconds) {
      if (agent.locked) return refused('locked');
      const scopes = allKept(parts, texts);
      return Array.isArray(scopes) ? forwards.open(host, scopes, seconds) : scopes;
    },
    closeForward: (id) => forwards.close(id),
  };
}

function turns(): <T>(run: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (run) => {
    const turn = last.then(run);
    last = turn.catch(() => undefined);
    return turn;
  };
}
