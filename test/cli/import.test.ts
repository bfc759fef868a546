import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DEMO_CLIENT_ID } from '../sandbox/index.ts';
import { type CliRig, cliRig } from '../support/cli-rig.ts';
import { foreignSignIn, registerInstance } from '../support/foreign-sign-in.ts';
import { TRANSFER_ALL } from '../support/native-app.ts';
import { writeTokenFile } from '../support/token-files.ts';

// The built agent and the built CLI, each a process of its own.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const ADA = '11111111-1111-4111-8111-111111111111';
const SCOPES = `openid profile email ${TRANSFER_ALL}`;

let rig: CliRig;
beforeAll(async () => {
  rig = await cliRig({ signedIn: false, policy: 'none' });
});
afterAll(() => rig.end());

async function cliFile(): Promise<string> {
  const instance = registerInstance(rig.sandbox);
  const path = join(rig.home, '.globus', 'cli', 'storage.db');
  const tokens = await foreignSignIn(rig.sandbox, SCOPES, instance);
  const config = {
    auth_client_data: { client_id: instance.id, client_secret: instance.secret },
    auth_user_data: { sub: ADA },
  };
  writeTokenFile({ path, form: 'sqlite-1', namespaces: { 'userprofile/demo': { tokens, config } } });
  return path;
}

async function sdkFile(): Promise<string> {
  const path = join(rig.home, '.globus', 'app', DEMO_CLIENT_ID, 'my-app', 'demo-tokens.json');
  const tokens = await foreignSignIn(rig.sandbox, SCOPES, DEMO_CLIENT_ID, ADA);
  writeTokenFile({ path, form: 'json-2', namespaces: { DEFAULT: { tokens } } });
  return path;
}

describe('globus-token import', () => {
  it('finds nothing in an empty home, and says so', async () => {
    const { code, stdout, stderr } = await rig.run(['import']);
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toContain('No token file');
  });

  it('[C48] lists, adopts, and ends the file of the own client', async () => {
    const path = await sdkFile();
    chmodSync(path, 0o644);
    const listed = await rig.run(['import']);
    expect(listed.stdout).toMatch(/demo-tokens\.json +globus-sdk +.+can be adopted/);
    expect(listed.stderr).toContain(`warning: other users of this machine can read ${path}`);
    const adopted = await rig.run(['import', path, '--adopt']);
    expect(adopted).toMatchObject({ code: 0, stdout: '' });
    expect(adopted.stderr).toContain('Adopted: transfer.api.globus.org of ada@uni.example');
    expect((await rig.run(['status'])).stdout).toContain('ada@uni.example');
    const removed = await rig.run(['import', '--remove', '--yes', '--json']);
    expect(JSON.parse(removed.stdout)).toEqual([{ file: path, removed: { path, revoked: 2, kept: 2 } }]);
    expect(existsSync(path)).toBe(false);
  });

  it('[C49] needs a yes to end a file: at a terminal by asking, else in advance', async () => {
    const path = await cliFile();
    expect((await rig.run(['import', '--remove'])).code).toBe(21);
    const no = await rig.run(['import', path, '--remove'], {
      tty: [{ sees: 'Revoke and delete? [y/N]', types: 'n\n' }],
    });
    expect(no.screen).toContain('globus-cli will have to sign in again');
    expect(existsSync(path)).toBe(true);
    // Its sign-in comes first: what it is for would be gone with the file.
    const both = await rig.run(['import', path, '--adopt', '--remove', '--yes']);
    expect([both.code, both.stderr.includes('Not deleted: sign in first')]).toEqual([6, true]);
    expect((await rig.run(['scopes'])).stdout).toContain('transfer:all');
    expect(existsSync(path)).toBe(true);
    const yes = await rig.run(['import', path, '--remove', '-y']);
    expect(yes).toMatchObject({ code: 0, stdout: '' });
    expect(yes.stderr).toContain('Revoked at Globus: 4 tokens. The file is deleted.');
    expect(existsSync(path)).toBe(false);
  });

  it('[C48] has the documented exit code for each way to fail, and deletes nothing', async () => {
    const path = await cliFile();
    const fault = { host: 'auth', path: '/v2/oauth2/token/revoke', kind: 'status', status: 503 } as const;
    const off = rig.sandbox.addFault(fault);
    const offline = await rig.run(['import', path, '--remove', '--yes']);
    off();
    expect([offline.code, offline.stderr.includes('The file was not deleted')]).toEqual([8, true]);
    expect((await rig.run(['import', join(rig.home, 'none.json'), '--adopt'])).code).toBe(19);
    expect((await rig.run(['import', join(rig.home, '.globus'), '--adopt'])).code).toBe(2);
    expect((await rig.run(['import', path, '--remove', '--yes', '--client', 'x'])).code).toBe(2);
    await rig.run(['lock']);
    expect((await rig.run(['import', path, '--remove', '--yes'])).code).toBe(4);
    expect(existsSync(path)).toBe(true);
  });

  it('[C32] [C25] leaves no token and no secret in what it prints, in the audit log or in a file of the agent’s', async () => {
    const listed = await rig.run(['import', '--json']);
    expect(JSON.parse(listed.stdout)).toHaveLength(1);
    const audit = readFileSync(join(rig.dataFolder, 'audit', 'audit.jsonl'), 'utf8');
    expect(audit).toContain('"by":"import"');
    expect(audit).toContain('"by":"import-removed"');
    const files = ['settings.json', 'logs/agent.log'].map((name) =>
      readFileSync(join(rig.dataFolder, name), 'utf8'),
    );
    const said = [listed.stdout, audit, ...files].join('\n');
    const secrets = [...rig.sandbox.issued, ...rig.sandbox.confidential.values()];
    expect(secrets.filter((secret) => said.includes(secret))).toEqual([]);
  });
});
