import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { BrokerClient } from '../../cli/client.ts';
import type { ForwardAnswer, PendingAnswer } from '../../main/broker/contract.ts';
import { cliRig, type CliRig } from '../support/cli-rig.ts';
import { until } from '../support/processes.ts';
import { onTerminal } from '../support/pty.ts';

vi.setConfig({ testTimeout: 30_000 });

describe.each([
  ['Node', {}],
  ['the launcher', { launcher: true }],
])('[C51] over a forwarded socket, by %s', (_name, how) => {
  let rig: CliRig;
  let home: BrokerClient;
  let options: { env: Record<string, string>; launcher?: boolean };
  beforeAll(async () => {
    rig = await cliRig();
    home = new BrokerClient({
      env: { GLOBUS_TOKEN_SOCK: rig.socket },
      uid: null,
      platform: process.platform,
      start: () => Promise.resolve(false),
      patienceMs: 30_000,
    });
    const body = { host: 'login.hpc.example', scopes: 'view_flows', seconds: 600 };
    const forward = (await home.ask({ method: 'POST', path: '/v1/forwards', body })) as ForwardAnswer;
    options = { ...how, env: { GLOBUS_TOKEN_SOCK: forward.path } };
  }, 60_000);
  afterAll(() => rig.end());

  it('a person at home is asked, rules or not, and says yes', async () => {
    const asking = rig.run(['get', 'view_flows', '--wait', '25s'], options);
    const question = await until('a question at home', async () => {
      const pending = (await home.ask({ method: 'GET', path: '/v1/approvals' })) as PendingAnswer[];
      return pending[0];
    });
    expect(question.program).toContain('login.hpc.example');
    const answer = JSON.stringify({ id: question.id, answer: 'once' });
    const curl = [
      'curl',
      '-q',
      '-sS',
      '--unix-socket',
      rig.socket,
      '-H',
      'content-type: application/json',
      '-d',
      answer,
    ];
    const { stdout } = await onTerminal([...curl, 'http://localhost/v1/approvals'], rig.env);
    expect(JSON.parse(stdout)).toEqual([]);
    const { code, stdout: token } = await asking;
    expect(code).toBe(0);
    expect(rig.sandbox.issued).toContain(token.trim());
  });

  it('nobody is asked without a wait', async () => {
    expect(await rig.run(['get', 'view_flows'], options)).toMatchObject({ code: 5, stdout: '' });
  });

  it('other scopes are refused, and so is what changes the agent', async () => {
    for (const words of [['get', 'run'], ['lock'], ['scopes', 'remove', 'run'], ['logout'], ['audit']]) {
      expect(await rig.run(words, options)).toMatchObject({ code: 5, stdout: '' });
    }
  });

  it('status, scopes, check and snippet are answered', async () => {
    expect((await rig.run(['status'], options)).stdout).toContain('agent without a window');
    expect((await rig.run(['scopes'], options)).stdout.match(/^\S+/gm)).toEqual(['SCOPE', 'view_flows']);
    expect((await rig.run(['check', 'view_flows', '--for', '1h'], options)).code).toBe(0);
    expect((await rig.run(['snippet', 'view_flows'], options)).code).toBe(0);
  });
});
