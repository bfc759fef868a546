import type { Caller, Question, Subject } from '../../main/broker/types.ts';

/** Subjects and questions of the broker's approvals, each complete and each to be varied. */
export const HASH = 'a'.repeat(64);
export const leader = { pid: 900, startTime: '5000' };
export const pts = { tty: 'pts/3', leader };

export type ProgramSubject = Extract<Subject, { kind: 'program' }>;

export function program(over: Partial<ProgramSubject> = {}): ProgramSubject {
  return {
    kind: 'program',
    process: { pid: 41822, startTime: '777', executable: over.program ?? '/usr/bin/bash' },
    program: '/usr/bin/bash',
    script: { path: '/home/ada/jobs/watch-runs.sh', binding: { inode: '12', sha256: HASH } },
    inline: false,
    terminal: null,
    startedBy: 'cron',
    ...over,
  };
}

export const binary = (over: Partial<ProgramSubject> = {}): ProgramSubject =>
  program({ program: '/opt/app/mytool', script: null, ...over });

export const terminal: Subject = {
  kind: 'terminal',
  process: { pid: 900, startTime: '5000', executable: '/usr/bin/zsh' },
  terminal: pts,
};

export const forwarded = (host: string | null = 'login.hpc.example'): Subject => ({
  kind: 'forwarded',
  relay: '/usr/bin/ssh',
  host,
});

export const unidentified: Subject = { kind: 'unidentified', why: 'its parent is gone' };

export function caller(subject: Subject, over: Partial<Caller> = {}): Caller {
  const executable = subject.kind === 'forwarded' ? '/usr/bin/ssh' : '/usr/bin/curl';
  const peer = { pid: 42000, startTime: '999', executable };
  const chain = subject.kind === 'program' || subject.kind === 'terminal' ? [peer, subject.process] : [peer];
  return { peer, uid: 1000, subject, chain, ...over };
}

export function question(subject: Subject = program(), over: Partial<Question> = {}): Question {
  return {
    caller: caller(subject),
    scope: 'https://auth.globus.org/scopes/x/run_status',
    scopeName: 'run_status',
    account: { sub: 'sub-1', username: 'ada@uni.example' },
    selfName: null,
    ...over,
  };
}
