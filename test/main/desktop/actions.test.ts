import { describe, expect, it } from 'vitest';
import { Actions } from '../../../main/desktop/actions.ts';
import { LOOK_AGAIN, SecretClipboard } from '../../../main/desktop/clipboard.ts';
import type { DesktopAgent } from '../../../main/desktop/agent-port.ts';
import { FakeClock, RecordingLog } from '../../support/agent-parts.ts';
import { MemoryClipboard, NOW } from '../../support/desktop.ts';

const SCOPE = 'urn:x:view_flows';
const HEADER = { scope: SCOPE, format: 'header' } as const;

/** The agent hands out one header; the rest of it is asked for nothing. */
function setup(how: 'takes it' | 'deaf' | 'broken' = 'takes it') {
  const calls: unknown[][] = [];
  const renewed: string[][] = [];
  const port = new MemoryClipboard();
  const clock = new FakeClock(NOW);
  if (how !== 'takes it') port[how] = true;
  const clipboard = new SecretClipboard({
    port,
    clock,
    clearAfterSeconds: () => 30,
    onChange: () => {},
  });
  const agent = {
    render: () =>
      Promise.resolve({ ok: true, value: { text: 'secret', what: 'header for view_flows', expiresAt: NOW } }),
    renew: (scope: string, account?: string) => {
      renewed.push(account === undefined ? [scope] : [scope, account]);
      return Promise.resolve({ ok: false, problem: { reason: 'offline', title: '', tokens: '', next: '' } });
    },
    setLocked: (locked: boolean) => void calls.push(['locked', locked]),
  } as unknown as DesktopAgent;
  const actions = new Actions({
    agent,
    clipboard,
    snippets: {
      plan: (request) =>
        Promise.resolve(
          request.format === 'header'
            ? { ok: true, value: { kind: 'with-token', request: { scope: request.scope, format: 'header' } } }
            : { ok: true, value: { kind: 'token-free', text: 'curl …', what: 'curl for view_flows' } },
        ),
    },
    signIn: () => Promise.resolve({ ok: true, value: null }),
    openWindow: (by) => void calls.push(['open', by]),
    notCopied: (request) => void calls.push(['notCopied', request]),
    nameOf: ({ format }) => `${format} for Move and publish`,
    copied: (scope, account) =>
      void calls.push(['copied', scope, ...(account === undefined ? [] : [account])]),
    quit: () => void calls.push(['quit']),
    restart: () => ({ ok: true, value: null }),
    report: ({ reason }, { kind }) => void calls.push(['report', reason, kind]),
    wentWell: ({ kind }) => void calls.push(['well', kind]),
    log: new RecordingLog(),
  });
  return { actions, calls, clipboard, clock, port, renewed };
}

/** The next turn of everything that waits for nothing but promises. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('[C38] a copy that the clipboard did not take nor keep', () => {
  it.each(['deaf', 'broken'] as const)('opens the window for its button, whoever copied: %s', async (how) => {
    const { actions, calls } = setup(how);
    for (const request of [HEADER, { ...HEADER, format: 'curl' } as const]) {
      expect(await actions.copy(request)).toMatchObject({ ok: false, problem: { reason: 'not-copied' } });
      expect(calls.splice(0)).toEqual([['notCopied', request]]);
    }
  });

  it('from the tray says so once: no second problem stands beside it', async () => {
    const { actions, calls } = setup('deaf');
    actions.perform({ kind: 'copy', ...HEADER }, 'tray');
    await settled();
    expect(calls).toEqual([['notCopied', HEADER]]);
  });

  it('opens the window also when another program soon replaced it', async () => {
    const { actions, calls, clock, port } = setup();
    for (const request of [HEADER, { ...HEADER, format: 'curl' } as const]) {
      await actions.copy(request);
      port.text = 'of another program';
      calls.splice(0);
      clock.advance(LOOK_AGAIN);
      await settled();
      expect(calls).toEqual([['notCopied', request]]);
    }
  });

  it('is not said of one that arrived', async () => {
    const { actions, calls } = setup();
    await actions.copy(HEADER);
    expect(calls).toEqual([['copied', SCOPE]]);
  });
});

it('calls a copy what people call it', async () => {
  const { actions, clipboard } = setup();
  for (const format of ['header', 'curl'] as const) {
    await actions.copy({ scope: SCOPE, format });
    expect(clipboard.view()?.what).toBe(`${format} for Move and publish`);
  }
});

it('opens the window at the tray for what was clicked there, and not for anything else', async () => {
  const { actions, calls } = setup();
  actions.perform({ kind: 'open' }, 'tray');
  actions.perform({ kind: 'open' });
  actions.perform({ kind: 'renew', scope: SCOPE }, 'tray');
  await settled();
  expect(calls).toEqual([
    ['open', 'tray'],
    ['open', 'other'],
    ['report', 'offline', 'renew'],
    ['open', 'tray'],
  ]);
});

it('tells what went well, so that what was reported of it before can go', async () => {
  const { actions, calls } = setup();
  actions.perform({ kind: 'copy', scope: SCOPE, format: 'header' }, 'tray');
  await settled();
  expect(calls.at(-1)).toEqual(['well', 'copy']);
});

it('[C37] takes the copy off the clipboard when it locks', async () => {
  const { actions, port } = setup();
  await actions.copy(HEADER);
  actions.lock();
  await settled();
  expect(port.text).toBe('');
});

it('[C13] does for an account what was clicked in its part of the menu', async () => {
  const { actions, calls, renewed } = setup();
  for (const whose of [{ scope: SCOPE }, { scope: SCOPE, account: '2' }]) {
    actions.perform({ kind: 'copy', format: 'header', ...whose }, 'tray');
    await settled();
    actions.perform({ kind: 'renew', ...whose }, 'tray');
    await settled();
  }
  expect(calls.filter(([kind]) => kind === 'copied')).toEqual([
    ['copied', SCOPE],
    ['copied', SCOPE, '2'],
  ]);
  expect(renewed).toEqual([[SCOPE], [SCOPE, '2']]);
});
