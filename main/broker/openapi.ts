import { API_VERSION, type Reason, REASONS } from './contract.ts';
import { type Route, type RouteParameter, ROUTES } from './contract-routes.ts';
import { OPTIONAL, SCHEMAS } from './schemas.ts';

/** Problems that any request can meet. */
export const COMMON_REASONS: readonly Reason[] = [
  'bad-request',
  'foreign-origin',
  'method-not-allowed',
  'not-found',
  'caller-changed',
  'caller-unknown',
  'busy',
  'internal',
];

let document: Readonly<Record<string, unknown>> | null = null;

/** The contract as an OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.0). Made once. */
export function openApiDocument(): Readonly<Record<string, unknown>> {
  document ??= {
    openapi: '3.1.0',
    info: {
      title: 'Globus Token Tray broker',
      version: API_VERSION,
      description:
        'Access tokens for local programs, over a Unix socket or a named pipe. Unknown fields and parameters are to be ignored on both sides.',
    },
    servers: [{ url: 'http://localhost', description: 'The broker’s socket; there is no TCP listener' }],
    paths: paths(),
    components: { schemas: schemas() },
  };
  return document;
}

function paths(): Record<string, Record<string, unknown>> {
  const result: Record<string, Record<string, unknown>> = {};
  for (const route of ROUTES) {
    const operations = (result[route.path] ??= {});
    operations[route.method.toLowerCase()] = operation(route);
  }
  return result;
}

function operation(route: Route): unknown {
  return {
    operationId: operationId(route),
    summary: route.summary,
    parameters: route.parameters.map(({ name, type, required, description, example }) => ({
      name,
      in: 'query',
      required,
      description,
      schema: { type },
      example: exampleOf(type, example),
    })),
    ...(route.body === undefined ? {} : { requestBody: requestBody(route.body) }),
    responses: { 200: success(route), ...problems(route) },
  };
}

function requestBody(members: readonly RouteParameter[]): unknown {
  const properties = Object.fromEntries(
    members.map(({ name, type, description }) => [name, { type, description }]),
  );
  const required = members.filter((member) => member.required).map(({ name }) => name);
  const example = Object.fromEntries(
    members.map(({ name, type, example }) => [name, exampleOf(type, example)]),
  );
  return {
    // Without a required member an empty body will do.
    required: required.length > 0,
    content: {
      'application/json': {
        schema: { type: 'object', properties, ...(required.length > 0 ? { required } : {}) },
        example,
      },
    },
  };
}

function success(route: Route): unknown {
  const content = Object.fromEntries(
    route.answers.map((type) => [
      type,
      { schema: type === 'text/plain' ? { type: 'string' } : schemaOf(route.schema) },
    ]),
  );
  return { description: route.summary, content };
}

/** One response per status, which names the reasons behind it. */
function problems(route: Route): Record<number, unknown> {
  const byStatus = new Map<number, Set<Reason>>();
  for (const reason of [...route.reasons, ...COMMON_REASONS]) {
    const { status } = REASONS[reason];
    byStatus.set(status, (byStatus.get(status) ?? new Set()).add(reason));
  }
  return Object.fromEntries(
    [...byStatus].map(([status, reasons]) => [
      status,
      {
        description: [...reasons].map((reason) => `${reason}: ${REASONS[reason].title}`).join('; '),
        content: {
          'application/problem+json': { schema: schemaOf('ProblemDocument') },
          // Three lines: the reason, what it means, the next step.
          'text/plain': { schema: { type: 'string' } },
        },
      },
    ]),
  );
}

function schemas(): Record<string, unknown> {
  const made = Object.entries(SCHEMAS).map(([name, fields]) => [
    name,
    {
      type: 'object',
      properties: fields,
      required: Object.keys(fields).filter((key) => OPTIONAL[name]?.includes(key) !== true),
    },
  ]);
  const all = Object.fromEntries(made) as Record<string, unknown>;
  const { ProblemDocument } = SCHEMAS;
  const reason = { ...ProblemDocument.reason, enum: Object.keys(REASONS) };
  all['ProblemDocument'] = {
    type: 'object',
    properties: { ...ProblemDocument, reason },
    required: Object.keys(ProblemDocument).filter((key) => key !== 'trouble'),
  };
  return all;
}

/** `TokenAnswer`, `ScopeAnswer[]`, `object`, `string` as JSON Schema. */
function schemaOf(name: string): unknown {
  if (name.endsWith('[]')) return { type: 'array', items: schemaOf(name.slice(0, -2)) };
  return name in SCHEMAS ? { $ref: `#/components/schemas/${name}` } : { type: name };
}

function exampleOf(type: string, example: string): unknown {
  if (type === 'integer') return Number(example);
  return type === 'boolean' ? example === '1' : example;
}

/** `GET /v1/sign-in` → `getSignIn`; unique because method and path are. */
function operationId({ method, path }: Route): string {
  const words = path.split(/[^a-z0-9]+/i).filter((word) => word !== '' && word !== API_VERSION);
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
