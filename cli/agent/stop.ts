import { lstatSync, readFileSync } from 'node:fs';
import { runningProcess, systemReads } from '../child/process-table.ts';
import { Failure } from '../failure.ts';
import { whoAnswers } from './status.ts';

/** An agent answers what is under way before it ends; a person may be thinking about one of these. */
const LIMIT_MS = 20_000;
const LOOK_MS = 20;
/** How its command line shows that a process is an agent. */
const AGENT = /globus-token(?:-agent|-tray)?(?:\.js)?$/;

export interface Stopped {
  readonly pid: number;
  /** Somebody else made it, a service manager, and has an agent started for whoever asks next. */
  readonly socketStays: boolean;
}

/**
 * Ends the agent behind a socket, and waits until its process is gone.
 *
 * @throws Failure `no-agent`, `usage` when it is none that may be ended from here, `busy` when it does not end
 */
export async function stopAgent(socket: string, limitMs = LIMIT_MS): Promise<Stopped> {
  const answering = await whoAnswers(socket);
  if (answering === null) {
    throw new Failure(
      'no-agent',
      `No agent answers at ${socket}, so there is none to stop.`,
      'If one should: globus-token doctor',
    );
  }
  const { pid, kind } = answering;
  if (kind === 'desktop') {
    throw new Failure(
      'usage',
      'The app answers there, not an agent without a window.',
      'Quit it in its menu',
    );
  }
  if (process.platform === 'win32') {
    throw new Failure(
      'usage',
      'Windows has no way to ask a program to end. Sign-ins are kept when it is ended.',
      `taskkill /f /pid ${pid}`,
    );
  }
  // The socket may be forwarded from elsewhere, and the number another program's here.
  if (!isOurAgent(pid)) {
    throw new Failure(
      'usage',
      `The agent at ${socket} is no process of yours on this machine.`,
      'Stop it where it runs: globus-token agent --stop',
    );
  }
  process.kill(pid, 'SIGTERM');
  const last = performance.now() + limitMs;
  while (isThere(pid)) {
    if (performance.now() >= last) {
      throw new Failure(
        'busy',
        `The agent (pid ${pid}) has been asked to end and still runs.`,
        `kill ${pid}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return { pid, socketStays: lstatSync(socket, { throwIfNoEntry: false })?.isSocket() === true };
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isDead(pid);
  } catch {
    return false;
  }
}

/** Ended, and not yet asked after by whoever started it. */
function isDead(pid: number): boolean {
  if (process.platform !== 'linux') return false;
  try {
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true;
  }
}

function isOurAgent(pid: number): boolean {
  const found = runningProcess(pid, systemReads);
  return (
    found !== null &&
    found.uid === process.getuid?.() &&
    found.words.slice(0, 8).some((word) => AGENT.test(word))
  );
}
