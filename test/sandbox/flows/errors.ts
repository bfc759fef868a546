import type { JsonObject } from './values.ts';

/** One item of a pydantic-style `detail` list (GLOBUS.md §4.5). */
export interface Detail {
  loc: readonly (string | number)[];
  msg: string;
  type: string;
  ctx?: JsonObject;
}

/**
 * An answer that refuses. Handlers throw it; the router sends `body` and adds the `debug_id`. Body without
 * one, because only the router counts requests.
 */
export class FlowsError extends Error {
  readonly status: number;
  readonly body: JsonObject;

  constructor(status: number, body: JsonObject) {
    super(`flows answers ${status}`);
    this.name = 'FlowsError';
    this.status = status;
    this.body = body;
  }
}

/** `{"error":{"code","detail"}}`, the general form of every Flows error (GLOBUS.md §4.5). */
export function flowsError(status: number, code: string, detail: string | readonly Detail[]): FlowsError {
  return new FlowsError(status, { error: { code, detail } });
}

export function authenticationError(): FlowsError {
  return flowsError(401, 'AUTHENTICATION_ERROR', 'Expired or invalid Bearer token');
}

export function missingScope(scope: string): FlowsError {
  return flowsError(403, 'MISSING_SCOPE', `This action requires the following scope: ${scope}`);
}

/** `missing`: the permission's name, such as `RUN`; the wording is that of the recorded validate_run error. */
export function forbidden(kind: 'flow' | 'run' | 'registered API', id: string, missing: string): FlowsError {
  return flowsError(
    403,
    'FORBIDDEN',
    `You do not have the necessary permissions to perform this action on the ${kind} with id value ${id}. ` +
      `Missing permissions: ${missing}.`,
  );
}

export type Resource = 'Flow' | 'Run' | 'Registered API' | 'Web Input';

/** Also for what exists but is not visible to the caller. */
export function notFound(kind: Resource, id: string): FlowsError {
  return flowsError(404, 'NOT_FOUND', `No ${kind} exists with id value ${id}`);
}

export function stateConflict(detail: string): FlowsError {
  return flowsError(409, 'STATE_CONFLICT', detail);
}

export function unprocessable(details: string | readonly Detail[]): FlowsError {
  return flowsError(422, 'UNPROCESSABLE_ENTITY', details);
}

/** A bad query parameter. The code's name is not documented; clients must not depend on it. */
export function badQuery(parameter: string, msg: string): FlowsError {
  return flowsError(400, 'BAD_REQUEST', [{ loc: ['query', parameter], msg, type: 'value_error' }]);
}
