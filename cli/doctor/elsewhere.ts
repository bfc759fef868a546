import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { errorCode } from '../../main/broker/start-error.ts';
import { dataFolder } from '../../main/headless/paths.ts';
import { readNote } from '../../main/session/locks/note.ts';
import { clean } from '../text.ts';
import type { Container } from './container.ts';
import { type DoctorParts, type Finding, warn } from './types.ts';

type Parts = Pick<DoctorParts, 'client' | 'container' | 'env' | 'home' | 'platform'>;

/**
 * Where no agent answers: whether the one of this data folder is somewhere else. A home that several machines share has
 * one agent for all of them, whose socket the others cannot reach; a shell without the variables of the one that
 * started the agent looks at another place; and a container has no folder of the host that it was not given.
 */
export function elsewhere({ client, container, env, home, platform }: Parts): Finding[] {
  const lock = join(dataFolder(platform, env, home, false), 'locks', 'agent.lock');
  const note = readNote(lock) ?? firstNote(`${lock}.d`);
  const socket = note?.socket ?? null;
  const away = note !== null && note.host !== hostname();
  const isGiven = socket !== null && existsSync(socket);
  if (container !== null && !isGiven && !(away && container.sharesHostName)) {
    return [outside(container, socket, isShut(dirname(client.path)))];
  }
  if (note === null || socket === null) return [];
  const who = `the agent of this home (process ${note.pid})`;
  if (away) {
    const there = clean(note.host);
    return [
      warn(
        `${who} was started on ${there}, and only programs there can ask it`,
        `Work there, or forward from there: docs/ssh.md. One for this machine: globus-token agent --data-folder <folder>`,
      ),
    ];
  }
  if (socket === client.path || !lives(note.pid)) return [];
  const path = clean(socket);
  return [warn(`${who} listens at ${path}, and this shell looks elsewhere`, `GLOBUS_TOKEN_SOCK=${path}`)];
}

/**
 * @param socket as the shared home tells it; null: it is where agents have theirs
 * @param given the folder is there, and may not be entered
 */
function outside({ name, give }: Container, socket: string | null, given: boolean): Finding {
  return warn(
    given
      ? `this is a container (${name}), and its user is not the one whose agent it is outside`
      : `this is a container (${name}), and an agent of the host is seen only where its folder was mounted`,
    give(socket === null ? '$XDG_RUNTIME_DIR/globus-token' : dirname(clean(socket))),
  );
}

function isShut(folder: string): boolean {
  try {
    accessSync(folder, constants.X_OK);
    return false;
  } catch (error) {
    return errorCode(error) === 'EACCES';
  }
}

/** Where files cannot be locked the lock is a folder, with the note in its one file. */
function firstNote(folder: string): ReturnType<typeof readNote> {
  try {
    for (const name of readdirSync(folder)) {
      const note = readNote(join(folder, name));
      if (note !== null) return note;
    }
  } catch {
    // There is none.
  }
  return null;
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
