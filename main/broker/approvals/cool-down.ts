import { basename } from 'node:path';
import type { Clock } from '../../effects.ts';
import { isSshName } from '../caller/relay.ts';
import type { Question } from '../types.ts';

/**
 * Who keeps asking, as far as that survives a new process: for cool-downs and for turns in the queue. Where nothing
 * tells machines apart the ssh that all requests of one come through does: its pid stays as long as the forward.
 */
export function askerOf(question: Question): string {
  const { subject } = question.caller;
  switch (subject.kind) {
    case 'program':
      // Without the script's hash: a script that changes itself must not get a new question each time.
      return JSON.stringify(['program', subject.program, subject.script?.path ?? null, subject.inline]);
    case 'terminal':
      return JSON.stringify(['terminal', subject.terminal.leader.pid, subject.terminal.leader.startTime]);
    case 'forwarded':
      return JSON.stringify(['forwarded', subject.relay, subject.host, sshOf(question)]);
    case 'unidentified':
      return JSON.stringify(['unidentified', question.caller.peer.executable]);
  }
}

function sshOf({ caller: { peer, subject } }: Question): readonly [number, string] | null {
  const told = subject.kind !== 'forwarded' || subject.host !== null;
  return told || !isSshName(basename(peer.executable)) ? null : [peer.pid, peer.startTime];
}

/** For turns alone: where nobody has a name (macOS), one process does not stand in another's way. */
export function turnOf(question: Question): string {
  const { peer, subject } = question.caller;
  const nameless = subject.kind === 'unidentified' && peer.executable === '';
  return nameless ? JSON.stringify(['unidentified', '', peer.pid]) : askerOf(question);
}

const MAX_ENTRIES = 1000;

/**
 * After a no the same asker is not shown again for the same scope and account, so that no is an answer: without a
 * pid where nobody has a name, or the next process would ask the same at once.
 */
export class CoolDown {
  readonly #clock: Clock;
  readonly #duration: number;
  /** Key to time of the no, the oldest first. */
  readonly #noes = new Map<string, number>();

  /** @param duration milliseconds */
  constructor(clock: Clock, duration: number) {
    this.#clock = clock;
    this.#duration = duration;
  }

  start(question: Question): void {
    const key = keyOf(question);
    this.#noes.delete(key);
    this.#noes.set(key, this.#clock.now());
    for (const [one, since] of this.#noes) {
      if (this.#noes.size <= MAX_ENTRIES && this.#runs(since)) break;
      this.#noes.delete(one);
    }
  }

  holds(question: Question): boolean {
    const since = this.#noes.get(keyOf(question));
    return since !== undefined && this.#runs(since);
  }

  /** A clock that was set back ends a cool-down: asking once too often is the smaller harm. */
  #runs(since: number): boolean {
    const passed = this.#clock.now() - since;
    return passed >= 0 && passed < this.#duration;
  }
}

function keyOf(question: Question): string {
  return JSON.stringify([askerOf(question), question.scope, question.account.sub]);
}
