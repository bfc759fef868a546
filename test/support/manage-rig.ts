import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRules } from '../../main/broker/approvals/rules.ts';
import { memoryTextFile, openTextFile } from '../../main/broker/approvals/text-file.ts';
import type { ManagePort } from '../../main/broker/manage-port.ts';
import { type HeadlessGate, headlessApprovals } from '../../main/headless/approvals.ts';
import { PolicyFile } from '../../main/headless/policy-file.ts';
import { policyPort } from '../../main/headless/policy-port.ts';
import { ChosenVault } from '../../main/host/chosen-vault.ts';
import { lazyFlowBook } from '../../main/host/flow-book.ts';
import type { ManagedForwards, ManageParts } from '../../main/host/manage/parts.ts';
import { createManagePort } from '../../main/host/manage/port.ts';
import { MemoryVault } from '../../main/vault/memory.ts';
import { PassphraseVault } from '../../main/vault/passphrase.ts';
import type { Vault } from '../../main/vault/types.ts';
import { startSandbox } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { MemorySettingsStore } from '../../main/settings/store.ts';
import { DurableVault } from './durable-vault.ts';
import { FakeClock, realClock } from './agent-parts.ts';
import { ALL_SCOPES, type SandboxAgent, sandboxAgent, type SandboxAgentOptions } from './sandbox-agent.ts';

/** The port for the command line over a real agent and the sandbox; questions are answered as without a window. */
export interface ManageRig extends SandboxAgent {
  readonly chosen: ChosenVault;
  readonly manage: ManagePort;
  readonly gate: HeadlessGate;
  readonly sandbox: Sandbox;
  readonly folder: string;
  readonly policyPath: string;
  /** Of the questions alone. */
  readonly clock: FakeClock;
  signIn(): Promise<void>;
  close(): Promise<void>;
}

export async function manageRig(
  options: SandboxAgentOptions = {},
  parts: (made: ManageParts) => Partial<ManageParts> = () => ({}),
): Promise<ManageRig> {
  const [sandbox, folder] = await Promise.all([startSandbox(), mkdtemp(join(tmpdir(), 'manage-'))]);
  const { vault, settings: own } = testVault(sandbox, folder, options.vault);
  const made = sandboxAgent(sandbox, { settings: own, ...options, vault });
  const { agent, log, settings } = made;
  const clock = new FakeClock();
  const policyPath = join(folder, 'policy.json');
  const policy = new PolicyFile(
    openTextFile(policyPath, () => clock.now()),
    log,
  );
  const gate = headlessApprovals({
    rules: openRules({
      file: memoryTextFile(),
      policy: () => policy.rules,
      clock,
      random: Math.random,
      log,
    }),
    policy,
    policyPath,
    clock,
    random: Math.random,
    isLocked: () => agent.locked,
    denyAll: () => settings.get().denyAll,
    log,
    named: true,
  });
  const all: ManageParts = {
    agent,
    settings,
    vault,
    clock: realClock,
    log,
    kind: 'headless',
    home: null,
    questions: gate,
    policyPath,
    policy: policyPort(policyPath, policy),
    forwards: NO_FORWARDS,
    flowBook: lazyFlowBook({ agent, clock: realClock, log, fetch }),
    socket: () => '/run/user/1000/globus-token/broker.sock',
  };
  await agent.start();
  return {
    ...made,
    chosen: vault,
    manage: createManagePort({ ...all, ...parts(all) }),
    gate,
    sandbox,
    folder,
    policyPath,
    clock,
    async signIn() {
      const result = await agent.signIn({ scopes: ALL_SCOPES, way: 'browser' });
      if (!result.ok) throw new Error(result.problem.title);
    },
    async close() {
      agent.close();
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** test/main/host/forwards.test.ts has the real ones. */
const NO_FORWARDS: ManagedForwards = {
  list: () => [],
  open: (host, scopes, seconds) =>
    Promise.resolve({
      kind: 'done',
      value: { id: 'f-1', host, path: '/none', scopes: [...scopes], until: seconds },
    }),
  close: () => Promise.resolve(false),
  closeAll: () => Promise.resolve(),
};

/** Cheap to try: what a passphrase is worth is not what these tests are about. */
const COST = { logN: 10, r: 8, p: 1 };

/** The vaults that an agent chooses from, and its settings: nothing chosen yet, a keychain that works. */
export function testVault(sandbox: Sandbox, folder: string, keychain: Vault = new DurableVault()) {
  const clientId = [...sandbox.clients][0] ?? '';
  const settings = new MemorySettingsStore({ clientId, scopeEntries: ALL_SCOPES });
  const passphrase = new PassphraseVault({
    path: join(folder, 'vault.bin'),
    marks: {
      get: () => settings.get().vaultFile,
      set: (vaultFile) => settings.update((old) => ({ ...old, vaultFile })),
    },
    uid: process.getuid?.() ?? null,
    cost: COST,
  });
  return { settings, vault: new ChosenVault({ keychain, passphrase, memory: new MemoryVault() }, null) };
}
