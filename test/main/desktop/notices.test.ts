import { describe, expect, it } from 'vitest';
import { heldProblem } from '../../../main/desktop/notices.ts';

const HOLDER = { kind: 'desktop', socket: null, pid: 4711, host: 'login1', since: 0 };

describe('[C59] an app that another process keeps from the sign-ins', () => {
  it('names the process of this machine, which serves its scripts', () => {
    const { next, tokens } = heldProblem(HOLDER, null, 'login1');
    expect(next).toBe('End process 4711, then start this app again.');
    expect(tokens).toContain('scripts get their tokens from it');
  });

  it.each([
    ['desktop', 'Quit the app there (process 4711), then start this app again.'],
    ['headless', 'End its agent there (kill 4711), then start this app again.'],
  ])(
    'names the machine where it is another one, on which nobody here can end a process: %s',
    (kind, next) => {
      const problem = heldProblem({ ...HOLDER, kind }, null, 'login2');
      expect(problem.title).toBe('Your sign-ins are in use on login1');
      expect(problem.next).toContain(next);
      expect(problem.tokens).not.toContain('scripts');
    },
  );
});
