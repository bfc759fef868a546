import { describe, expect, it } from 'vitest';
import { Snippets } from '../../../main/desktop/snippets.ts';
import { PRODUCTION } from '../../../main/globus/environments.ts';
import { flowScope } from '../../../main/globus/flow-scope.ts';
import { FLOWS_SCOPES } from '../../../main/globus/scopes.ts';

const VIEW_FLOWS = FLOWS_SCOPES[0]?.scope ?? '';
const SOCKET = '/run/user/1000/globus-token/broker.sock';
const FLOW = '00000000-0000-4000-8000-00000000000a';

function setup(socket: string | null = SOCKET, flatpak = false) {
  const read: string[] = [];
  const snippets = new Snippets({
    environment: PRODUCTION,
    socket: () => socket,
    flatpak,
    flowInput: (id) => {
      read.push(id);
      return Promise.resolve({ source: 'here' });
    },
  });
  return { snippets, read };
}
const request = { scope: VIEW_FLOWS, recipe: 'get-flow', tool: 'curl', mode: 'literal', values: {} } as const;

describe('preview', () => {
  it('[C47] shows dots where a copy would hold the token', async () => {
    const { snippets } = setup();
    const shown = await snippets.preview({ ...request, values: { flow_id: 'f1' } });
    expect(shown).toMatchObject({ ok: true });
    const text = shown.ok ? shown.value.text : '';
    expect(text).toContain('Bearer ••••');
    expect(text).toContain('/flows/f1');
  });

  it('[C39] fetches by the short name, from the socket that listens', async () => {
    const { snippets } = setup();
    const shown = await snippets.preview({ ...request, mode: 'fetched' });
    expect(shown.ok && shown.value.text).toContain(`--unix-socket '${SOCKET}'`);
    expect(shown.ok && shown.value.text).toContain('scope=view_flows');
  });

  it('fills in an input that fits the flow', async () => {
    const { snippets, read } = setup();
    const scope = flowScope(FLOW);
    const shown = await snippets.preview({ ...request, scope, recipe: 'flow-start' });
    expect(shown.ok && shown.value.text).toContain('"source":"here"');
    expect(read).toEqual([FLOW]);
  });

  it.each([
    ['no-such-tool', { tool: 'wget' }],
    ['no-such-tool', { tool: 'globus-token' }],
    ['snippet-not-written', { recipe: 'get-run' }],
    ['snippet-not-written', { values: { flow_id: '..' } }],
    ['snippet-not-written', { scope: 'urn:globus:auth:scope:transfer.api.globus.org:all' }],
  ])('[C59] says %s for %j', async (reason, change) => {
    const shown = await setup().snippets.preview({ ...request, ...change });
    expect(shown).toMatchObject({ ok: false, problem: { reason } });
  });

  it('[C59] says that nothing can be fetched while the broker does not listen', async () => {
    const shown = await setup(null).snippets.preview({ ...request, mode: 'fetched' });
    expect(shown).toMatchObject({ ok: false, problem: { reason: 'broker-not-started' } });
  });

  it('[C59] offers no new start where the broker never listens, in a Flatpak', async () => {
    const shown = await setup(null, true).snippets.preview({ ...request, mode: 'fetched' });
    const next = shown.ok ? null : shown.problem.next;
    expect(next).toBe('Copy the command with the token in it, or use another package of this app.');
  });
});

describe('plan of a copy', () => {
  const curl = { scope: VIEW_FLOWS, format: 'curl' } as const;

  it('[C39] holds no token by default while the broker listens', async () => {
    const plan = await setup().snippets.plan(curl);
    expect(plan).toMatchObject({ ok: true, value: { kind: 'token-free', what: 'curl for view_flows' } });
    expect(plan.ok && plan.value.kind === 'token-free' && plan.value.text).toContain('--unix-socket');
  });

  it('holds one by default when nothing can be fetched', async () => {
    expect(await setup(null).snippets.plan(curl)).toMatchObject({
      ok: true,
      value: { kind: 'with-token', request: { scope: VIEW_FLOWS, format: 'curl', tool: 'curl' } },
    });
  });

  it.each([
    ['with-token', { mode: 'literal' }],
    ['token-free', { mode: 'variable' }],
    ['token-free', { tool: 'globus-cli', mode: 'literal' }],
    ['token-free', { tool: 'globus-cli' }],
    ['token-free', { tool: 'globus-token' }],
  ] as const)('is %s for %j', async (kind, change) => {
    expect(await setup().snippets.plan({ ...curl, ...change })).toMatchObject({ ok: true, value: { kind } });
  });

  it('has a token in a header, always', async () => {
    const plan = await setup().snippets.plan({ scope: VIEW_FLOWS, format: 'header' });
    expect(plan).toEqual({
      ok: true,
      value: { kind: 'with-token', request: { scope: VIEW_FLOWS, format: 'header' } },
    });
  });

  it('[C59] asks for no token when the snippet cannot be written', async () => {
    const plan = await setup().snippets.plan({
      ...curl,
      recipe: 'get-flow',
      mode: 'literal',
      values: { flow_id: '..' },
    });
    expect(plan).toMatchObject({ ok: false, problem: { reason: 'snippet-not-written' } });
  });
});
