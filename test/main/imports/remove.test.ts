import { appendFileSync, existsSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { Fetch } from '../../../main/effects.ts';
import type { Sandbox } from '../../sandbox/types.ts';
import { basicOf, foreignSignIn, type Instance, registerInstance } from '../../support/foreign-sign-in.ts';
import { post, TRANSFER_ALL } from '../../support/native-app.ts';
import { holdTokenFile, type StoredToken } from '../../support/token-files.ts';
import {
  AUTH_SERVER,
  FLOWS_SERVER,
  importRig,
  type ImportRig,
  rigPerTest,
  secretsOf,
  VIEW_FLOWS,
} from './rig.ts';

// A sandbox, or a Python, on a busy machine.
vi.setConfig({ testTimeout: 20_000 });

const TUTORIAL = '61338d24-54d5-408f-a10d-66c06b59f6d2';
const ADA = '11111111-1111-4111-8111-111111111111';
const SCOPES = `openid profile email ${VIEW_FLOWS} ${TRANSFER_ALL}`;
const REVOKE = '/v2/oauth2/token/revoke';

let sandbox: Sandbox;
let rig: ImportRig;
rigPerTest((made) => {
  rig = made;
  sandbox = made.sandbox;
});

async function outcome(path: string, named: string | null = null, by: ImportRig = rig) {
  const result = await by.imports.remove(path, named);
  return result.ok ? result.value : result.problem.reason;
}

function refreshToken(tokens: Record<string, StoredToken>, server = FLOWS_SERVER): string {
  return tokens[server]?.refresh_token ?? '';
}

function accessToken(tokens: Record<string, StoredToken>): string {
  return tokens[AUTH_SERVER]?.access_token ?? '';
}

/** Whether the instance could still renew with it. */
async function instanceRenews(instance: Instance, token: string): Promise<boolean> {
  const response = await fetch(`${sandbox.auth.origin}/v2/oauth2/token`, {
    method: 'POST',
    headers: basicOf(instance),
    body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token }),
  });
  return response.status === 200;
}

describe('ending a token file', () => {
  it('[C23] revokes refresh and access tokens with the client they were issued to, then deletes the file', async () => {
    const tokens = await foreignSignIn(sandbox, SCOPES, TUTORIAL, ADA);
    const path = rig.sdkFile(tokens, TUTORIAL);
    expect(await outcome(path)).toEqual({ path, revoked: 6, kept: 0 });
    expect(existsSync(path)).toBe(false);
    expect(await rig.isAlive(accessToken(tokens))).toBe(false);
    expect(await rig.renews(refreshToken(tokens), TUTORIAL)).toBe(false);
  });

  it('ends every profile of globus-cli’s file, each with the instance that it registered', async () => {
    const [home, work] = [registerInstance(sandbox), registerInstance(sandbox)];
    const first = await foreignSignIn(sandbox, SCOPES, home);
    const second = await foreignSignIn(sandbox, `openid ${VIEW_FLOWS}`, work);
    const path = rig.cliFile({
      'userprofile/demo': { instance: home, tokens: first, sub: ADA },
      'userprofile/demo/work': { instance: work, tokens: second },
    });
    expect(await instanceRenews(work, refreshToken(second))).toBe(true);
    expect(await outcome(path)).toEqual({ path, revoked: 10, kept: 0 });
    expect(readdirSync(dirname(path))).toEqual([]);
    expect(await rig.isAlive(accessToken(first))).toBe(false);
    expect(await instanceRenews(home, refreshToken(first))).toBe(false);
    expect(await instanceRenews(work, refreshToken(second))).toBe(false);
    const said = JSON.stringify([rig.log.lines, rig.settings.get()]);
    expect(secretsOf(sandbox).filter((secret) => said.includes(secret))).toEqual([]);
  });

  it('leaves what the vault adopted alive: it is the same refresh token', async () => {
    const tokens = await foreignSignIn(sandbox, SCOPES, undefined, ADA);
    const path = rig.sdkFile(tokens);
    await rig.imports.adopt(path, null);
    expect(await outcome(path)).toEqual({ path, revoked: 3, kept: 3 });
    expect(existsSync(path)).toBe(false);
    expect(await rig.isAlive(accessToken(tokens))).toBe(false);
    expect(await rig.agent.renew(VIEW_FLOWS)).toEqual({ ok: true, value: null });
  });

  it('ends nothing while it cannot be told what the vault holds', async () => {
    const tokens = await foreignSignIn(sandbox, SCOPES, undefined, ADA);
    const path = rig.sdkFile(tokens);
    await rig.imports.adopt(path, null);
    rig.vault.trouble = 'locked';
    expect(await outcome(path)).toBe('vault-locked');
    rig.vault.trouble = null;
    rig.agent.setLocked(true);
    expect(await outcome(path)).toBe('locked');
    rig.agent.setLocked(false);
    expect(existsSync(path)).toBe(true);
    expect(await rig.isAlive(accessToken(tokens))).toBe(true);
  });

  it('takes an expired and a revoked token for ended, like any other', async () => {
    const tokens = await foreignSignIn(sandbox, SCOPES, undefined, ADA);
    await post(sandbox, REVOKE, { token: refreshToken(tokens), client_id: [...sandbox.clients][0] ?? '' });
    for (const token of Object.values(tokens)) token.expires_at_seconds = 1_000_000_000;
    const path = rig.sdkFile(tokens);
    expect(await outcome(path)).toMatchObject({ revoked: 6 });
  });

  it.each([
    ['Globus cannot be reached at all', '/.well-known', undefined],
    ['the first revocation has no answer', REVOKE, 1],
    ['every revocation has none', REVOKE, undefined],
  ])('[C23] deletes nothing when %s, and goes on at the next try', async (_what, path, times) => {
    const tokens = await foreignSignIn(sandbox, SCOPES, undefined, ADA);
    const file = rig.sdkFile(tokens);
    sandbox.addFault({
      host: 'auth',
      path,
      kind: 'status',
      status: 503,
      ...(times === undefined ? {} : { times }),
    });
    expect(await outcome(file)).toBe('unavailable');
    expect(existsSync(file)).toBe(true);
    sandbox.clearFaults();
    expect(await outcome(file)).toMatchObject({ revoked: 6 });
  });

  it('[C22] can be done again by a process that died between the last revocation and the deletion', async () => {
    const tokens = await foreignSignIn(sandbox, SCOPES, undefined, ADA);
    const path = rig.sdkFile(tokens);
    let revocations = 0;
    const dying: Fetch = async (url, init) => {
      const response = await fetch(url, init);
      if (String(url).endsWith(REVOKE) && ++revocations === 6) return new Promise(() => undefined);
      return response;
    };
    const other = await importRig(sandbox, { home: rig.home, fetch: dying });
    void other.imports.remove(path, null);
    await expect.poll(() => revocations).toBe(6);
    expect(existsSync(path)).toBe(true);
    other.agent.close();
    expect(await outcome(path)).toEqual({ path, revoked: 6, kept: 0 });
    expect(existsSync(path)).toBe(false);
  });

  it('keeps a file that its program wrote while its tokens were ended', async () => {
    const path = rig.sdkFile(await foreignSignIn(sandbox, SCOPES, undefined, ADA));
    const writing: Fetch = async (url, init) => {
      if (String(url).endsWith(REVOKE)) appendFileSync(path, ' ');
      return fetch(url, init);
    };
    const other = await importRig(sandbox, { home: rig.home, fetch: writing });
    expect(await outcome(path, null, other)).toBe('import-changed');
    expect(existsSync(path)).toBe(true);
    other.agent.close();
  });

  it('leaves a database alone that its program has open in the middle of a change', async () => {
    const instance = registerInstance(sandbox);
    const tokens = await foreignSignIn(sandbox, SCOPES, instance);
    const path = `${rig.home}/busy.db`;
    const config = { auth_client_data: { client_id: instance.id, client_secret: instance.secret } };
    const held = await holdTokenFile({
      path,
      form: 'sqlite-1',
      namespaces: { 'userprofile/demo': { tokens, config } },
    });
    expect(await outcome(path)).toBe('import-in-use');
    await held.release();
    expect(await rig.isAlive(accessToken(tokens))).toBe(true);
  });

  it('ends a file as a whole or not at all', async () => {
    const instance = registerInstance(sandbox);
    const tokens = await foreignSignIn(sandbox, SCOPES, instance);
    const both = rig.cliFile({
      'userprofile/demo': { instance, tokens },
      'userprofile/production': { instance, tokens },
    });
    expect(await outcome(both)).toBe('import-elsewhere');
    expect(existsSync(both)).toBe(true);
    expect(await rig.isAlive(accessToken(tokens))).toBe(true);
  });

  it('says when Globus refuses the client, and deletes nothing', async () => {
    const instance = registerInstance(sandbox);
    const tokens = await foreignSignIn(sandbox, SCOPES, instance);
    const path = rig.cliFile({ 'userprofile/demo': { instance: { ...instance, secret: 'old' }, tokens } });
    expect(await outcome(path)).toBe('import-not-revoked');
    expect(existsSync(path)).toBe(true);
    expect(await rig.isAlive(accessToken(tokens))).toBe(true);
  });

  it('needs the client where the file does not say it, and has Globus confirm it', async () => {
    const tokens = await foreignSignIn(sandbox, SCOPES, TUTORIAL, ADA);
    const path = rig.sdkFile(tokens, 'no-client');
    expect(await outcome(path)).toBe('import-client');
    // Globus would confirm the end of another client's token, and end nothing.
    expect(await outcome(path, [...sandbox.clients][0])).toBe('import-unproven');
    expect(existsSync(path)).toBe(true);
    expect(await rig.isAlive(accessToken(tokens))).toBe(true);
    expect(await outcome(path, TUTORIAL)).toMatchObject({ revoked: 7, kept: 0 });
    expect(await rig.isAlive(accessToken(tokens))).toBe(false);
    expect(existsSync(path)).toBe(false);
  });
});
