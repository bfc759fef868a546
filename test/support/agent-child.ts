import { createAgent } from '../../main/agent.ts';
import { askSealed } from '../../main/broker/sibling.ts';
import { demoEnvironment } from '../../main/globus/environments.ts';
import { systemLockEffects } from '../../main/session/locks/effects.ts';
import { openLocks } from '../../main/session/locks/os-locks.ts';
import { MemorySettingsStore } from '../../main/settings/store.ts';
import type { AgentChildStart } from './agent-process.ts';
import { realClock, RecordingLog } from './agent-parts.ts';
import { brokerRig } from './broker-rig.ts';
import { FileVault } from './file-vault.ts';

/**
 * One agent in a process of its own: real locks, real socket (where `socket` names one), the vault in files.
 * Answers every scope that it is sent with the token that a renewal gave; `null` is a sign-out.
 */
const start = JSON.parse(process.argv[2] ?? '') as AgentChildStart;
const { socket } = start;
const agent = createAgent({
  clock: realClock,
  random: () => 0.5,
  fetch,
  openBrowser: () => Promise.reject(new Error('no browser')),
  vault: new FileVault(start.vault),
  settings: new MemorySettingsStore(start.settings),
  log: new RecordingLog(),
  hostname: 'lab-pc',
  environment: demoEnvironment(start.ports),
  locks: openLocks(start.locks, systemLockEffects(realClock, process.platform)),
  sibling: { about: () => ({ kind: 'headless', socket }), askSealed },
});
if (socket !== null) {
  await brokerRig({ path: socket, isSibling: () => true, sealed: (grant) => agent.sealed(grant) });
}
const renewed = async (scope: string): Promise<unknown> => {
  await agent.renew(scope);
  const result = await agent.accessToken(scope, 0);
  return result.kind === 'token' ? result.token.value : result;
};
process.on('message', ({ id, scope }: { id: number; scope: string | null }) => {
  void (scope === null ? agent.signOut() : renewed(scope)).then((answer) => process.send?.({ id, answer }));
});
// Without the test there is nothing to do.
process.on('disconnect', () => process.exit(0));
process.send?.({ ready: true });
