import type { Caller, CallerIdentifier, Identified, Subject } from '../types.ts';
import { labelOf, type Ourselves } from './helpers.ts';
import { runOf } from './interpreters.ts';
import { OneLook } from './one-look.ts';
import type { ReadPeerCredentials } from './peer-credentials.ts';
import type { KeptProcessTable, ProcessTable, ProcInfo } from './process-table.ts';
import { findSubject, identityOf } from './subject.ts';

export interface CallerIdentifierOptions {
  /** Null where processes cannot be read: macOS and Windows. */
  table: KeptProcessTable | null;
  credentials: ReadPeerCredentials;
  ourselves: Ourselves;
  platform: NodeJS.Platform;
}

export interface OwnIdentifier extends CallerIdentifier {
  /** The script that the peer itself runs, as it claims; null: none, or not known. Of a caller of `identify` alone. */
  peerScript(caller: Caller): string | null;
}

/**
 * Identifies callers (docs/architecture.md, "caller"). `stillSame` knows only the very objects that `identify`
 * returned, because argv, which no `Caller` carries, is compared as well: an exec of the same interpreter with
 * another script changes nothing else. Any other object is not the same.
 */
export function createCallerIdentifier(options: CallerIdentifierOptions): OwnIdentifier {
  const { table, credentials, ourselves, platform } = options;
  const seen = new WeakMap<Caller, readonly ProcInfo[]>();

  const remember = (caller: Caller, links: readonly ProcInfo[]): Identified => {
    seen.set(caller, links);
    return { kind: 'caller', caller };
  };
  /** Only what the kernel said, or nothing on Windows: asked every time. */
  const unread = (pid: number, forwardedFrom: string | null, why: string): Identified => {
    const subject: Subject =
      forwardedFrom === null
        ? { kind: 'unidentified', why }
        : { kind: 'forwarded', relay: 'forward', host: forwardedFrom, unread: true };
    const peer = { pid, startTime: '0', executable: '' };
    return remember({ peer, uid: ourselves.uid, subject, chain: [] }, []);
  };

  return {
    identify(socket, forwardedFrom): Identified {
      const peer = credentials(socket);
      if (peer.kind === 'unsupported')
        return platform === 'win32'
          ? unread(0, forwardedFrom, 'a Windows pipe does not tell who is at its other end')
          : { kind: 'unknown', why: 'this system does not tell who is at the other end' };
      if (peer.kind === 'unknown') return peer;
      if (peer.uid !== ourselves.uid) return { kind: 'foreign-uid', uid: peer.uid };
      if (table === null) return unread(peer.pid, forwardedFrom, 'this system shows no process chain');
      const look = new OneLook(table);
      const info = look.read(peer.pid);
      // A listener costs what a busy client would feel.
      if (table.crowded) socket.once('close', () => table.tidy());
      if (info === null) return { kind: 'unknown', why: 'the asking process is gone' };
      const found =
        forwardedFrom === null
          ? findSubject(look, info, ourselves)
          : { links: [info], subject: forwarded(info, forwardedFrom) };
      if (info.executable === null && found.subject.kind !== 'forwarded')
        return { kind: 'unknown', why: 'the asking process must not be looked at' };
      const last = found.links.at(-1) ?? info;
      const above = last.parent > 0 ? look.recall(last.parent) : null;
      const chain = [...found.links, ...(above === null ? [] : [above])].map(identityOf);
      return remember({ peer: identityOf(info), uid: peer.uid, subject: found.subject, chain }, found.links);
    },

    stillSame(caller): boolean {
      const links = seen.get(caller);
      return links !== undefined && links.every((link) => isStill(link, table));
    },

    peerScript(caller): string | null {
      const peer = seen.get(caller)?.[0];
      if (peer === undefined || table === null) return null;
      const run = runOf(peer);
      return run.kind === 'script' ? table.script(peer, run.argument).path : null;
    },
  };
}

function forwarded(info: ProcInfo, host: string): Subject {
  return { kind: 'forwarded', relay: labelOf(info), host };
}

/** The parent is left out: a script that loses its terminal's shell stays what it is. */
function isStill(link: ProcInfo, table: ProcessTable | null): boolean {
  if (table?.isUntouched(link) === true) return true;
  const now = table?.read(link.pid) ?? null;
  if (now === null || now.startTime !== link.startTime || now.executable !== link.executable) return false;
  // A program may write its title into argv; for an interpreter argv is what says which script runs.
  return (
    runOf(link).kind === 'program' ||
    (now.argv.length === link.argv.length &&
      now.argv.every((argument, index) => argument === link.argv[index]))
  );
}
