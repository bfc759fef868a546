import type { Reason } from './contract.ts';
import { MANAGE_ROUTES } from './contract-manage-routes.ts';
import { ACCOUNT, type Route, type RouteParameter, SCOPE, WAIT } from './contract-parameters.ts';

export type { Route, RouteParameter } from './contract-parameters.ts';

const MIN_TTL: RouteParameter = {
  name: 'min_ttl',
  type: 'integer',
  required: false,
  description: 'Seconds that the token must live at least; a shorter one is renewed first',
  example: '600',
};
const INTERACTIVE: RouteParameter = {
  name: 'interactive',
  type: 'boolean',
  required: false,
  description: '1: a missing sign-in or consent is asked for in the app, and the request waits for it',
  example: '1',
};
const NAME: RouteParameter = {
  name: 'name',
  type: 'string',
  required: false,
  description: 'What the caller calls itself; shown as unverified',
  example: 'nightly backup',
};
const TOKEN_REASONS = [
  'unknown-scope',
  'unknown-account',
  'denied',
  'denied-by-rule',
  'no-answer',
  'cooling-down',
  'caller-changed',
  'caller-unknown',
  'locked',
  'not-set-up',
  'needs-sign-in',
  'needs-consent',
  'expires-too-soon',
  'unreachable',
  'vault-trouble',
  'outside-forward',
] as const satisfies readonly Reason[];
const TOKEN_PARAMETERS = [SCOPE, MIN_TTL, ACCOUNT, INTERACTIVE, WAIT, NAME];

/** The routes of the broker’s contract, as tables: docs, OpenAPI, guards and handlers go by them. */
export const ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/token',
    summary: 'An access token for one scope',
    parameters: TOKEN_PARAMETERS,
    answers: ['application/json', 'text/plain'],
    schema: 'TokenAnswer',
    reasons: TOKEN_REASONS,
  },
  {
    method: 'GET',
    path: '/v1/header',
    summary: 'The whole Authorization header line, for `curl -H @-`',
    parameters: TOKEN_PARAMETERS,
    answers: ['text/plain'],
    schema: 'string',
    reasons: TOKEN_REASONS,
  },
  {
    method: 'GET',
    path: '/v1/scopes',
    summary: 'The scopes that the app keeps, with their state',
    parameters: [],
    answers: ['application/json'],
    schema: 'ScopeAnswer[]',
    reasons: ['outside-forward'],
  },
  {
    method: 'GET',
    path: '/v1/status',
    summary: 'Who answers, for which account, from which vault',
    parameters: [],
    answers: ['application/json'],
    schema: 'StatusAnswer',
    reasons: ['outside-forward'],
  },
  {
    method: 'GET',
    path: '/v1/rules',
    summary: 'The approval rules',
    parameters: [],
    answers: ['application/json'],
    schema: 'RuleAnswer[]',
    reasons: ['outside-forward'],
  },
  {
    method: 'DELETE',
    path: '/v1/rules',
    summary: 'Revokes one approval rule',
    parameters: [
      { name: 'id', type: 'string', required: true, description: 'The rule’s ID', example: 'r-1f3a' },
    ],
    answers: ['application/json'],
    schema: 'RuleAnswer[]',
    reasons: ['not-found', 'denied', 'outside-forward'],
  },
  {
    method: 'GET',
    path: '/v1/audit',
    summary: 'The newest lines of the audit log, newest first',
    parameters: [
      {
        name: 'limit',
        type: 'integer',
        required: false,
        description: '1 to 1000; 100 when absent',
        example: '20',
      },
    ],
    answers: ['application/json'],
    schema: 'AuditEntry[]',
    reasons: ['outside-forward'],
  },
  {
    method: 'POST',
    path: '/v1/sign-in',
    summary: 'Starts a sign-in in the app for these scopes and waits for it',
    parameters: [{ ...SCOPE, description: `${SCOPE.description}; several separated by spaces` }],
    answers: ['application/json'],
    schema: 'StatusAnswer',
    reasons: ['unknown-scope', 'denied', 'outside-forward', 'locked', 'not-set-up', 'busy'],
  },
  {
    method: 'POST',
    path: '/v1/lock',
    summary: 'Locks the app: cached tokens are dropped, open questions denied',
    parameters: [],
    answers: ['application/json'],
    schema: 'StatusAnswer',
    reasons: ['outside-forward'],
  },
  ...MANAGE_ROUTES,
  {
    method: 'POST',
    path: '/v1/retire',
    summary: 'Another agent of the same installation takes over; answers with the sealed access tokens',
    parameters: [],
    answers: ['application/json'],
    schema: 'RetireAnswer',
    reasons: ['denied', 'outside-forward', 'cannot-retire'],
  },
  {
    method: 'GET',
    path: '/v1/sealed',
    summary: 'One access token, sealed for another agent of the same installation',
    parameters: [
      {
        name: 'grant',
        type: 'string',
        required: true,
        description: 'Name of the grant in the vault',
        example: 'demo/client/sub/flows.globus.org/1',
      },
    ],
    answers: ['application/json'],
    schema: 'SealedAnswer',
    reasons: ['denied', 'outside-forward', 'not-found'],
  },
  {
    method: 'GET',
    path: '/v1/openapi.json',
    summary: 'This contract as an OpenAPI 3.1 document',
    parameters: [],
    answers: ['application/json'],
    schema: 'object',
    reasons: [],
  },
];
