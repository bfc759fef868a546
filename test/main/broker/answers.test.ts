import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asciiJson } from '../../../main/broker/ascii-json.ts';
import type { ProblemDocument, TokenAnswer } from '../../../main/broker/contract.ts';
import type { Leaving } from '../../../main/broker/departure.ts';
import { namesCallers } from '../../../main/broker/nameless.ts';
import type { Verdict } from '../../../main/broker/types.ts';
import {
  ACCESS,
  type BrokerRig,
  brokerRig,
  CANARY,
  program,
  realClock,
  VIEW_FLOWS,
} from '../../support/broker-rig.ts';

let rig: BrokerRig;
beforeEach(async () => {
  rig = await brokerRig();
});
afterEach(() => rig.close());

const TOKEN = '/v1/token?scope=view_flows';
const reason = async (target: string, headers?: Record<string, string>, method?: string) => {
  const reply = await rig.get(target, headers, method);
  const document = JSON.parse(reply.body) as ProblemDocument;
  expect(reply.headers['content-type']).toBe('application/problem+json');
  expect(document.status).toBe(reply.status);
  expect(document.type).toBe(`urn:globus-token-tray:problem:${document.reason}`);
  expect(document.detail).not.toBe('');
  expect(document.next).not.toBe('');
  return document.reason;
};
const never = (_question: unknown, leaving: Leaving) =>
  new Promise<Verdict>((resolve) => {
    leaving.addEventListener('abort', () => resolve({ kind: 'refused', reason: 'no-answer', by: 'prompt' }));
  });

it('answers JSON, the bare token or the header line, never to be stored', async () => {
  const reply = await rig.get(`${TOKEN}&min_ttl=600`);
  expect(reply.headers).toMatchObject({ 'cache-control': 'no-store', 'content-type': 'application/json' });
  const answer = JSON.parse(reply.body) as TokenAnswer;
  expect(answer).toMatchObject({ access_token: ACCESS, token_type: 'Bearer', scope: VIEW_FLOWS });
  expect(answer.expires_in).toBeGreaterThan(3_590);
  const accept = (value: string) => rig.get(TOKEN, { accept: value }).then(({ body }) => body);
  expect(await accept('text/plain')).toBe(`${ACCESS}\n`);
  expect(await accept('text/html, TEXT/plain;q=0.1, */*')).toBe(`${ACCESS}\n`);
  for (const value of ['*/*', 'text/*', 'application/json, text/plain']) {
    expect(await accept(value)).toContain('"access_token"');
  }
  expect((await rig.get('/v1/header?scope=view_flows')).body).toBe(`Authorization: Bearer ${ACCESS}\n`);
});

it('writes a token’s JSON for people, in ASCII, as `get --json` prints it', async () => {
  const { body } = await rig.get(TOKEN);
  expect(body).toBe(`${asciiJson(JSON.parse(body))}\n`);
  expect(body.split('\n')[1]).toBe(`  "access_token": "${ACCESS}",`);
});

it.each([
  ['application/json, text/plain', true],
  ['application/json, TEXT/plain; q=0.5', true],
  ['text/plain, */*', true],
  // As axios asks.
  ['application/json, text/plain, */*', false],
  ['application/problem+json, text/plain', false],
  ['application/*, text/plain', false],
  ['text/html', false],
])('refuses in lines for whom JSON problems are nothing: %s', async (accept, plain) => {
  const { headers, body } = await rig.get('/v1/token?scope=none', { accept });
  expect(headers['content-type']).toBe(plain ? 'text/plain; charset=utf-8' : 'application/problem+json');
  expect(body.startsWith('unknown-scope\n')).toBe(plain);
});

it('[C31] asks about the identified caller, with its own name as given, for the account’s token', async () => {
  const asked: unknown[] = [];
  const { outcome } = rig.state;
  rig.state.outcome = (...wanted) => {
    asked.push(wanted);
    return outcome(...wanted);
  };
  await rig.get(`${TOKEN}&min_ttl=600&name=nightly%20backup&account=ada@uni.example`);
  expect(rig.questions[0]?.question).toMatchObject({
    caller: program,
    scope: VIEW_FLOWS,
    scopeName: 'view_flows',
    account: { sub: 'sub-ada' },
    selfName: 'nightly backup',
  });
  expect(asked).toEqual([[VIEW_FLOWS, 600_000, 'sub-ada']]);
});

it.each([
  ['/v1/token', 'bad-request'],
  ['/v1/token?scope=', 'bad-request'],
  ['/v1/token?scope=a&scope=b', 'bad-request'],
  [`${TOKEN}&min_ttl=-1`, 'bad-request'],
  [`${TOKEN}&min_ttl=1.5`, 'bad-request'],
  [`${TOKEN}&min_ttl=31536001`, 'bad-request'],
  [`${TOKEN}&interactive=yes`, 'bad-request'],
  [`${TOKEN}&name=${'x'.repeat(81)}`, 'bad-request'],
  [`${TOKEN}&name=a%0ab`, 'bad-request'],
  [`${TOKEN}&name=%E2%80%AEevil`, 'bad-request'],
  [`${TOKEN}&account=%00`, 'bad-request'],
  [`/v1/token?scope=${'x'.repeat(9_000)}`, 'bad-request'],
  ['/v1/audit?limit=0', 'bad-request'],
  ['/v1/token?scope=nope', 'unknown-scope'],
  [`${TOKEN}&account=eve`, 'unknown-account'],
  ['/v1/nothing', 'not-found'],
  ['/v2/token?scope=view_flows', 'not-found'],
  ['/v1/token/../token?scope=view_flows', 'not-found'],
])('refuses %s as %s without asking anybody', async (target, expected) => {
  expect(await reason(target)).toBe(expected);
  expect(rig.questions).toEqual([]);
});

it.each([
  [TOKEN, 'needs-sign-in'],
  [`${TOKEN}&account=ada@uni.example`, 'unknown-account'],
])(
  '[C59] says of an account that ended while %s was decided what is left to do',
  async (target, expected) => {
    rig.state.outcome = () => {
      rig.state.signedIn = false;
      return Promise.resolve({
        kind: 'refused',
        reason: 'unknown-account',
        detail: 'It is not signed in any more.',
      });
    };
    expect(await reason(target)).toBe(expected);
  },
);

it('ignores parameters that it does not know', async () => {
  expect((await rig.get(`${TOKEN}&later=1&later=2`)).status).toBe(200);
});

it.each([
  { origin: 'null' },
  { origin: 'http://localhost' },
  { 'sec-fetch-site': 'none' },
  { host: 'evil.example' },
  { host: 'localhost.evil.example' },
  { host: '127.0.0.1' },
])('refuses what a web page could send: %j', async (headers) => {
  expect(await reason(TOKEN, headers)).toBe('foreign-origin');
  expect(rig.questions).toEqual([]);
});

it('names the methods that a route takes', async () => {
  for (const method of ['POST', 'PUT', 'OPTIONS', 'DELETE', 'PATCH']) {
    expect(await reason(TOKEN, {}, method)).toBe('method-not-allowed');
  }
  expect((await rig.get('/v1/rules', {}, 'POST')).headers.allow).toBe('GET, DELETE');
  expect(await rig.get(TOKEN, {}, 'HEAD')).toMatchObject({ status: 405, body: '' });
});

it('[C36] writes one line per decision, with who and why and no token', async () => {
  await rig.get(TOKEN);
  await rig.get('/v1/header?scope=view_flows');
  rig.state.decide = () => Promise.resolve({ kind: 'refused', reason: 'denied-by-rule', by: 'rule:r-1' });
  await rig.get(TOKEN);
  await rig.get('/v1/token?scope=my-secret-text');
  const who = { pid: 4_242, program: '/usr/bin/python3', script: '/srv/backup.py' };
  expect(rig.audit).toMatchObject([
    { ...who, kind: 'token', answer: 'allowed', by: 'prompt', scope: VIEW_FLOWS, account: 'ada@uni.example' },
    { ...who, kind: 'header', answer: 'allowed', by: 'prompt' },
    { ...who, kind: 'refused', answer: 'denied', by: 'rule:r-1' },
    { ...who, kind: 'refused', answer: 'denied', by: 'unknown-scope', scope: null },
  ]);
  expect(JSON.stringify([rig.audit, rig.logged])).not.toMatch(
    new RegExp(`${ACCESS}|${CANARY}|my-secret-text`),
  );
});

it('[C36] hands out no token that could not be written down', async () => {
  await rig.close();
  rig = await brokerRig({
    audit: { append: () => Promise.reject(new Error(ACCESS)), newest: () => Promise.resolve([]) },
  });
  const reply = await rig.get(TOKEN);
  expect(reply.status).toBe(500);
  expect(reply.body).not.toContain(ACCESS);
  expect(rig.logged.join()).not.toContain(ACCESS);
});

it('[C31] gives a caller that became another program nothing but the reason', async () => {
  const client = await rig.raw();
  client.write(`GET ${TOKEN} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  await client.sees(new RegExp(ACCESS));
  rig.state.same = false;
  client.write(`GET ${TOKEN} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  const all = await client.closed;
  expect(all.match(new RegExp(ACCESS, 'g'))).toHaveLength(1);
  expect(all).toContain('"reason":"caller-changed"');
  expect(rig.audit.at(-1)).toMatchObject({ by: 'caller-changed', answer: 'denied', scope: VIEW_FLOWS });
  for (const target of ['/v1/status', '/v1/audit', '/v1/rules', '/v1/scopes']) {
    expect(await reason(target)).toBe('caller-changed');
  }
  expect(await reason('/v1/lock', {}, 'POST')).toBe('caller-changed');
  expect(rig.state.locked).toBe(false);
});

it('[C31] sees the change that happens while a person thinks', async () => {
  rig.state.decide = () => {
    rig.state.same = false;
    return Promise.resolve({ kind: 'allowed', by: 'prompt' });
  };
  expect(await reason(TOKEN)).toBe('caller-changed');
});

it('[C31] gives nothing to a caller that nobody knows', async () => {
  await rig.close();
  rig = await brokerRig({
    identifier: { identify: () => ({ kind: 'unknown', why: 'gone' }), stillSame: () => true },
  });
  for (const target of [TOKEN, '/v1/status', '/v1/audit'])
    expect(await reason(target)).toBe('caller-unknown');
  expect(rig.questions).toEqual([]);
});

it('[C29] says locked, before and after the question, and while the token is fetched', async () => {
  rig.state.decide = () => {
    rig.state.locked = true;
    return Promise.resolve({ kind: 'allowed', by: 'prompt' });
  };
  expect(await reason(TOKEN)).toBe('locked');
  expect(await reason(TOKEN)).toBe('locked');
  expect(rig.questions).toHaveLength(1);
  rig.state.locked = false;
  rig.state.decide = () => Promise.resolve({ kind: 'allowed', by: 'prompt' });
  const { outcome } = rig.state;
  rig.state.outcome = (...wanted) => {
    rig.state.locked = true;
    return outcome(...wanted);
  };
  expect(await reason(TOKEN)).toBe('locked');
  expect(rig.audit.every(({ answer }) => answer === 'denied')).toBe(true);
});

it('[C29] locks on request', async () => {
  expect(JSON.parse((await rig.get('/v1/lock', {}, 'POST')).body)).toMatchObject({ locked: true });
  expect(await reason(TOKEN)).toBe('locked');
});

it('[C35] takes the question back when the client leaves or closes its half', async () => {
  for (const leave of ['destroy', 'end'] as const) {
    rig.state.decide = never;
    const client = await rig.raw();
    const asked = rig.questions.length;
    const aborted = new Promise<void>((resolve) => {
      rig.state.decide = (question, signal) => {
        signal.addEventListener('abort', () => resolve());
        queueMicrotask(() => client.socket[leave]());
        return never(question, signal);
      };
    });
    client.write(`GET ${TOKEN} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    await aborted;
    await client.closed;
    expect(rig.questions).toHaveLength(asked + 1);
    expect(client.text()).not.toContain(ACCESS);
  }
});

it('[C35] ends open questions when the broker stops', async () => {
  const client = await rig.raw();
  const asked = new Promise<Leaving>((resolve) => {
    rig.state.decide = (question, leaving) => {
      resolve(leaving);
      return never(question, leaving);
    };
  });
  client.write(`GET ${TOKEN} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  const leaving = await asked;
  await rig.broker.close();
  expect(leaving.aborted).toBe(true);
  expect(await client.closed).toBe('');
});

it('starts the missing sign-in and waits for it, only when asked to', async () => {
  rig.state.signedIn = false;
  expect(await reason(TOKEN)).toBe('needs-sign-in');
  expect(rig.state.signIns).toEqual([]);
  expect((await rig.get(`${TOKEN}&interactive=1`)).status).toBe(200);
  expect(rig.state.signIns).toEqual([[VIEW_FLOWS]]);

  const { outcome } = rig.state;
  rig.state.outcome = (...wanted) =>
    rig.state.signIns.length > 1
      ? outcome(...wanted)
      : Promise.resolve({ kind: 'refused', reason: 'needs-consent', detail: 'Not covered.' });
  expect(await reason(TOKEN)).toBe('needs-consent');
  expect((await rig.get(`${TOKEN}&interactive=1`)).status).toBe(200);
});

it.each(['1', '1&wait=30'])(
  '[C35] starts no sign-in for a caller on another machine: interactive=%s',
  async (asked) => {
    rig.state.caller = { ...program, subject: { kind: 'forwarded', relay: 'ssh', host: null } };
    rig.state.signedIn = false;
    expect(await reason(`${TOKEN}&interactive=${asked}`)).toBe('needs-sign-in');
    rig.state.signedIn = true;
    rig.state.outcome = () =>
      Promise.resolve({ kind: 'refused', reason: 'needs-consent', detail: 'Not covered.' });
    expect(await reason(`${TOKEN}&interactive=${asked}`)).toBe('needs-consent');
    expect(rig.state.signIns).toEqual([]);
  },
);

it('[C49] tells the gate how long a person may take, and waits for no sign-in where that is no time', async () => {
  await rig.get(`${TOKEN}&wait=30`);
  await rig.get(`${TOKEN}&wait=0`);
  await rig.get(TOKEN);
  expect(rig.questions.map(({ question }) => question.wait)).toEqual([30_000, 0, undefined]);
  expect(await reason(`${TOKEN}&wait=soon`)).toBe('bad-request');
  rig.state.outcome = () =>
    Promise.resolve({ kind: 'refused', reason: 'needs-consent', detail: 'Not covered.' });
  expect(await reason(`${TOKEN}&wait=0&interactive=1`)).toBe('needs-consent');
  rig.state.signedIn = false;
  expect(await reason(`${TOKEN}&wait=0&interactive=1`)).toBe('needs-sign-in');
  expect(rig.state.signIns).toEqual([]);
});

it('[C27] passes on what is wrong with the vault, and what to do about it', async () => {
  rig.state.outcome = () =>
    Promise.resolve({
      kind: 'refused',
      reason: 'vault-trouble',
      detail: 'There is no keyring. Nothing can be stored.',
      next: 'Create one.',
      trouble: 'collection',
    });
  const reply = await rig.get(TOKEN);
  expect(JSON.parse(reply.body)).toMatchObject({
    reason: 'vault-trouble',
    detail: 'There is no keyring. Nothing can be stored.',
    next: 'Create one.',
    trouble: 'collection',
  });
  expect((await rig.get(TOKEN, { accept: 'text/plain' })).body).toBe(
    'vault-trouble/collection\nThere is no keyring. Nothing can be stored.\nCreate one.\n',
  );
});

it('says a problem in three lines to who wants text first, and as a document to everybody else', async () => {
  const target = '/v1/token?scope=nope';
  for (const accept of ['text/plain', ' TEXT/PLAIN ; q=0.5, application/json']) {
    const reply = await rig.get(target, { accept });
    expect([reply.status, reply.headers['content-type']]).toEqual([404, 'text/plain; charset=utf-8']);
    expect(reply.body).toMatch(/^unknown-scope\n[^\n]+\.\n[^\n]+\n$/);
    expect(reply.headers['cache-control']).toBe('no-store');
  }
  for (const accept of ['*/*', 'text/*', 'application/json, text/plain, */*', 'text/plainer', '']) {
    expect(await reason(target, { accept })).toBe('unknown-scope');
  }
  rig.state.decide = () =>
    Promise.resolve({
      kind: 'refused',
      reason: 'denied',
      by: 'x',
      detail: 'One\r\n  and two.',
      next: 'Three',
    });
  expect((await rig.get(TOKEN, { accept: 'text/plain' })).body).toBe('denied\nOne and two.\nThree\n');
});

describe('a socket that was made for some scopes and some time', () => {
  const OTHER = 'https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a/run';
  const limited = async (scopes: readonly string[], until = Date.now() + 60_000) => {
    await rig.close();
    rig = await brokerRig({ limit: { scopes, until } });
  };

  it('[C35] hands out these scopes by approval, and no others', async () => {
    await limited([VIEW_FLOWS]);
    expect((await rig.get(TOKEN)).status).toBe(200);
    expect(JSON.parse((await rig.get('/v1/scopes')).body)).toHaveLength(1);
    expect((await rig.get('/v1/check?scope=view_flows&for=5')).status).toBe(200);
    expect(await reason('/v1/check?for=5')).toBe('outside-forward');
    await limited([OTHER]);
    for (const target of [TOKEN, '/v1/header?scope=view_flows', '/v1/snippet?scope=view_flows']) {
      expect(await reason(target)).toBe('outside-forward');
    }
    expect(JSON.parse((await rig.get('/v1/scopes')).body)).toEqual([]);
    expect(rig.questions).toEqual([]);
    expect(rig.audit.map(({ by, scope }) => [by, scope])).toEqual([
      ['outside-forward', VIEW_FLOWS],
      ['outside-forward', VIEW_FLOWS],
    ]);
  });

  it('[C35] takes every caller for one of the other machine', async () => {
    await limited([VIEW_FLOWS]);
    for (const [target, method] of [
      ...[['/v1/rules', 'GET'] as const, ['/v1/lock', 'POST'] as const, ['/v1/flows', 'GET'] as const],
      ...[['/v1/sign-out', 'POST'] as const, ['/v1/retire', 'POST'] as const],
    ]) {
      expect(await reason(target, {}, method)).toBe('outside-forward');
    }
    expect(rig.manage.calls).toEqual([]);
  });

  it('[C35] says nothing after its time, also when that ends while a person thinks', async () => {
    await limited([VIEW_FLOWS], Date.now());
    for (const target of [TOKEN, '/v1/scopes', '/v1/status', '/v1/check?scope=view_flows&for=5']) {
      const { detail } = JSON.parse((await rig.get(target)).body) as ProblemDocument;
      expect(detail).toBe('The time of this forward is over.');
    }
    await rig.close();
    let now = 1_000;
    const clock = { ...realClock, now: () => now };
    rig = await brokerRig({ limit: { scopes: [VIEW_FLOWS], until: 2_000 }, clock });
    rig.state.decide = () => {
      now = 2_000;
      return Promise.resolve({ kind: 'allowed', by: 'prompt' });
    };
    expect(await reason(TOKEN)).toBe('outside-forward');
    expect(rig.audit.at(-1)).toMatchObject({ answer: 'denied', by: 'outside-forward' });
  });
});

it('signs in for several scopes at once', async () => {
  expect((await rig.get(`/v1/sign-in?scope=view_flows%20${VIEW_FLOWS}`, {}, 'POST')).status).toBe(200);
  expect(rig.state.signIns).toEqual([[VIEW_FLOWS, VIEW_FLOWS]]);
  expect(await reason('/v1/sign-in?scope=view_flows%20nope', {}, 'POST')).toBe('unknown-scope');
});

it('[C35] lets a program revoke a yes, and only a terminal a never', async () => {
  const rule = { program: '/usr/bin/x', script: null, scope: VIEW_FLOWS, account: 'ada', until: null };
  rig.state.rules = [
    { ...rule, id: 'yes', answer: 'allow' },
    { ...rule, id: 'no', answer: 'deny' },
  ];
  expect(await reason('/v1/rules?id=other', {}, 'DELETE')).toBe('not-found');
  expect(await reason('/v1/rules?id=no', {}, 'DELETE')).toBe('denied');
  expect((await rig.get('/v1/rules?id=yes', {}, 'DELETE')).status).toBe(200);
  expect(rig.state.rules.map(({ id }) => id)).toEqual(['no']);
  const leader = { pid: 1, startTime: '1' };
  rig.state.caller = {
    ...program,
    subject: { kind: 'terminal', process: program.peer, terminal: { tty: 'pts/3', leader } },
  };
  expect((await rig.get('/v1/rules?id=no', {}, 'DELETE')).body).toBe('[]\n');
  expect(rig.audit.map(({ kind, answer, by }) => [kind, answer, by])).toEqual([
    ['rule', 'denied', 'rule:no'],
    ['rule', 'done', 'rule:yes'],
    ['rule', 'done', 'rule:no'],
  ]);
});

it('[C35] gives forwarded callers tokens by approval, and no management', async () => {
  rig.state.caller = { ...program, subject: { kind: 'forwarded', relay: '/usr/bin/ssh', host: 'hpc' } };
  expect((await rig.get(TOKEN)).status).toBe(200);
  for (const [method, target] of [
    ...[['GET', '/v1/rules'] as const, ['DELETE', '/v1/rules?id=x'] as const, ['GET', '/v1/audit'] as const],
    ...[['POST', '/v1/sign-in?scope=view_flows'] as const, ['POST', '/v1/lock'] as const],
  ]) {
    expect(await reason(target, {}, method)).toBe('outside-forward');
  }
  expect(rig.state.locked).toBe(false);
  expect(rig.audit.slice(1).map(({ by }) => by)).toEqual(Array(5).fill('outside-forward'));
});

it('[C35] tells rules and log to no caller without a name, and signs in for none; locking is for everybody', async () => {
  const rule = {
    id: 'r-1',
    program: '/usr/bin/x',
    script: null,
    scope: VIEW_FLOWS,
    account: 'ada@uni.example',
  };
  rig.state.rules = [{ ...rule, answer: 'allow', until: null }];
  rig.state.caller = { ...program, subject: { kind: 'unidentified', why: 'its parent is gone' } };
  for (const [method, target] of [
    ...[
      ['GET', '/v1/rules'] as const,
      ['DELETE', '/v1/rules?id=r-1'] as const,
      ['GET', '/v1/audit'] as const,
    ],
    ['POST', '/v1/sign-in?scope=view_flows'] as const,
  ]) {
    expect([target, await reason(target, {}, method)]).toEqual([target, 'caller-unknown']);
  }
  expect(rig.state.rules).toHaveLength(1);
  expect(rig.state.signIns).toEqual([]);
  expect((await rig.get('/v1/status')).status).toBe(200);
  expect((await rig.get('/v1/lock', {}, 'POST')).status).toBe(200);
});

it('[C59] says why a caller has no name, in signs that a terminal can show', async () => {
  const why = 'evil\u001b[2J must not be looked at';
  rig.state.caller = { ...program, subject: { kind: 'unidentified', why } };
  const { body } = await rig.get('/v1/rules');
  expect(JSON.parse(body)).toMatchObject({
    detail: 'Which program asks cannot be said (evil?[2J must not be looked at), so this is not done for it.',
    next: 'Run it in a terminal, or from a script of yours.',
  });
});

it('[C35] opens no browser for a caller without a name: interactive=1 is as without, and a person is asked as ever', async () => {
  rig.state.caller = { ...program, subject: { kind: 'unidentified', why: 'its parent is gone' } };
  rig.state.signedIn = false;
  expect(await reason(`${TOKEN}&interactive=1`)).toBe('needs-sign-in');
  rig.state.signedIn = true;
  rig.state.outcome = () =>
    Promise.resolve({ kind: 'refused', reason: 'needs-consent', detail: 'It does not cover this scope.' });
  expect(await reason(`${TOKEN}&interactive=1`)).toBe('needs-consent');
  expect(rig.state.signIns).toEqual([]);
  expect(rig.questions).toHaveLength(1);
});

it('[C26] status waits for the first look at the vault', async () => {
  await rig.close();
  let tell: () => void = () => undefined;
  const looked = new Promise<void>((resolve) => (tell = resolve));
  let come: () => void = () => undefined;
  const came = new Promise<void>((resolve) => (come = resolve));
  rig = await brokerRig({ looked: () => (come(), looked) });
  let answered = false;
  const answer = rig.get('/v1/status').then((reply) => {
    answered = true;
    return reply;
  });
  await came;
  expect(answered).toBe(false);
  tell();
  expect((await answer).status).toBe(200);
});

it('[C35] macOS and Windows name nobody, so the user’s own programs sign in there and manage the agent', async () => {
  expect((['linux', 'darwin', 'win32'] as const).filter(namesCallers)).toEqual(['linux']);
  await rig.close();
  rig = await brokerRig({ nameless: !namesCallers('darwin') });
  rig.state.caller = { ...program, subject: { kind: 'unidentified', why: 'no process chain' } };
  rig.state.signedIn = false;
  expect((await rig.get(`${TOKEN}&interactive=1`)).status).toBe(200);
  expect(rig.state.signIns).toHaveLength(1);
  // The sign-in is no yes: whoever asked is asked about all the same.
  expect(rig.questions).toHaveLength(1);
  expect((await rig.send('POST', '/v1/sign-out', {})).status).toBe(200);
  const answered = await rig.send('POST', '/v1/approvals', { id: 'q-1f3a', answer: 'once' });
  // A terminal, which the reason's own sentences name, would help nobody there.
  expect(JSON.parse(answered.body)).toMatchObject({
    reason: 'needs-terminal',
    detail: expect.stringContaining('does not tell who asks') as string,
    next: expect.stringMatching(/^Do it in the app\./) as string,
  });
});

it('[C32] tells them where the system names nobody', async () => {
  await rig.close();
  rig = await brokerRig({ nameless: true });
  rig.state.caller = { ...program, subject: { kind: 'unidentified', why: 'a Windows pipe' } };
  for (const target of ['/v1/rules', '/v1/audit']) expect((await rig.get(target)).status).toBe(200);
});

it('[C35] tells the identifier whose forward the socket is', async () => {
  await rig.close();
  const hosts: (string | null)[] = [];
  rig = await brokerRig({
    forwardedFrom: 'hpc.uni.example',
    identifier: {
      identify: (_socket, host) => {
        hosts.push(host);
        return { kind: 'caller', caller: program };
      },
      stillSame: () => true,
    },
  });
  await rig.get(TOKEN);
  expect(hosts).toEqual(['hpc.uni.example']);
});
