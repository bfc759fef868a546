import { describe, expect, it } from 'vitest';
import { oidcHandlers } from '../../../../main/desktop/ipc/oidc.ts';
import { CALL_SCHEMAS } from '../../../../main/desktop/ipc/schemas.ts';
import { SecretClipboard } from '../../../../main/desktop/clipboard.ts';
import type { Problem } from '../../../../main/effects.ts';
import { FakeClock } from '../../../support/agent-parts.ts';
import { NOW } from '../../../support/desktop.ts';

const VIEW = { on: true, path: '/run/oidc.sock', exportLine: 'export OIDC_SOCK=/run/oidc.sock' };
const PROBLEM: Problem = { reason: 'oidc-not-started', title: 'No', tokens: 'Fine.', next: 'Wait.' };
const DONE = { ok: true, value: null };

function setup(problem: Problem | null = null, view: typeof VIEW | null = VIEW, there = true) {
  const calls: unknown[] = [];
  let text = '';
  const clipboard = new SecretClipboard({
    port: {
      write: (written, secret) => {
        calls.push(['write', written, secret]);
        text = written;
        return Promise.resolve();
      },
      read: () => Promise.resolve(text),
      clear: () => Promise.resolve(),
    },
    clock: new FakeClock(NOW),
    clearAfterSeconds: () => 30,
    onChange: () => {},
  });
  const socket = {
    view: () => view,
    set: (on: boolean) => {
      calls.push(['set', on]);
      return Promise.resolve(problem);
    },
  };
  return { calls, handlers: oidcHandlers({ clipboard, oidc: () => Promise.resolve(there ? socket : null) }) };
}

describe('the oidc-agent switch', () => {
  it('reaches the socket', async () => {
    const { calls, handlers } = setup();
    expect(await handlers['oidc.set']({ on: true })).toEqual(DONE);
    expect(await handlers['oidc.set']({ on: false })).toEqual(DONE);
    expect(calls).toEqual([
      ['set', true],
      ['set', false],
    ]);
  });

  it('[C59] answers what went wrong, own fields only', async () => {
    const { handlers } = setup({ ...PROBLEM, cause: 'inner' } as Problem);
    expect(await handlers['oidc.set']({ on: true })).toEqual({ ok: false, problem: PROBLEM });
  });

  it('copies the export line as what is no secret', async () => {
    const { calls, handlers } = setup();
    expect(await handlers['oidc.copyExport'](null)).toEqual(DONE);
    expect(calls).toEqual([['write', VIEW.exportLine, false]]);
  });

  it.each([
    ['it is not offered', setup(null, null)],
    ['the broker could not be set up', setup(null, VIEW, false)],
  ])('[C59] says so when %s', async (_title, { handlers }) => {
    expect(await handlers['oidc.copyExport'](null)).toMatchObject({
      ok: false,
      problem: { reason: 'broker-not-started' },
    });
  });

  it.each([
    ['oidc.set', null],
    ['oidc.set', { on: 'yes' }],
    ['oidc.set', { on: true, path: '/x' }],
    ['oidc.copyExport', {}],
  ] as const)('[C44] %s refuses %o', (name, request) => {
    expect(CALL_SCHEMAS[name].safeParse(request).success).toBe(false);
  });
});
