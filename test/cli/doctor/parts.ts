import { doctorParts } from '../../../cli/doctor/parts.ts';
import type { Check, DoctorParts, Finding } from '../../../cli/doctor/types.ts';
import { Failure } from '../../../cli/failure.ts';
import type { Client, Request } from '../../../cli/types.ts';
import type { StatusAnswer } from '../../../main/broker/contract.ts';
import { statusAnswer } from '../../support/status.ts';

/** A healthy agent's status. */
export function healthy(changed: Partial<StatusAnswer> = {}): StatusAnswer {
  return statusAnswer({
    client_id: '9c5b5e5e-2f0a-4d1c-9e7d-0d1e2f3a4b5c',
    accounts: ['ada@uni.example'],
    account: 'ada@uni.example',
    ...changed,
  });
}

/** @param status null: no agent answers */
export function clientOf(status: StatusAnswer | null, path = '/run/nowhere/broker.sock'): Client {
  return {
    path,
    ask({ path: route }: Request) {
      if (status === null)
        return Promise.reject(new Failure('no-agent', `No agent answers at ${path}.`, 'Start it'));
      return Promise.resolve(route === '/v1/status' ? status : SCOPES);
    },
  };
}

const SCOPES = [
  { name: 'view_flows', state: 'ready' },
  { name: 'run', state: 'needs-consent' },
];

export function partsOf(
  changed: Partial<Omit<DoctorParts, 'status' | 'reach'>> = {},
  ask?: Parameters<typeof doctorParts>[1],
): DoctorParts {
  return doctorParts(
    {
      env: {},
      platform: 'linux',
      uid: process.getuid?.() ?? null,
      home: '/nonexistent',
      container: null,
      version: '0.1.0',
      node: '20.19.0',
      client: clientOf(healthy()),
      now: () => Date.now(),
      offline: false,
      hosts: () => null,
      ...changed,
    },
    ask,
  );
}

export function found(check: Check, parts: DoctorParts): Promise<readonly Finding[]> {
  return check.run(parts, AbortSignal.timeout(5_000));
}
