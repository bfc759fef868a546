import { afterAll, afterEach, beforeAll } from 'vitest';
import { buildVaultChild, VaultProcess } from './vault-process.ts';

export const NAME = 'production/client/sub/flows.globus.org/grant';
export const ENTRY = {
  refreshToken: 'canary-refresh-token',
  scopes: ['https://auth.globus.org/scopes/x/view_flows'],
};
export const DONE = { kind: 'done' };
export const ABSENT = { kind: 'absent' };
export const found = (entry: typeof ENTRY) => ({ kind: 'found', entry });
export const FOUND = found(ENTRY);
export const trouble = (kind: string) => ({ kind: 'trouble', trouble: kind });

export interface VaultRig {
  /** Closes it after the test, the newest first. @returns the same */
  closing<T extends { close(): Promise<void> }>(session: T): T;
  /** A vault in a process of its own in this environment, gone after the test. */
  vault(env: Record<string, string>, deadline?: number): Promise<VaultProcess>;
}

/** Of one test file, about vaults against a real keyring: each test has sessions and processes of its own. */
export function vaultRig(): VaultRig {
  let code: Awaited<ReturnType<typeof buildVaultChild>>;
  const cleanups: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    code = await buildVaultChild();
  }, 60_000);
  afterAll(() => code.remove());
  afterEach(async () => {
    while (cleanups.length > 0) await cleanups.pop()?.();
  }, 30_000);
  return {
    closing(session) {
      cleanups.push(() => session.close());
      return session;
    },
    async vault(env, deadline) {
      const opened = await VaultProcess.open({
        file: code.file,
        env,
        ...(deadline === undefined ? {} : { deadline }),
      });
      cleanups.push(() => opened.end());
      return opened;
    },
  };
}
