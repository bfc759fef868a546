import { StartRefused } from '../host/start.ts';

/** The first passed descriptor (SD_LISTEN_FDS_START, sd_listen_fds(3)). */
const FIRST_FD = 3;
const VARIABLES = ['LISTEN_PID', 'LISTEN_FDS', 'LISTEN_FDNAMES'] as const;

/**
 * The listening socket that a service manager passed on: LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES as sd_listen_fds(3)
 * defines them. The variables are taken away, so that no program started from here believes they are for it.
 *
 * @param pid of this process; variables for another one, which passed them on by mistake, count as none
 * @returns the descriptor; null: none was passed
 * @throws StartRefused when there is no saying which socket is the agent's
 */
export function takeListenFd(env: Record<string, string | undefined>, pid: number): number | null {
  const [forPid, count, names] = VARIABLES.map((name) => env[name] ?? '');
  for (const name of VARIABLES) delete env[name];
  if (forPid === '' || count === '') return null;
  if (!isNumber(forPid) || !isNumber(count)) {
    throw new StartRefused('LISTEN_PID and LISTEN_FDS of the service manager are no numbers');
  }
  if (Number(forPid) !== pid || Number(count) === 0) return null;
  if (Number(count) > 1) {
    const which = names === '' || names === undefined ? '' : ` (${names.slice(0, 200)})`;
    throw new StartRefused(
      `the service manager passed ${count} sockets${which}; the agent takes one: keep one ListenStream=`,
    );
  }
  return FIRST_FD;
}

function isNumber(text: string | undefined): text is string {
  return text !== undefined && /^\d{1,9}$/.test(text);
}
