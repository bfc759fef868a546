import { execFile } from 'node:child_process';
import { SYSTEMD_START } from '../agent/install.ts';
import { SERVICE_UNIT, SOCKET_UNIT } from '../agent/unit-texts.ts';
import { fail, type Finding, warn } from './types.ts';

const PROPERTIES = ['ActiveState', 'Result', 'NeedDaemonReload', 'ExecMainCode', 'ExecMainStatus'] as const;
type Unit = Readonly<Partial<Record<(typeof PROPERTIES)[number], string>>>;

/** CLD_EXITED of sigaction(2), as systemd prints it. */
const EXITED = '1';

/** Of a service that is not over yet. */
const RUNNING = new Set(['activating', 'active', 'deactivating']);

const JOURNAL = `journalctl --user -u ${SERVICE_UNIT} -n 20`;
const AGAIN = `systemctl --user reset-failed ${SERVICE_UNIT}; systemctl --user restart ${SOCKET_UNIT}`;

/** To look at the system once more. Milliseconds. */
const AGAIN_MS = 50;

/**
 * What systemd makes of our units; null: nothing is wrong, or no manager of this user's can be asked.
 *
 * @param until for how long to wait for the end of a service that runs and does not answer: to ask has started it.
 *   Milliseconds, as performance.now()
 */
export async function systemdFinding(
  env: Readonly<Record<string, string | undefined>>,
  until: number,
  signal: AbortSignal,
): Promise<Finding | null> {
  let units = await both(env, signal);
  while (units !== null && RUNNING.has(units.service.ActiveState ?? '') && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    units = await both(env, signal);
  }
  return units === null ? null : findingOf(units);
}

function findingOf({ socket, service }: { socket: Unit; service: Unit }): Finding | null {
  if (socket.NeedDaemonReload === 'yes' || service.NeedDaemonReload === 'yes') {
    return warn('the units were changed since systemd read them', 'systemctl --user daemon-reload');
  }
  const how = service.ExecMainCode === EXITED ? 'with exit code' : 'by signal';
  const last = `the agent ended ${how} ${service.ExecMainStatus ?? '?'} when it was started last`;
  if (socket.ActiveState === 'failed') {
    return fail(
      'no-agent',
      `systemd gave up (${socket.Result ?? '?'}): ${last}`,
      `${JOURNAL}; then: ${AGAIN}`,
    );
  }
  if (service.ActiveState === 'failed') return warn(`of systemd: ${last}`, JOURNAL);
  if (socket.ActiveState === 'inactive') {
    return warn(`${SOCKET_UNIT} is written and not in effect`, SYSTEMD_START);
  }
  return null;
}

async function both(
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<{ socket: Unit; service: Unit } | null> {
  const [socket, service] = await Promise.all([
    shown(SOCKET_UNIT, env, signal),
    shown(SERVICE_UNIT, env, signal),
  ]);
  return socket === null || service === null ? null : { socket, service };
}

function shown(
  unit: string,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<Unit | null> {
  const args = ['--user', 'show', unit, `--property=${PROPERTIES.join(',')}`];
  return new Promise((resolve) => {
    execFile('systemctl', args, { env, signal }, (error, stdout) =>
      resolve(error === null ? Object.fromEntries(stdout.split('\n').map(pair)) : null),
    );
  });
}

function pair(line: string): [string, string] {
  const at = line.indexOf('=');
  return [line.slice(0, at), line.slice(at + 1)];
}
