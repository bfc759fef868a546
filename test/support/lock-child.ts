import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { systemClock } from '../../main/host/clock.ts';
import { systemLockEffects } from '../../main/session/locks/effects.ts';
import { openLocks } from '../../main/session/locks/os-locks.ts';
import type { HeldLock, LockAttempt, Locks } from '../../main/session/locks/types.ts';
import { serve } from './child-serve.ts';

/** `folder`: as on a file system where no file can be locked. */
export type LockKind = 'file' | 'folder';

export type LockRequest =
  | { op: 'open'; folder: string; kind: LockKind }
  | { op: 'attempt'; name: string }
  | { op: 'wait'; name: string; milliseconds: number }
  | { op: 'note'; socket: string }
  | { op: 'release' }
  | { op: 'count'; name: string; file: string; times: number }
  | { op: 'spawn' };

let locks: Locks | null = null;
let held: HeldLock | null = null;
const ABOUT = { kind: 'headless', socket: null };

function take(attempt: LockAttempt): unknown {
  if (attempt.kind === 'taken') return attempt;
  held = attempt.lock;
  return { kind: 'held' };
}

serve((request: LockRequest) => {
  if (request.op === 'open') {
    const effects = systemLockEffects(systemClock);
    const unsupported = () => ({ kind: 'unsupported' }) as const;
    locks = openLocks(request.folder, {
      ...effects,
      ...(request.kind === 'folder' && { lockFile: unsupported }),
    });
    return null;
  }
  if (locks === null) throw new Error('not open');
  if (request.op === 'attempt') return take(locks.attempt(request.name, ABOUT));
  if (request.op === 'wait') return locks.wait(request.name, ABOUT, request.milliseconds).then(take);
  if (request.op === 'note') return held?.note({ kind: 'headless', socket: request.socket });
  if (request.op === 'release') return held?.release();
  // A process that outlives this one and must not keep its locks alive.
  if (request.op === 'spawn') return spawn('sleep', ['60'], { stdio: 'ignore', detached: true }).pid;
  const { name, file } = request;
  for (let time = 0; time < request.times; time++)
    locks.during(name, () => writeFileSync(file, String(Number(readFileSync(file, 'utf8')) + 1)));
  return null;
});
