import { afterEach, describe, expect, it } from 'vitest';
import {
  hardenProcess,
  PR_SET_DUMPABLE,
  type ProcessCalls,
  PT_DENY_ATTACH,
  RLIMIT_CORE,
} from '../../../main/host/harden.ts';

/** A libc that only writes down what it is asked; `refused`: calls that fail, as they are written down. */
function fakeCalls(refused: readonly string[] = []) {
  const asked: string[] = [];
  const answer = (call: string): number => {
    asked.push(call);
    return refused.includes(call) ? -1 : 0;
  };
  const calls: ProcessCalls = {
    setrlimit: (resource, soft, hard) => answer(`setrlimit ${resource} ${soft} ${hard}`),
    prlimit: (pid, resource, soft, hard) => answer(`prlimit ${pid} ${resource} ${soft} ${hard}`),
    prctl: (option, value) => answer(`prctl ${option} ${value}`),
    ptrace: (request) => answer(`ptrace ${request}`),
  };
  return { asked, load: () => calls };
}

const listeners = () => process.listeners('SIGUSR1');
const before = listeners();
afterEach(() => {
  for (const listener of listeners()) if (!before.includes(listener)) process.off('SIGUSR1', listener);
});

describe('hardenProcess', () => {
  it.each([
    ['linux', 'kept out', [`setrlimit ${RLIMIT_CORE} 1 1`, `prctl ${PR_SET_DUMPABLE} 0`]],
    ['linux', 'let in', [`setrlimit ${RLIMIT_CORE} 1 1`]],
    ['darwin', 'kept out', [`setrlimit ${RLIMIT_CORE} 0 0`, `ptrace ${PT_DENY_ATTACH}`]],
    ['darwin', 'let in', [`setrlimit ${RLIMIT_CORE} 0 0`]],
    ['win32', 'kept out', []],
  ] as const)('[C25] on %s, debuggers %s, asks the system for %j', (platform, debuggers, expected) => {
    const { asked, load } = fakeCalls();
    expect(hardenProcess({ platform, debuggers }, load)).toEqual([]);
    expect(asked).toEqual(expected);
  });

  it('takes 0 for the core where the hard limit is 0 already', () => {
    const { asked, load } = fakeCalls([`setrlimit ${RLIMIT_CORE} 1 1`]);
    expect(hardenProcess({ platform: 'linux', debuggers: 'let in' }, load)).toEqual([]);
    expect(asked.at(-1)).toBe(`setrlimit ${RLIMIT_CORE} 0 0`);
  });

  it('limits what it started before as itself', () => {
    const { asked, load } = fakeCalls(['prlimit 7 4 1 1']);
    const helpers = () => [7, 8];
    expect(hardenProcess({ platform: 'linux', debuggers: 'let in', helpers }, load)).toEqual([]);
    expect(asked.slice(1)).toEqual([`prlimit 7 ${RLIMIT_CORE} 1 1`, `prlimit 8 ${RLIMIT_CORE} 1 1`]);
  });

  it('names what was refused, and goes on with the rest', () => {
    const limits = [1, 0].map((limit) => `setrlimit ${RLIMIT_CORE} ${limit} ${limit}`);
    const { load } = fakeCalls([...limits, `prctl ${PR_SET_DUMPABLE} 0`]);
    expect(hardenProcess({ platform: 'linux', debuggers: 'kept out' }, load)).toEqual([
      'a crash may write its memory to disk',
      'a debugger may read its memory',
    ]);
  });

  it('goes on without a library to call libc with, and says so', () => {
    const load = () => {
      throw new Error('no koffi here');
    };
    expect(hardenProcess({ platform: 'linux', debuggers: 'kept out' }, load)).toHaveLength(1);
  });

  it('leaves Node’s own signal for its inspector alone where debuggers are let in', () => {
    const { load } = fakeCalls();
    hardenProcess({ platform: 'linux', debuggers: 'let in' }, load);
    expect(listeners()).toEqual(before);
    hardenProcess({ platform: 'linux', debuggers: 'kept out' }, load);
    expect(listeners()).toHaveLength(before.length + 1);
  });
});
