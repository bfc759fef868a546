import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import type { Adopted } from '../../../main/imports/types.ts';
import type { Sandbox } from '../../sandbox/types.ts';
import { foreignSignIn, registerInstance } from '../../support/foreign-sign-in.ts';
import { TRANSFER_ALL } from '../../support/native-app.ts';
import { AUTH_SERVER, FLOWS_SERVER, type ImportRig, rigPerTest, secretsOf, VIEW_FLOWS } from './rig.ts';

// A sandbox, or a Python, on a busy machine.
vi.setConfig({ testTimeout: 20_000 });

const TUTORIAL = '61338d24-54d5-408f-a10d-66c06b59f6d2';
const ADA = '11111111-1111-4111-8111-111111111111';
const GRACE = '22222222-2222-4222-8222-222222222222';
const SCOPES = `openid profile email ${VIEW_FLOWS} ${TRANSFER_ALL}`;

let sandbox: Sandbox;
let rig: ImportRig;
rigPerTest((made) => {
  rig = made;
  sandbox = made.sandbox;
});

async function adopt(path: string, named: string | null = null): Promise<Adopted> {
  const result = await rig.imports.adopt(path, named);
  if (!result.ok) throw new Error(result.problem.reason);
  return result.value;
}

async function refusal(path: string): Promise<string> {
  const result = await rig.imports.adopt(path, null);
  return result.ok ? 'done' : result.problem.reason;
}

describe('adopting a token file of the app’s own client', () => {
  it('puts each grant into the vault under the account that Globus names, and its scopes on the list', async () => {
    const tokens = await foreignSignIn(sandbox, SCOPES, undefined, ADA);
    const path = rig.sdkFile(tokens);
    const before = readFileSync(path);
    const adopted = await adopt(path);
    expect(adopted).toMatchObject({ already: 0, ended: [], signIn: [], problem: null });
    expect(adopted.adopted.map(({ resourceServer }) => resourceServer).sort()).toEqual(
      Object.keys(tokens).sort(),
    );
    const { account, accounts, scopes } = rig.agent.snapshot();
    expect(account).toMatchObject({ sub: ADA, username: 'ada@uni.example', displayName: 'Ada Sandbox' });
    expect(accounts).toHaveLength(1);
    expect(scopes.map(({ entry, state }) => [entry.scope, state]).sort()).toEqual(
      [
        [TRANSFER_ALL, 'ready'],
        [VIEW_FLOWS, 'ready'],
      ].sort(),
    );
    expect(await rig.agent.accessToken(VIEW_FLOWS, 0)).toMatchObject({ kind: 'token' });
    expect(readFileSync(path)).toEqual(before);
    // Spent once each, and not again.
    const renewals = rig.spent();
    expect(await adopt(path)).toMatchObject({ adopted: [], already: Object.keys(tokens).length });
    expect(rig.spent()).toBe(renewals);
    expect(rig.agent.snapshot().accounts).toHaveLength(1);
  });

  it('keeps the new refresh token where Globus gives one', async () => {
    const tokens = await foreignSignIn(sandbox, `openid ${VIEW_FLOWS}`, undefined, ADA);
    sandbox.addFault({ host: 'auth', path: '/v2/oauth2/token', kind: 'rotate' });
    await adopt(rig.sdkFile(tokens));
    sandbox.clearFaults();
    expect(await rig.agent.renew(VIEW_FLOWS)).toEqual({ ok: true, value: null });
    expect(await rig.renews(tokens[FLOWS_SERVER]?.refresh_token ?? '')).toBe(false);
  });

  it('[C13] keeps two people’s grants apart, and leaves the default account as it was', async () => {
    rig.visit.username = 'grace@lab.example';
    expect(await rig.agent.signIn({ scopes: [VIEW_FLOWS], way: 'browser' })).toMatchObject({ ok: true });
    const ada = await foreignSignIn(sandbox, SCOPES, undefined, ADA);
    await adopt(rig.sdkFile(ada));
    const { account, accounts } = rig.agent.snapshot();
    expect(account?.sub).toBe(GRACE);
    expect(accounts.map(({ username }) => username).sort()).toEqual(['ada@uni.example', 'grace@lab.example']);
  });

  it('believes Globus, not the file, whose the identity token is', async () => {
    const tokens = await foreignSignIn(sandbox, 'openid profile email', undefined, GRACE);
    await adopt(rig.sdkFile(tokens));
    expect(rig.agent.snapshot().account?.sub).toBe(ADA);
  });

  it('asks for a sign-in where neither file nor Globus says whose a token is', async () => {
    const tokens = await foreignSignIn(sandbox, SCOPES);
    const adopted = await adopt(rig.sdkFile(tokens));
    expect(adopted.adopted).toEqual([{ account: 'ada@uni.example', resourceServer: AUTH_SERVER }]);
    expect([...adopted.signIn].sort()).toEqual([TRANSFER_ALL, VIEW_FLOWS].sort());
    expect(rig.spent()).toBe(1);
    const states = rig.agent.snapshot().scopes.map(({ state }) => state);
    expect(states).toEqual(['needs-consent', 'needs-consent']);
  });

  it('asks for a sign-in where Globus ended a grant, and adopts the others', async () => {
    const tokens = await foreignSignIn(sandbox, SCOPES, undefined, ADA);
    const flows = tokens[FLOWS_SERVER];
    if (flows !== undefined) flows.refresh_token = 'AgLongGone';
    const adopted = await adopt(rig.sdkFile(tokens));
    expect(adopted).toMatchObject({ ended: [FLOWS_SERVER], signIn: [VIEW_FLOWS], problem: null });
    expect(adopted.adopted).toHaveLength(2);
  });

  it('asks for a sign-in where there is an access token alone', async () => {
    const tokens = await foreignSignIn(sandbox, SCOPES, undefined, ADA);
    for (const token of Object.values(tokens)) token.refresh_token = null;
    const adopted = await adopt(rig.sdkFile(tokens));
    expect(adopted.adopted).toEqual([]);
    expect([...adopted.signIn].sort()).toEqual([TRANSFER_ALL, VIEW_FLOWS].sort());
  });

  it('spends nothing while the vault or the app is locked', async () => {
    const path = rig.sdkFile(await foreignSignIn(sandbox, SCOPES, undefined, ADA));
    rig.vault.trouble = 'locked';
    expect(await refusal(path)).toBe('vault-locked');
    rig.vault.trouble = null;
    rig.agent.setLocked(true);
    expect(await refusal(path)).toBe('locked');
    expect(rig.spent()).toBe(0);
  });

  it('leaves the file’s sign-in alive when the vault refuses to take it', async () => {
    const tokens = await foreignSignIn(sandbox, `openid ${VIEW_FLOWS}`, undefined, ADA);
    rig.vault.writeTrouble = 'denied';
    const adopted = await adopt(rig.sdkFile(tokens));
    expect(adopted).toMatchObject({ adopted: [], problem: { reason: 'vault-denied' } });
    rig.vault.writeTrouble = null;
    for (const { refresh_token: kept } of Object.values(tokens))
      expect(await rig.renews(kept ?? '')).toBe(true);
    expect(await adopt(rig.sdkFile(tokens))).toMatchObject({ problem: null });
  });

  it('stops without an answer, says so, and goes on at the next try', async () => {
    const path = rig.sdkFile(await foreignSignIn(sandbox, SCOPES, undefined, ADA));
    const off = sandbox.addFault({ host: 'auth', path: '/v2/oauth2/token', kind: 'status', status: 503 });
    expect(await adopt(path)).toMatchObject({ adopted: [], problem: { reason: 'unavailable' } });
    off();
    sandbox.addFault({ host: 'auth', path: '/.well-known', kind: 'status', status: 503, times: 1 });
    expect(await adopt(path)).toMatchObject({ adopted: [], problem: { reason: 'unavailable' } });
    expect((await adopt(path)).adopted).toHaveLength(3);
  });

  it('takes a person’s word for the client where the file does not say', async () => {
    const tokens = await foreignSignIn(sandbox, 'openid profile email', undefined, ADA);
    const path = rig.sdkFile(tokens, 'no-client');
    expect((await adopt(path)).adopted).toEqual([]);
    expect((await adopt(path, [...sandbox.clients][0])).adopted).toHaveLength(1);
  });
});

describe('importing another program’s sign-in', () => {
  it('puts its scopes on the list for one sign-in, and spends and ends nothing', async () => {
    const instance = registerInstance(sandbox);
    const tokens = await foreignSignIn(sandbox, SCOPES, instance);
    const path = rig.cliFile({ 'userprofile/demo': { instance, tokens, sub: ADA } });
    const adopted = await adopt(path);
    expect(adopted).toMatchObject({ adopted: [], ended: [], problem: null });
    expect([...adopted.signIn].sort()).toEqual([TRANSFER_ALL, VIEW_FLOWS].sort());
    expect(rig.spent()).toBe(0);
    expect(existsSync(path)).toBe(true);
    const signedIn = await rig.agent.signIn({ scopes: adopted.signIn, way: 'browser' });
    expect(signedIn.ok).toBe(true);
    expect(rig.agent.snapshot().scopes.map(({ state }) => state)).toEqual(['ready', 'ready']);
  });

  it('takes nothing of another Globus environment', async () => {
    const instance = registerInstance(sandbox);
    const tokens = await foreignSignIn(sandbox, SCOPES, instance);
    expect(await refusal(rig.cliFile({ 'userprofile/production': { instance, tokens } }))).toBe(
      'import-elsewhere',
    );
    expect(rig.agent.snapshot().scopes).toEqual([]);
    expect(await rig.imports.found()).toEqual([]);
  });

  it('[C32] shows what is found, and keeps every token and secret out of it, the log and the settings', async () => {
    const instance = registerInstance(sandbox);
    const cli = await foreignSignIn(sandbox, SCOPES, instance);
    rig.cliFile({
      'userprofile/demo': { instance, tokens: cli, sub: ADA },
      'userprofile/demo/work': { instance, tokens: cli, sub: ADA },
    });
    const sdk = rig.sdkFile(await foreignSignIn(sandbox, SCOPES, TUTORIAL, ADA), TUTORIAL);
    const own = rig.sdkFile(await foreignSignIn(sandbox, SCOPES, undefined, ADA));
    await adopt(own);
    await adopt(sdk);
    const found = await rig.imports.found();
    expect(found.map(({ program, holdings }) => [program, holdings.map(({ ours }) => ours)])).toEqual([
      ['globus-cli', [false, false]],
      ['globus-sdk', [false]],
      ['globus-sdk', [true]],
    ]);
    expect(found[0]?.holdings.map(({ profile, account }) => [profile, account])).toEqual([
      [null, 'ada@uni.example'],
      ['work', 'ada@uni.example'],
    ]);
    expect(found[2]?.holdings[0]?.tokens.every(({ adopted }) => adopted)).toBe(true);
    expect(found[1]?.holdings[0]?.tokens.some(({ adopted }) => adopted)).toBe(false);
    const said = JSON.stringify([found, rig.log.lines, rig.settings.get(), await rig.imports.look(own)]);
    expect(secretsOf(sandbox).filter((secret) => said.includes(secret))).toEqual([]);
  });
});
