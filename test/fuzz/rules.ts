import { connect, createServer } from 'node:net';
import { once } from 'node:events';
import { type Rule, type RuleSubject } from '../../main/broker/approvals/rule.ts';
import type { Caller, CallerIdentifier, Question, Subject } from '../../main/broker/types.ts';
import { ACCOUNT, ALLOWED, DENIED } from './cases.ts';

type Program = Extract<Subject, { kind: 'program' }>;

/** This very process as the real identifier sees it on a socket. @throws when it is no program to it */
export async function meet(identifier: CallerIdentifier, path: string): Promise<Caller> {
  const server = createServer().listen(path);
  await once(server, 'listening');
  const arrived = once(server, 'connection') as Promise<[Parameters<CallerIdentifier['identify']>[0]]>;
  const client = connect(path);
  const [socket] = await arrived;
  const identified = identifier.identify(socket, null);
  client.destroy();
  socket.destroy();
  await new Promise((resolve) => server.close(resolve));
  if (identified.kind !== 'caller' || identified.caller.subject.kind !== 'program') {
    throw new Error(`the fuzzer is no program to the broker: ${JSON.stringify(identified)}`);
  }
  return identified.caller;
}

/**
 * The only yes there is: this process, one scope, one account. A no for a second scope. Both end with this
 * process, so that no other run of the same script has them.
 */
export function policyFor(me: Caller): readonly Rule[] {
  const { subject } = me;
  if (subject.kind !== 'program') return [];
  const rule = { account: { sub: ACCOUNT.sub, username: null }, since: 0, until: null };
  const about = aboutProgram(subject);
  return [
    { ...rule, id: 'p-allow', subject: about, scope: ALLOWED.scope, answer: 'allow' },
    { ...rule, id: 'p-deny', subject: about, scope: DENIED.scope, answer: 'deny' },
  ];
}

/** An allowing rule of the same process for an account that is not signed in: it can be revoked, and gives nothing. */
export const decoyRule = {
  id: 'r-80000000',
  question: (me: Caller): Question => ({
    caller: me,
    scope: ALLOWED.scope,
    scopeName: ALLOWED.name,
    account: { sub: '00000000-0000-4000-8000-000000000000', username: 'eve@uni.example' },
    selfName: null,
  }),
};

function aboutProgram({ program, script, inline, process }: Program): RuleSubject {
  const { pid, startTime } = process;
  const bound =
    script === null
      ? null
      : {
          path: script.path,
          inode: script.binding?.inode ?? null,
          sha256: script.binding?.sha256 ?? null,
        };
  return { kind: 'program', program, script: bound, inline, during: { what: 'process', pid, startTime } };
}
