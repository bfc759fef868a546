import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ApiErrorKind, classifyApiError } from '../../../main/globus/api-error.ts';
import { apiProblem } from '../../../main/globus/api-problem.ts';
import { FlowsBench } from '../../sandbox/flows/bench.ts';
import {
  ACTIVE_RUN_ID,
  DELETED_FLOW_ID,
  gareFlowId,
  HELLO_FLOW_ID,
  VIEW_ONLY_FLOW_ID,
} from '../../sandbox/flows/seed.ts';

const VIEW = 'https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a/view_flows';

const bench = new FlowsBench();
const CALLS: readonly [
  title: string,
  call: () => ReturnType<FlowsBench['call']>,
  kind: ApiErrorKind['kind'],
][] = [
  ['no token', () => bench.get('/flows'), 'authentication'],
  ['a token without the scope', () => bench.get('/flows', bench.token('run')), 'missing-scope'],
  [
    'a missing role',
    () =>
      bench.call('POST', `/flows/${VIEW_ONLY_FLOW_ID}/run`, bench.flowToken(VIEW_ONLY_FLOW_ID, 1), {
        body: {},
      }),
    'forbidden',
  ],
  ['a deleted flow', () => bench.get(`/flows/${DELETED_FLOW_ID}`, bench.token('all')), 'not-found'],
  [
    'a bad input',
    () =>
      bench.call('POST', `/flows/${HELLO_FLOW_ID}/run`, bench.flowToken(HELLO_FLOW_ID), {
        body: { name: 3 },
      }),
    'input',
  ],
  ['a bad flow', () => bench.call('POST', '/flows', bench.token('all'), {}), 'input'],
  [
    'a run that goes on',
    () => bench.call('POST', `/runs/${ACTIVE_RUN_ID}/release`, bench.token('all')),
    'conflict',
  ],
  [
    'a policy',
    () =>
      bench.call('POST', `/flows/${gareFlowId('policy')}/run`, bench.flowToken(gareFlowId('policy')), {
        body: {},
      }),
    'requirement',
  ],
];

describe('classifyApiError', () => {
  it.each(CALLS)('[C59] tells %s apart', (_title, call, kind) => {
    const answer = call();
    const error = classifyApiError(answer.status, answer.body);
    expect(error.kind).toBe(kind);
    expect(error.status).toBe(answer.status);
    expect(error.code).toEqual(expect.any(String));
    expect(error.debugId).toEqual(expect.any(String));
  });

  it('[C19] names the scope that is missing', () => {
    const { status, body } = bench.get('/flows', bench.token('run'));
    const error = classifyApiError(status, body);
    expect(error).toMatchObject({ kind: 'missing-scope', code: 'MISSING_SCOPE', scopes: [VIEW] });
    const several = {
      error: { code: 'MISSING_SCOPE', detail: `One of "${VIEW}", '${VIEW}' or (transfer:all).` },
    };
    expect(classifyApiError(403, several)).toMatchObject({
      scopes: [VIEW, 'urn:globus:auth:scope:transfer.api.globus.org:all'],
    });
    const none = { error: { code: 'MISSING_SCOPE', detail: 'see https://evil.example/x' } };
    expect(classifyApiError(403, none)).toMatchObject({ kind: 'missing-scope', scopes: [] });
  });

  it('names the permission that is missing, and the fields that are wrong', () => {
    const detail = 'You do not have the necessary permissions. Missing permissions: RUN.';
    expect(classifyApiError(403, { error: { code: 'FORBIDDEN', detail } })).toMatchObject({
      permission: 'RUN',
    });
    const issues = [
      { loc: ['$.bool'], msg: "'x' is not of type 'boolean'", type: 'InvalidActionInput' },
      { loc: ['a', 0], msg: 'field\nrequired' },
      { msg: 'whole' },
      'rest',
    ];
    expect(classifyApiError(400, { error: { code: 'FLOW_INPUT_ERROR', detail: issues } })).toMatchObject({
      kind: 'input',
      issues: ["$.bool: 'x' is not of type 'boolean'", 'a.0: field required', 'whole'],
    });
  });

  it.each([
    [401, {}, 'authentication'],
    [403, null, 'forbidden'],
    [404, '<html>', 'not-found'],
    [409, [], 'conflict'],
    [418, {}, 'other'],
    [422, {}, 'input'],
    [403, { error: { code: 'NOT_FOUND' } }, 'not-found'],
    [409, { error: { code: 'SCOPE_RESOLUTION_FAILED' } }, 'conflict'],
    [
      401,
      { error: 'unauthorized', errors: [{ code: 'UNAUTHORIZED', detail: 'x', id: 'i' }] },
      'authentication',
    ],
  ])('takes %i with %j for %s', (status, body, kind) => {
    expect(classifyApiError(status, body).kind).toBe(kind);
  });

  it('never throws, and gives people plain text', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 400, max: 499 }),
        fc.anything(),
        fc.string({ unit: 'binary' }),
        (status, any, text) => {
          classifyApiError(status, any);
          const error = classifyApiError(status, {
            error: { code: text, detail: text, message: any },
            debug_id: text,
          });
          const { detail = '', title } = apiProblem(error);
          expect(`${detail}${title}`).not.toMatch(/[\p{Cc}\u202A-\u202E]/u);
        },
      ),
    );
  });
});

describe('apiProblem', () => {
  it('[C59] explains a missing scope by its short name', () => {
    const { status, body } = bench.get('/flows', bench.token('run'));
    expect(apiProblem(classifyApiError(status, body))).toMatchObject({
      reason: 'missing-scope',
      title: 'The token lacks the scope view_flows',
      next: 'Get a token for view_flows.',
    });
  });

  it('[C59] explains a missing role, and that no sign-in helps', () => {
    const error = classifyApiError(403, {
      error: { code: 'FORBIDDEN', detail: 'Missing permissions: RUN.' },
    });
    const problem = apiProblem(error, 'flow_viewer');
    expect(problem.title).toBe(
      'Your role (flow_viewer) does not allow this: it needs flow_starter or higher',
    );
    expect(problem.tokens).toMatch(/sign-in would not help/);
    expect(apiProblem(classifyApiError(403, {})).title).toBe('Your role does not allow this');
  });

  it.each(CALLS)('[C59] says what happened, what it means and what is next about %s', (_title, call) => {
    const { status, body } = call();
    const problem = apiProblem(classifyApiError(status, body));
    for (const text of [problem.title, problem.tokens, problem.next]) expect(text.length).toBeGreaterThan(10);
    expect(problem.detail).toMatch(/Reference: /);
  });
});
