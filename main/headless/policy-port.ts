import { open, rm } from 'node:fs/promises';
import { STARTER_POLICY } from '../broker/approvals/policy.ts';
import type { PolicyAnswer } from '../broker/contract.ts';
import type { ManagedPolicy } from '../host/manage/parts.ts';
import type { PolicyFile } from './policy-file.ts';
import { NOBODY_DECIDES } from './who-decides.ts';

/** The policy file as people ask for it, and as the first sign-in on a server may write it. */
export function policyPort(path: string, file: Pick<PolicyFile, 'refresh'>): ManagedPolicy {
  const read = async (): Promise<PolicyAnswer> => {
    const state = await file.refresh();
    return {
      path,
      state: state.kind,
      count: state.kind === 'rules' ? state.count : 0,
      why: state.kind === 'bad' ? [...state.why] : [],
      starter: STARTER_POLICY,
    };
  };
  return {
    read,
    async start() {
      await writeNew(path, STARTER_POLICY);
      return read();
    },
  };
}

/** Where no rule is about anybody: nothing is read, and no policy is offered or written. */
export function unusedPolicy(path: string): ManagedPolicy {
  const answer: PolicyAnswer = {
    ...{ path, state: 'bad', count: 0, why: [NOBODY_DECIDES], starter: STARTER_POLICY },
  };
  const read = () => Promise.resolve(answer);
  return { read, start: read };
}

/** Never over another file, nor through a symlink. */
async function writeNew(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return null;
    throw error;
  });
  if (file === null) return;
  try {
    await file.writeFile(text);
    await file.sync();
  } catch (error) {
    // Half of one would count as a mistake of its owner.
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}
