import { describe, expect, it } from 'vitest';
import { aboutScope, createTokenSource, scopeAnswers } from '../../../main/broker/token-source.ts';
import { sandboxAgents } from '../../support/sandbox-agents.ts';
import { ALL_SCOPES, scopeOf } from '../../support/sandbox-agent.ts';
import { PASSPHRASE_LABEL } from '../../../main/vault/passphrase-messages.ts';

const HOUR = 3_600_000;
const VIEW = scopeOf('view_flows');
const rig = sandboxAgents();

function setup() {
  const made = rig.make();
  return { ...made, tokens: createTokenSource(made.agent, Date.now) };
}

async function signedIn() {
  const made = setup();
  await made.agent.signIn({ scopes: ALL_SCOPES, way: 'browser' });
  return made;
}

describe('the token source over the agent', () => {
  it('finds kept scopes by short name and by full string, and no others', () => {
    const { tokens } = setup();
    expect(tokens.find('view_flows')).toEqual({ scope: VIEW, name: 'view_flows' });
    expect(tokens.find(VIEW)).toEqual({ scope: VIEW, name: 'view_flows' });
    expect(tokens.find('openid')).toBeNull();
  });

  it('finds a kept flow by flow:<id> and by its scope with dependent scopes, and answers with the root', () => {
    const { tokens, agent } = setup();
    const id = '0a4c8d20-9b0e-4b6e-8a53-3f3b7c1d2e4f';
    expect(tokens.find(`flow:${id}`)).toBeNull();
    const added = agent.addScope(`flow:${id}[*transfer:all]`);
    const scope = added.ok ? added.value : '';
    for (const text of [`flow:${id}`, scope, `${scope}[*transfer:all]`, `flow:${id.toUpperCase()}`]) {
      expect(tokens.find(text)).toEqual({ scope, name: `flow:${id}` });
    }
  });

  it('knows the signed-in account by username and by identity, and nobody else', async () => {
    expect(setup().tokens.account(null)).toBeNull();
    const { tokens, agent } = await signedIn();
    const { sub = '', username = '' } = agent.snapshot().account ?? {};
    for (const text of [null, sub, username]) expect(tokens.account(text)).toEqual({ sub, username });
    expect(tokens.account('eve@uni.example')).toBeNull();
  });

  it('hands out a token that the server issued, with all that it can do', async () => {
    const { tokens } = await signedIn();
    const outcome = await tokens.token(VIEW, 0);
    if (outcome.kind !== 'token') throw new Error(outcome.reason);
    expect(rig.sandbox.issued).toContain(outcome.value);
    expect(outcome.scopes).toContain(VIEW);
    expect(outcome.resourceServer).toBe('flows.globus.org');
    expect(outcome.expiresAt - Date.now()).toBeGreaterThan(40 * HOUR);
  });

  it('says what is missing: sign-in, consent, life', async () => {
    const signedOut = await setup().tokens.token(VIEW, 0);
    expect(signedOut).toMatchObject({ kind: 'refused', reason: 'needs-sign-in' });
    const made = setup();
    await made.agent.signIn({ scopes: [VIEW], way: 'browser' });
    expect(await made.tokens.token(scopeOf('run'), 0)).toMatchObject({ reason: 'needs-consent' });
    expect(await made.tokens.token(VIEW, 1000 * HOUR)).toMatchObject({ reason: 'expires-too-soon' });
  });

  it('gives no token of another account than the one that was asked about', async () => {
    const { tokens } = await signedIn();
    expect(await tokens.token(VIEW, 0, 'another sub')).toMatchObject({ reason: 'unknown-account' });
  });

  it('[C53] says that Globus could not be reached, and keeps the sign-in', async () => {
    const { tokens, agent } = await signedIn();
    rig.sandbox.addFault({ host: 'auth', path: '/v2/oauth2/token', kind: 'status', status: 503 });
    expect(await tokens.token(VIEW, 47.99 * HOUR)).toMatchObject({ reason: 'unreachable' });
    expect(agent.snapshot().account).not.toBeNull();
  });

  it('[C29] gives nothing while locked, drops what it had, and mints again afterwards', async () => {
    const { tokens, agent } = await signedIn();
    const before = await tokens.token(VIEW, 0);
    agent.setLocked(true);
    expect(tokens.locked).toBe(true);
    expect(await tokens.token(VIEW, 0)).toMatchObject({ reason: 'locked' });
    expect(await agent.render({ scope: VIEW, format: 'header' })).toMatchObject({
      ok: false,
      problem: { reason: 'locked' },
    });
    expect(agent.snapshot().scopes.map((one) => one.expiresAt)).toEqual(ALL_SCOPES.map(() => null));
    agent.setLocked(false);
    const after = await tokens.token(VIEW, 0);
    expect(after.kind).toBe('token');
    expect(after).not.toEqual(before);
  });

  it('[C29] keeps no token of a renewal that was under way when the lock came', async () => {
    const { tokens, agent } = await signedIn();
    const renewing = tokens.token(VIEW, 1000 * HOUR);
    agent.setLocked(true);
    expect(await renewing).toMatchObject({ reason: 'locked' });
    expect(agent.snapshot().scopes.map((one) => one.expiresAt)).toEqual(ALL_SCOPES.map(() => null));
  });

  it.each([
    ['missing', 'collection', 'vault-trouble', 'collection'],
    ['missing', 'bus', 'vault-trouble', 'bus'],
    ['locked', undefined, 'vault-trouble', 'locked'],
    ['denied', undefined, 'vault-trouble', 'denied'],
    ['slow', undefined, 'vault-trouble', 'slow'],
  ] as const)(
    '[C27] says that the vault is %s (%s) by a code of its own, in the vault’s words',
    async (trouble, absence, reason, code) => {
      const { tokens, agent, vault } = await signedIn();
      const describe = { ...vault.describe(), ...(absence === undefined ? {} : { absence }) };
      vault.describe = () => describe;
      vault.read = () => Promise.resolve({ kind: 'trouble', trouble });
      const outcome = await tokens.token(VIEW, 47.99 * HOUR);
      expect(outcome).toMatchObject({ kind: 'refused', reason, trouble: code });
      const { problem } = agent.snapshot();
      expect(outcome).toMatchObject({
        detail: `${problem?.title ?? ''}. ${problem?.tokens ?? ''}`,
        next: problem?.next,
      });
    },
  );

  it('[C29] says of a passphrase file without its passphrase that it is locked, as of the app', async () => {
    const { agent, tokens, vault } = setup();
    const describe = { ...vault.describe(), backend: 'passphrase' as const, label: PASSPHRASE_LABEL };
    vault.describe = () => describe;
    await agent.signIn({ scopes: ALL_SCOPES, way: 'browser' });
    vault.read = () => Promise.resolve({ kind: 'trouble', trouble: 'locked' });
    expect(await tokens.token(VIEW, 47.99 * HOUR)).toMatchObject({ kind: 'refused', reason: 'locked' });
  });

  it('describes the scopes for the API and for the prompt, without a token', async () => {
    const { agent } = await signedIn();
    const answers = scopeAnswers(agent);
    expect(answers.map(({ name }) => name)).toContain('run_status');
    expect(answers[0]).toMatchObject({ name: 'view_flows', scope: VIEW, state: 'ready' });
    expect(answers[0]?.also_allows).toContain('run');
    const about = aboutScope(agent, VIEW, Date.now());
    expect(about?.definition).toBe('Grants ability to view flows');
    expect(about?.lifetime).toBeGreaterThan(40 * HOUR);
    const text = JSON.stringify([answers, about]);
    for (const secret of rig.sandbox.issued) expect(text.includes(secret)).toBe(false);
  });
});
