import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Reason } from '../../main/broker/contract.ts';
import { problemDocument } from '../../main/broker/problems.ts';
import { HELLO_FLOW_ID } from '../sandbox/flows/seed.ts';
import { cliRig, type CliRig, type CliRigOptions } from '../support/cli-rig.ts';
import { transcript } from '../support/transcript.ts';

vi.setConfig({ testTimeout: 30_000 });

const VIEW_FLOWS = 'https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a/view_flows';

/** What the broker says of a refusal, as stderr has it. */
function refused(reason: Reason, words: string | undefined = undefined): string {
  const { detail, next } = problemDocument(reason, { detail: words });
  return `! globus-token: ${detail}\n! hint: ${next}\n`;
}

describe.each([
  ['Node', {}],
  ['the launcher', { launcher: true }],
])('what changes nothing, as %s', (_name, options) => {
  let rig: CliRig;
  beforeAll(async () => void (rig = await cliRig()), 60_000);
  afterAll(() => rig.end());
  const shown = (...lines: string[]) => transcript(rig, lines, options);

  it('[C48] get and header', async () => {
    expect(await shown('get view_flows', 'header view_flows', `get ${VIEW_FLOWS} --min-ttl 1h`)).toBe(`\
$ globus-token get view_flows
<token>
$ globus-token header view_flows
Authorization: Bearer <token>
$ globus-token get ${VIEW_FLOWS} --min-ttl 1h
<token>
`);
  });

  it('[C48] get, where there is nothing to get', async () => {
    expect(await shown('get nope', 'get view_flows --account nobody@x', 'get view_flows --min-ttl 300d'))
      .toBe(`\
$ globus-token get nope
${refused('unknown-scope')}[19]
$ globus-token get view_flows --account nobody@x
${refused('unknown-account')}[19]
$ globus-token get view_flows --min-ttl 300d
${refused('expires-too-soon', 'Its tokens live <life> s at most.')}[9]
`);
  });

  it('[C49] get for a program that no rule knows asks nobody without a terminal', async () => {
    const { code, stdout, stderr } = await rig.run(['get', 'view_flows'], {
      ...options,
      unknownCaller: true,
    });
    expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
    expect(stderr).toMatch(/^globus-token: Nobody may be asked, and no rule allows .*\nhint: .+\n$/);
  });

  it('[C26] [C48] status names the agent and the vault', async () => {
    const status = JSON.parse((await rig.run(['status', '--json'], options)).stdout) as { vault: string };
    expect(status).toMatchObject({ kind: 'headless', locked: false, socket: rig.socket });
    expect(status).toHaveProperty('backend');
    expect(await shown('status')).toBe(`\
$ globus-token status
agent        agent without a window, version <version>, process <pid>
socket       <socket>
environment  demo
client ID    9c5b5e5e-2f0a-4d1c-9e7d-0d1e2f3a4b5c
account      ada@uni.example
vault        ${status.vault}: ready
locked       no
network      Globus can be reached
data         <data>
`);
  });

  it('[C48] scopes lists names and states, and under --json the full strings', async () => {
    expect(await shown('scopes')).toMatch(/^view_flows +ready +1 d 23 h +all, manage_flows, run, /m);
    const scopes = JSON.parse((await rig.run(['scopes', '--json'], options)).stdout) as object[];
    expect(scopes).toContainEqual(expect.objectContaining({ name: 'view_flows', scope: VIEW_FLOWS }));
  });

  it('[C48] check', async () => {
    expect(
      await shown(
        'check view_flows --for 90m',
        'check --for 7d',
        'check nope --for 1h',
        'check view_flows',
        'check --for ever',
      ),
    ).toBe(`\
$ globus-token check view_flows --for 90m
yes: The access token at hand lives longer than that.
$ globus-token check --for 7d
by-renewal: The access token ends before that; the app renews it while it runs and is unlocked.
$ globus-token check nope --for 1h
! globus-token: The agent does not keep this scope, so there is no token for it.
! hint: See what it keeps: globus-token scopes. Or keep it: globus-token scopes add <scope>
[19]
$ globus-token check view_flows
! globus-token: check needs --for <duration>
! hint: globus-token check --for 72h
[2]
$ globus-token check --for ever
! globus-token: --for takes a duration, not "ever".
! hint: Write 90s, 30m, 72h or 7d
[2]
`);
  });

  it('[C39] [C48] snippet prints a request without a token in it', async () => {
    expect(
      await shown('snippet view_flows', 'snippet view_flows --recipe nope', 'snippet view_flows --tool nope'),
    ).toBe(`\
$ globus-token snippet view_flows
curl -q -fsS --noproxy '*' --unix-socket '<socket>' 'http://localhost/v1/header?scope=view_flows' | curl -q -sS --noproxy '*' -H @- -G --data-urlencode 'filter_roles=flow_owner' --data-urlencode 'orderby=updated_at DESC' '<flows>/flows'
$ globus-token snippet view_flows --recipe nope
! globus-token: This scope has no such recipe.
! hint: Choose one of: list-flows, get-flow, next-flows, list-registered-apis, get-registered-api
[19]
$ globus-token snippet view_flows --tool nope
! globus-token: --tool takes curl, globus-token, httpie, python-requests, python-sdk, javascript, globus-cli, powershell, cmd, not "nope"
! hint: globus-token snippet --help
[2]
`);
  });

  it('[C36] [C48] audit shows who asked, the newest first', async () => {
    await rig.run(['get', 'run_status'], options);
    expect(await shown('audit -n 1', 'audit -n 0', 'audit -n 1001')).toMatch(
      new RegExp(`\\$ globus-token audit -n 1
TIME +ANSWER +SCOPE +PROGRAM +WHY
<time> +token allowed +run_status +<folder>/caller.sh +rule:<id>
\\$ globus-token audit -n 0
! globus-token: -n takes a whole number from 1 to 1000
! hint: globus-token audit -n 20
\\[2\\]
`),
    );
  });

  it('[C51] everything else asks the same agent, and says so when there is none', async () => {
    const none = { ...options, env: { GLOBUS_TOKEN_SOCK: `${rig.folder}/none.sock` } };
    for (const words of [
      'status',
      'scopes',
      'flows',
      'check --for 1h',
      'audit',
      'lock',
      'logout',
      'snippet run',
      'curl view_flows /flows',
    ]) {
      expect(await transcript(rig, [words], none)).toBe(`\
$ globus-token ${words}
! globus-token: No agent answers at <folder>/none.sock.
! hint: Start the app, or: globus-token agent
[3]
`);
    }
  });
});

describe('what changes the agent', () => {
  let rig: CliRig | undefined;
  afterEach(async () => {
    await rig?.end();
    rig = undefined;
  });
  async function shown(options: CliRigOptions, ...lines: string[]): Promise<string> {
    rig ??= await cliRig(options);
    return transcript(rig, lines);
  }

  it('[C48] scopes add and remove', async () => {
    const transfer = 'urn:globus:auth:scope:transfer.api.globus.org:all';
    const lines = [
      `scopes add ${transfer}`,
      'get transfer:all',
      'scopes add nonsense',
      'scopes remove transfer:all',
      'scopes remove transfer:all',
      'scopes add',
      'scopes frob x',
    ];
    expect(await shown({}, ...lines)).toBe(`\
$ globus-token scopes add ${transfer}
! Kept. The sign-in does not cover it until you allow it: globus-token login
$ globus-token get transfer:all
${refused('needs-consent', 'The sign-in does not cover this scope.')}[7]
$ globus-token scopes add nonsense
! globus-token: That is no scope. Nothing was changed.
! hint: Paste a full scope string, a short name like transfer:all, or flow: and the ID of a flow.
[19]
$ globus-token scopes remove transfer:all
! No longer kept. What you allowed is still allowed at Globus.
$ globus-token scopes remove transfer:all
! globus-token: The agent does not keep this scope, so there is no token for it.
! hint: See what it keeps: globus-token scopes. Or keep it: globus-token scopes add <scope>
[19]
$ globus-token scopes add
! globus-token: scopes add needs <scope>
! hint: globus-token scopes --help
[2]
$ globus-token scopes frob x
! globus-token: scopes does not know "frob"
! hint: globus-token scopes --help
[2]
`);
  });

  it('[C29] [C48] lock', async () => {
    expect(await shown({}, 'lock', 'get view_flows', 'check --for 1h', 'lock')).toBe(`\
$ globus-token lock
! Locked. Sign-ins are kept; nothing is handed out until globus-token unlock.
$ globus-token get view_flows
${refused('locked')}[4]
$ globus-token check --for 1h
${refused('locked')}[4]
$ globus-token lock
! Locked. Sign-ins are kept; nothing is handed out until globus-token unlock.
`);
    const status = await rig?.run(['status', '--json']);
    expect(JSON.parse(status?.stdout ?? '')).toMatchObject({ locked: true });
  });

  it('[C23] [C48] logout revokes, and says what', async () => {
    const lines = ['logout --account nobody@x', 'logout', 'logout', 'get view_flows', 'check --for 1h'];
    expect(await shown({}, ...lines)).toBe(`\
$ globus-token logout --account nobody@x
! Revoking all tokens of nobody@x at Globus.
! globus-token: No account of this name is signed in. Nothing was changed.
! hint: See which are: globus-token status
[19]
$ globus-token logout
! Revoking all tokens of ada@uni.example at Globus.
! Signed out: refresh and access tokens are revoked and no longer kept.
$ globus-token logout
! Nobody is signed in, so nothing was revoked.
$ globus-token get view_flows
${refused('needs-sign-in')}[6]
$ globus-token check --for 1h
${refused('needs-sign-in')}[6]
`);
    expect(rig?.sandbox.log.some(({ path }) => path === '/v2/oauth2/token/revoke')).toBe(true);
  });

  it('[C23] logout claims nothing when Globus cannot be reached', async () => {
    rig = await cliRig();
    rig.sandbox.addFault({ host: 'auth', path: '/v2/oauth2/token/revoke', kind: 'status', status: 503 });
    const { code, stdout, stderr } = await rig.run(['logout']);
    expect({ code, stdout }).toEqual({ code: 8, stdout: '' });
    expect(stderr).not.toContain('Signed out');
  });

  it.each([
    [10, /^clock +(?:10|9) min.* behind Globus’s; set it right,/m],
    [-10, /^clock +(?:10|9) min.* ahead of Globus’s; set it right,/m],
  ])(
    '[C24] status and renewal work with the clock %i min wrong, and status names it',
    async (minutes, line) => {
      rig = await cliRig({ signedIn: false });
      rig.sandbox.clock.advance(minutes * 60_000);
      await rig.agent.signIn();
      expect(await rig.run(['get', 'view_flows', '--min-ttl', '172000'])).toMatchObject({
        code: 0,
        stderr: '',
      });
      expect(await rig.run(['status'])).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(line) as string,
        stderr: '',
      });
      const { clock_skew: seconds } = JSON.parse((await rig.run(['status', '--json'])).stdout) as {
        clock_skew: number;
      };
      expect(Math.round(seconds / 60)).toBe(minutes);
    },
  );

  it('[C48] get without the network ends with its own code, and the sign-in is kept', async () => {
    rig = await cliRig();
    rig.sandbox.addFault({ host: 'auth', path: '/v2/oauth2/token', kind: 'status', status: 503 });
    // Longer than what the token at hand has left, so that it would have to be renewed.
    const { code, stdout } = await rig.run(['get', 'view_flows', '--min-ttl', '172800']);
    expect({ code, stdout }).toEqual({ code: 8, stdout: '' });
    expect((await rig.run(['get', 'view_flows'])).code).toBe(0);
  });

  it('[C48] flows add and remove', async () => {
    rig = await cliRig();
    const lines = [
      `flows add ${HELLO_FLOW_ID}`,
      'flows',
      `flows remove ${HELLO_FLOW_ID}`,
      `flows remove ${HELLO_FLOW_ID}`,
      'flows',
      'flows add',
    ];
    expect(await transcript(rig, lines)).toBe(`\
$ globus-token flows add ${HELLO_FLOW_ID}
! Kept. To start it, allow it: globus-token login
$ globus-token flows
FLOW   ID                                    STATE          TOKEN ENDS IN
Hello  ${HELLO_FLOW_ID}  needs-consent  -
$ globus-token flows remove ${HELLO_FLOW_ID}
! No longer kept. What you allowed is still allowed at Globus.
$ globus-token flows remove ${HELLO_FLOW_ID}
! globus-token: The agent keeps no flow with this ID. Nothing was changed.
! hint: See which it keeps: globus-token flows
[19]
$ globus-token flows
! No flow is kept.
! hint: globus-token flows add <id or address>
$ globus-token flows add
! globus-token: flows add needs <flow>
! hint: globus-token flows --help
[2]
`);
  });
});
