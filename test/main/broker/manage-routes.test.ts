import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Act, ACTS, type ProblemDocument } from '../../../main/broker/contract.ts';
import { ROUTES } from '../../../main/broker/contract-routes.ts';
import { MANAGE_ROUTES } from '../../../main/broker/contract-manage-routes.ts';
import { AuditNotWritten } from '../../../main/broker/ports.ts';
import type { Caller } from '../../../main/broker/types.ts';
import { type BrokerRig, brokerRig, program, realClock, VIEW_FLOWS } from '../../support/broker-rig.ts';
import { PENDING } from '../../support/recording-manage.ts';
import { until } from '../../support/until.ts';

const FLOW = '30c8fd84-8e7f-4bbd-9d1c-3c5f3a4d1e2f';
const CLIENT = '61338D24-54d5-408f-a10d-66c06b59f6d2';
const TERMINAL: Caller = {
  ...program,
  subject: {
    kind: 'terminal',
    process: { pid: 77, startTime: '7', executable: '/usr/bin/bash' },
    terminal: { tty: 'pts/3', leader: { pid: 77, startTime: '7' } },
  },
};
const FORWARDED: Caller = {
  ...program,
  subject: { kind: 'forwarded', relay: '/usr/sbin/sshd', host: 'hpc.example' },
};
const UNIDENTIFIED: Caller = { ...program, subject: { kind: 'unidentified', why: 'its parent is gone' } };

type Ask = readonly [method: string, target: string, body?: Record<string, unknown>];

/** One request for each route that a person at a terminal may ask, with the call that it becomes. */
const CALLS: readonly (readonly [Ask, readonly unknown[] | null])[] = [
  [
    ['GET', '/v1/check?scope=view_flows&for=3600'],
    ['check', 'view_flows', 3_600],
  ],
  [
    ['GET', '/v1/snippet?scope=view_flows&tool=curl&recipe=list-flows'],
    ['snippet', 'view_flows', 'curl', 'list-flows'],
  ],
  [
    ['POST', '/v1/scopes', { scope: VIEW_FLOWS }],
    ['addScope', VIEW_FLOWS],
  ],
  [
    ['DELETE', '/v1/scopes?scope=view_flows'],
    ['removeScope', 'view_flows'],
  ],
  [['GET', '/v1/flows'], null],
  [
    ['POST', '/v1/flows', { flow: `https://app.globus.org/flows/${FLOW}` }],
    ['addFlow', `https://app.globus.org/flows/${FLOW}`],
  ],
  [
    ['DELETE', `/v1/flows?id=${FLOW}`],
    ['removeFlow', FLOW],
  ],
  [['GET', '/v1/approvals'], null],
  [
    ['POST', '/v1/approvals', { id: 'q-1f3a', answer: 'once' }],
    ['answer', 'q-1f3a', 'once'],
  ],
  [['GET', '/v1/policy'], null],
  [['POST', '/v1/policy'], ['startPolicy']],
  [['GET', '/v1/login'], null],
  [
    ['POST', '/v1/login', { scopes: 'view_flows x[y z]', way: 'browser', account: 'new' }],
    ['startLogin', { scopes: ['view_flows', 'x[y z]'], way: 'browser', account: 'new', isolate: false }],
  ],
  [
    ['POST', '/v1/login/code', { code: 'AbC123' }],
    ['submitCode', 'AbC123'],
  ],
  [['DELETE', '/v1/login'], ['cancelLogin']],
  [
    ['POST', '/v1/client', { client_id: CLIENT }],
    ['setClientId', CLIENT.toLowerCase()],
  ],
  [
    ['POST', '/v1/sign-out', { account: 'ada@uni.example' }],
    ['signOut', 'ada@uni.example', null, false],
  ],
  [
    ['POST', '/v1/unlock', { passphrase: 'correct horse' }],
    ['unlock', 'correct horse'],
  ],
  [
    ['POST', '/v1/vault', { backend: 'passphrase', passphrase: 'p' }],
    ['chooseVault', 'passphrase', 'p'],
  ],
  [['GET', '/v1/imports'], null],
  [
    ['POST', '/v1/imports', { file: '/home/ada/tokens.json', client_id: CLIENT }],
    ['adoptImport', '/home/ada/tokens.json', CLIENT.toLowerCase()],
  ],
  [
    ['DELETE', '/v1/imports?file=/home/ada/tokens.json'],
    ['removeImport', '/home/ada/tokens.json', null],
  ],
  [['GET', '/v1/forwards'], null],
  [
    ['POST', '/v1/forwards', { host: 'ada@login.hpc.example', scopes: 'view_flows', seconds: 28_800 }],
    ['openForward', 'ada@login.hpc.example', ['view_flows'], 28_800],
  ],
  [
    ['DELETE', '/v1/forwards?id=f-1f3a'],
    ['closeForward', 'f-1f3a'],
  ],
];
const OF_ANYBODY = ['/v1/check', '/v1/snippet'];
const isOfAnybody = ([, target]: Ask) => OF_ANYBODY.some((path) => target.startsWith(path));

/** A broker announces nothing: it is looked at now and then. */
const QUIET = { subscribe: () => () => undefined };

let rig: BrokerRig;
beforeEach(async () => {
  rig = await brokerRig();
  rig.state.caller = TERMINAL;
});
afterEach(() => rig.close());

const send = ([method, target, body]: Ask) =>
  body === undefined ? rig.get(target, {}, method) : rig.send(method, target, body);
const problem = async (ask: Ask) => JSON.parse((await send(ask)).body) as ProblemDocument;

it('has a request here for every route of the command line', () => {
  const told = CALLS.map(([[method, target]]) => `${method} ${target.split('?')[0] ?? ''}`);
  expect(told).toEqual(MANAGE_ROUTES.map(({ method, path }) => `${method} ${path}`));
  expect(ROUTES).toEqual(expect.arrayContaining([...MANAGE_ROUTES]));
});

it.each(CALLS)('%j becomes %j', async (ask, call) => {
  const reply = await send(ask);
  expect([reply.status, reply.headers['content-type']]).toEqual([200, 'application/json']);
  expect(rig.manage.calls).toEqual(call === null ? [] : [call]);
});

it('answers with what the call changed: scopes, flows, questions, sockets, the state', async () => {
  const fields = async (ask: Ask) => {
    const value = JSON.parse((await send(ask)).body) as Record<string, unknown> | Record<string, unknown>[];
    return Object.keys(Array.isArray(value) ? (value[0] ?? {}) : value);
  };
  expect(await fields(['POST', '/v1/scopes', { scope: VIEW_FLOWS }])).toContain('also_allows');
  expect(await fields(['DELETE', `/v1/flows?id=${FLOW}`])).toContain('title');
  expect(await fields(['POST', '/v1/approvals', { id: 'q-1f3a', answer: 'deny' }])).toContain('offers');
  expect(await fields(['DELETE', '/v1/forwards?id=f-1f3a'])).toContain('until');
  for (const path of ['/v1/sign-out', '/v1/unlock']) {
    expect(await fields(['POST', path, {}])).toContain('vault_state');
  }
  const text = await rig.get('/v1/snippet?scope=view_flows', { accept: 'text/plain' });
  expect([text.headers['content-type'], text.body]).toEqual(['text/plain; charset=utf-8', 'curl …\n']);
});

it.each(
  CALLS.filter(([, call]) => call !== null && !['cancelLogin', 'closeForward'].includes(String(call[0]))),
)('passes a refusal of %j on in its own words', async (ask) => {
  rig.manage.refusal = {
    kind: 'refused',
    reason: 'vault-trouble',
    detail: 'What happened.',
    next: 'What to do.',
    trouble: 'swapped',
  };
  const reply = await send(ask);
  expect(reply.status).toBe(503);
  expect(JSON.parse(reply.body)).toMatchObject({
    reason: 'vault-trouble',
    detail: 'What happened.',
    next: 'What to do.',
    trouble: 'swapped',
  });
  // Globus may have ended some of them before it refused one.
  const signOut = { kind: 'rule', answer: 'denied', by: 'sign-out', account: 'ada@uni.example' };
  expect(rig.audit).toMatchObject(ask[1] === '/v1/sign-out' ? [signOut] : []);
});

it('says so when there is no such socket', async () => {
  rig.manage.hasForward = false;
  expect(await problem(['DELETE', '/v1/forwards?id=f-1'])).toMatchObject({ reason: 'not-found' });
});

describe('who may', () => {
  it.each(CALLS)('[C35] %j: no forwarded and no unidentified caller, except of tokens', async (ask) => {
    for (const [caller, reason] of [
      [FORWARDED, 'outside-forward'],
      [UNIDENTIFIED, 'caller-unknown'],
    ] as const) {
      rig.state.caller = caller;
      if (isOfAnybody(ask)) {
        expect((await send(ask)).status).toBe(200);
      } else {
        expect(await problem(ask)).toMatchObject({ reason, status: 403 });
        expect(rig.manage.calls).toEqual([]);
      }
    }
  });

  it.each(CALLS)('%j: no caller that became another program', async (ask) => {
    rig.state.same = false;
    expect(await problem(ask)).toMatchObject({ reason: 'caller-changed' });
    if (ask[0] !== 'GET') expect(rig.manage.calls).toEqual([]);
  });

  it('[C35] no program answers questions, writes the policy, or unlocks without a passphrase', async () => {
    rig.state.caller = program;
    const asks: readonly Ask[] = [
      ['POST', '/v1/approvals', { id: 'q-1f3a', answer: 'always' }],
      ['POST', '/v1/policy'],
      ['POST', '/v1/unlock'],
    ];
    for (const ask of asks) expect(await problem(ask)).toMatchObject({ reason: 'needs-terminal' });
    expect(rig.manage.calls).toEqual([]);
    rig.manage.needsPassphrase = true;
    expect((await send(['POST', '/v1/unlock', { passphrase: 'p' }])).status).toBe(200);
    for (const ask of asks.slice(0, 2))
      expect(await problem(ask)).toMatchObject({ reason: 'needs-terminal' });
  });

  it('[C35] somebody without a name unlocks with the passphrase, and with nothing else', async () => {
    rig.state.caller = UNIDENTIFIED;
    expect(await problem(['POST', '/v1/unlock'])).toMatchObject({ reason: 'caller-unknown' });
    rig.manage.needsPassphrase = true;
    expect((await send(['POST', '/v1/unlock', { passphrase: 'p' }])).status).toBe(200);
    rig.state.caller = FORWARDED;
    expect(await problem(['POST', '/v1/unlock', { passphrase: 'p' }])).toMatchObject({
      reason: 'outside-forward',
    });
  });

  it('[C34] a program of this machine may do the rest', async () => {
    rig.state.caller = program;
    for (const [ask] of CALLS) {
      if (['/v1/approvals', '/v1/policy', '/v1/unlock'].includes(ask[1]) && ask[0] === 'POST') continue;
      expect([ask, (await send(ask)).status]).toEqual([ask, 200]);
    }
  });

  it('nobody, on a socket that hands out tokens only', async () => {
    await rig.close();
    rig = await brokerRig({ manage: undefined } as object);
    for (const [ask] of CALLS) expect(await problem(ask)).toMatchObject({ reason: 'not-found' });
  });
});

describe('the audit log', () => {
  it('[C36] has a line of each answer that a terminal gave, and of a policy that was written', async () => {
    await send(['POST', '/v1/approvals', { id: 'q-1f3a', answer: 'hour' }]);
    await send(['POST', '/v1/approvals', { id: 'q-1f3a', answer: 'never' }]);
    await send(['POST', '/v1/policy']);
    // It is there already.
    await send(['POST', '/v1/policy']);
    const line = { kind: 'rule', by: 'terminal', pid: 77, program: '/usr/bin/bash' };
    const { scope, account } = PENDING;
    expect(rig.audit).toMatchObject([
      { ...line, answer: 'allowed', scope, account },
      { ...line, answer: 'denied', scope, account },
      { ...line, answer: 'done', scope: null, account: null },
    ]);
    expect(rig.audit).toHaveLength(3);
  });

  it('[C36] has a line of whatever changes sign-ins, where they are kept, or who may ask: who did it, and what', async () => {
    rig.state.caller = program;
    rig.manage.needsPassphrase = true;
    const of: Partial<Record<Act, Ask>> = {
      vault: ['POST', '/v1/vault', { backend: 'passphrase', passphrase: 'secret-zq' }],
      client: ['POST', '/v1/client', { client_id: CLIENT }],
      'sign-in': ['POST', '/v1/login', { way: 'paste' }],
      'sign-out': ['POST', '/v1/sign-out', {}],
      'sign-out-unconfirmed': ['POST', '/v1/sign-out', { unconfirmed: true }],
      lock: ['POST', '/v1/lock'],
      unlock: ['POST', '/v1/unlock', { passphrase: 'secret-zq' }],
      forward: ['POST', '/v1/forwards', { host: 'hpc', scopes: 'view_flows', seconds: 60 }],
      'forward-closed': ['DELETE', '/v1/forwards?id=f-1f3a'],
      import: ['POST', '/v1/imports', { file: '/home/ada/tokens.json' }],
      'import-removed': ['DELETE', '/v1/imports?file=/home/ada/tokens.json'],
    };
    expect(Object.keys(of)).toEqual(Object.keys(ACTS));
    for (const ask of Object.values(of)) expect((await send(ask)).status, ask[1]).toBe(200);
    const line = {
      kind: 'rule',
      answer: 'done',
      pid: 4_242,
      program: '/usr/bin/python3',
      script: '/srv/backup.py',
    };
    expect(rig.audit).toMatchObject(
      Object.keys(of).map((by) => ({ ...line, by, scope: null, account: null })),
    );
    expect(rig.audit).toHaveLength(Object.keys(of).length);
    expect(JSON.stringify(rig.audit)).not.toContain('secret-zq');
  });

  it('[C36] says whose sign-in was ended and of which scope, by what the agent knows and not by what was typed', async () => {
    await send(['POST', '/v1/sign-out', { account: 'ada@uni.example', scope: 'view_flows' }]);
    await send(['POST', '/v1/sign-out', { account: 'secret-zq', scope: 'secret-zq' }]);
    const line = { kind: 'rule', by: 'sign-out', pid: 77 };
    expect(rig.audit).toMatchObject([
      { ...line, account: 'ada@uni.example', scope: VIEW_FLOWS },
      { ...line, account: null, scope: null },
    ]);
  });

  it('[C36] has the line of a sign-in that a program wants before a browser opens; of none without the line', async () => {
    rig.state.caller = program;
    const ask: Ask = ['POST', '/v1/sign-in?scope=view_flows'];
    expect((await send(ask)).status).toBe(200);
    expect(rig.audit).toMatchObject([{ by: 'sign-in', scope: VIEW_FLOWS, program: '/usr/bin/python3' }]);
    await rig.close();
    const append = () => Promise.reject(new AuditNotWritten('disk full'));
    rig = await brokerRig({ audit: { append, newest: () => Promise.resolve([]) } });
    expect(await problem(ask)).toMatchObject({ reason: 'internal' });
    expect(rig.state.signIns).toEqual([]);
    // A lock only closes: it is one all the same.
    expect((await send(['POST', '/v1/lock'])).status).toBe(200);
    expect(rig.state.locked).toBe(true);
  });

  it('[C36] has no secret that was sent, and the log neither', async () => {
    rig.manage.needsPassphrase = true;
    for (const refusal of [null, { kind: 'refused', reason: 'internal' } as const]) {
      rig.manage.refusal = refusal;
      const replies = [
        await send(['POST', '/v1/unlock', { passphrase: 'secret-zq' }]),
        await send(['POST', '/v1/vault', { backend: 'passphrase', passphrase: 'secret-zq' }]),
        await send(['POST', '/v1/login/code', { code: 'secret-zq' }]),
        await send(['POST', '/v1/unlock', { passphrase: 'secret-zq\u0000' }]),
        await send(['POST', '/v1/unlock', { passphrase: ['secret-zq'] }]),
      ];
      expect(JSON.stringify([replies, rig.audit, rig.logged])).not.toContain('secret-zq');
    }
  });
});

describe('waiting for a sign-in', () => {
  const login = (seconds: number) => rig.get(`/v1/login?wait=${seconds}`);
  const waits = () => until(QUIET, () => rig.manage.calls.length > 0);

  it('answers when it is over', async () => {
    const reply = login(60);
    await waits();
    rig.manage.endLogin();
    expect(JSON.parse((await reply).body)).toMatchObject({ phase: 'done' });
  });

  it('answers with what is so far after the time, which is a minute at most', async () => {
    await rig.close();
    const timers: number[] = [];
    const after = (milliseconds: number, run: () => void) => {
      timers.push(milliseconds);
      if (milliseconds > 20_000) queueMicrotask(run);
      return () => undefined;
    };
    rig = await brokerRig({ clock: { ...realClock, after } });
    expect(JSON.parse((await login(86_400)).body)).toMatchObject({ phase: 'waiting' });
    expect(timers).toContain(60_000);
  });

  it('ends with the client', async () => {
    const raw = await rig.raw();
    raw.write('GET /v1/login?wait=60 HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await waits();
    raw.socket.destroy();
    await until(QUIET, () => rig.broker.connections === 0);
  });
});
