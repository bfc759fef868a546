import { timingSafeEqual } from 'node:crypto';
import { readFault, type FaultStore } from './faults.ts';
import { json, methodNotAllowed, readJson, type SandboxRequest, type SandboxResponse } from './http.ts';
import type { Sandbox } from './types.ts';

export const CONTROL_HEADER = 'x-sandbox-control';

export interface ControlDeps {
  controlKey: string;
  faults: FaultStore;
  sandbox: () => Pick<Sandbox, 'clock' | 'log' | 'issued' | 'accessTokenSeconds'>;
}

/**
 * Lets another process (the demo, the end-to-end tests) turn the sandbox's knobs. `/sandbox/issued` hands out
 * every secret, so all of it needs the control key, which only the process that started the sandbox knows.
 */
export function createControl(deps: ControlDeps): (request: SandboxRequest) => SandboxResponse {
  return (request) => {
    if (!sameText(request.headers[CONTROL_HEADER] ?? '', deps.controlKey)) {
      return json(403, { error: `needs the header ${CONTROL_HEADER}` });
    }
    const sandbox = deps.sandbox();
    switch (request.path) {
      case '/sandbox/faults':
        return changeFaults(deps.faults, request);
      case '/sandbox/clock':
        return moveClock(sandbox, request);
      case '/sandbox/access-token-seconds':
        return setTokenLife(sandbox, request);
      case '/sandbox/log':
        return request.method === 'GET' ? json(200, { log: sandbox.log }) : methodNotAllowed('GET');
      case '/sandbox/issued':
        return request.method === 'GET' ? json(200, { issued: sandbox.issued }) : methodNotAllowed('GET');
      default:
        return json(404, { error: 'not_found' });
    }
  };
}

function changeFaults(faults: FaultStore, request: SandboxRequest): SandboxResponse {
  if (request.method === 'DELETE') {
    faults.clear();
    return json(200, { cleared: true });
  }
  if (request.method !== 'POST') return methodNotAllowed('POST, DELETE');
  const fault = readFault(readJson(request));
  if (fault === null) return json(422, { error: 'not a fault' });
  faults.add(fault);
  return json(201, { fault });
}

/** `{advance}` in milliseconds; the answer tells the time it is now. */
function moveClock(sandbox: Pick<Sandbox, 'clock'>, request: SandboxRequest): SandboxResponse {
  if (request.method !== 'POST') return methodNotAllowed('POST');
  const advance = numberField(readJson(request), 'advance');
  if (advance === null) return json(422, { error: 'advance must be a number of milliseconds' });
  sandbox.clock.advance(advance);
  return json(200, { now: sandbox.clock.now() });
}

/** `{seconds}`: the life of access tokens issued from now on. */
function setTokenLife(
  sandbox: Pick<Sandbox, 'accessTokenSeconds'>,
  request: SandboxRequest,
): SandboxResponse {
  if (request.method !== 'POST') return methodNotAllowed('POST');
  const seconds = numberField(readJson(request), 'seconds');
  if (seconds === null || seconds <= 0) return json(422, { error: 'seconds must be a number above 0' });
  sandbox.accessTokenSeconds = seconds;
  return json(200, { seconds });
}

function numberField(value: unknown, name: string): number | null {
  if (typeof value !== 'object' || value === null) return null;
  const field = (value as Record<string, unknown>)[name];
  return typeof field === 'number' && Number.isFinite(field) ? field : null;
}

function sameText(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}
