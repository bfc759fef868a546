import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCallerIdentifier } from '../../../../main/broker/caller/identifier.ts';
import { createPeerCredentials } from '../../../../main/broker/caller/peer-credentials.ts';
import { LinuxProcessTable } from '../../../../main/broker/caller/proc.ts';
import { ACCESS } from '../../../support/broker-rig.ts';
import { ISSUER, KEPT, oidcClient, type OidcRig, oidcRig } from '../../../support/oidc-rig.ts';
import { until } from '../../../support/processes.ts';

const installed = spawnSync('oidc-token', ['--version']).status === 0;
const USER = 'ada@uni.example';
let rig: OidcRig;

describe.runIf(installed)('against Debian’s own oidc-agent clients', () => {
  beforeEach(async () => {
    rig = await oidcRig();
  });
  afterEach(() => rig.close());
  const token = (...args: string[]) => oidcClient(rig.path, 'oidc-token', ...args);

  it('[C36] oidc-token prints the token after the approval, by account and short scope', async () => {
    expect(await token(USER, '-s', 'view_flows', '--name', 'nightly')).toEqual({
      code: 0,
      out: `${ACCESS}\n`,
      err: '',
    });
    expect(rig.questions[0]?.question).toMatchObject({
      scopeName: 'view_flows',
      account: { username: USER },
      selfName: 'nightly',
    });
    expect(rig.audit).toMatchObject([{ kind: 'token', answer: 'allowed', by: 'prompt', account: USER }]);
  });

  it('oidc-token takes the issuer in place of the account, and a full scope string', async () => {
    expect((await token(ISSUER, '-s', KEPT[0]?.scope ?? '')).out).toBe(`${ACCESS}\n`);
    expect((await token(`${ISSUER}/`, '-s', 'view_flows')).out).toBe(`${ACCESS}\n`);
  });

  it('oidc-token -t asks for a minimum life, in seconds', async () => {
    expect((await token(USER, '-s', 'view_flows', '-t', '600')).code).toBe(0);
    expect(rig.minimums).toEqual([600_000]);
  });

  it('oidc-token -e, -i and -a tell end and issuer', async () => {
    expect((await token(USER, '-s', 'view_flows', '-e')).out).toBe('1900000000\n');
    expect((await token(USER, '-s', 'view_flows', '-i')).out).toBe(`${ISSUER}\n`);
    expect((await token(USER, '-s', 'view_flows', '-a')).out).toBe(`${ACCESS}\n${ISSUER}\n1900000000\n`);
  });

  it('oidc-token says why there is no token, and what to do', async () => {
    rig.state.decide = () => Promise.resolve({ kind: 'refused', reason: 'denied', by: 'prompt' });
    const denied = await token(USER, '-s', 'view_flows');
    expect(denied).toMatchObject({ code: 1, out: '' });
    expect(denied.err).toContain('The request was denied.');
    expect(rig.audit).toMatchObject([{ kind: 'refused', answer: 'denied', by: 'prompt' }]);
  });

  it.each([
    ['no scope', [USER], 'A scope is needed'],
    ['an unknown scope', [USER, '-s', 'delete_everything'], 'does not keep this scope'],
    ['an unknown account', ['eve@uni.example', '-s', 'view_flows'], 'no sign-in of this account'],
    ['a foreign issuer', ['https://evil.example', '-s', 'view_flows'], 'no sign-in of this account'],
    ['a forced new token', [USER, '-f', '-s', 'view_flows'], 'cannot be forced'],
    ['an audience', [USER, '--aud', 'x', '-s', 'view_flows'], 'no audience'],
    ['scopes of two grants', [USER, '-s', 'view_flows', '-s', 'all'], 'No single token covers'],
  ])('oidc-token fails with a reason for %s', async (_what, args, reason) => {
    const failed = await token(...args);
    expect(failed).toMatchObject({ code: 1, out: '' });
    expect(failed.err).toContain(reason);
  });

  it('oidc-token gets one token for two scopes of one grant, each approved', async () => {
    expect((await token(USER, '-s', 'view_flows', '-s', 'run')).out).toBe(`${ACCESS}\n`);
    expect(rig.questions.map(({ question }) => question.scopeName)).toEqual(['view_flows', 'run']);
    expect(rig.audit.map(({ answer }) => answer)).toEqual(['allowed', 'allowed']);
  });

  it('oidc-add --loaded lists the account; what else oidc-add does is refused', async () => {
    const listed = await oidcClient(rig.path, 'oidc-add', '--loaded');
    expect(listed.code).toBe(0);
    expect(listed.out).toContain(USER);
    const removed = await oidcClient(rig.path, 'oidc-add', '--remove-all');
    expect(removed.code).toBe(1);
    expect(removed.err).toContain('Only access_token, loaded_accounts and check');
  });

  it('[C35] takes the question back when oidc-token is killed', async () => {
    rig.state.decide = (_question, signal) =>
      new Promise((resolve) =>
        signal.addEventListener('abort', () =>
          resolve({ kind: 'refused', reason: 'no-answer', by: 'no-answer' }),
        ),
      );
    const child = spawn('oidc-token', [USER, '-s', 'view_flows'], {
      env: { ...process.env, OIDC_SOCK: rig.path },
      stdio: 'ignore',
    });
    const asked = await until('the question', () => Promise.resolve(rig.questions[0]), 4_000);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await until('the abort', () => Promise.resolve(asked.leaving.aborted || undefined), 4_000);
    await until('the audit line', () => Promise.resolve(rig.audit[0]), 4_000);
    expect(rig.audit).toMatchObject([{ answer: 'denied', by: 'no-answer' }]);
  });
});

it.runIf(installed && process.platform === 'linux')(
  '[C31] identifies the real oidc-token by the kernel, at accept and when the answer leaves',
  async () => {
    const identifier = createCallerIdentifier({
      table: new LinuxProcessTable(() => Date.now()),
      credentials: createPeerCredentials('linux'),
      ourselves: { uid: process.getuid?.() ?? -1, programs: [], launchers: [] },
      platform: 'linux',
    });
    rig = await oidcRig({ identifier });
    expect((await oidcClient(rig.path, 'oidc-token', USER, '-s', 'view_flows')).out).toBe(`${ACCESS}\n`);
    const caller = rig.questions[0]?.question.caller;
    expect(caller?.peer.executable).toMatch(/oidc-token$/);
    expect(caller?.chain.map(({ pid }) => pid)).toContain(process.pid);
    await rig.close();
  },
);
