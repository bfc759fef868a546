import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { codeOfSignal } from '../child/signals.ts';
import { Failure } from '../failure.ts';
import { makeControlFolder } from './control-folder.ts';
import { keeperScript, pathFrom } from './remote.ts';

export interface LinkParts {
  /** As ssh takes it; never an option. */
  readonly host: string;
  /** Values for ssh's `-o`. */
  readonly options: readonly string[];
  /** Nobody can be asked for a passphrase or about a host key. */
  readonly batch: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Name of the socket's file on the other machine. */
  readonly name: string;
}

/** One authenticated connection; whatever else is done with the machine goes through it. */
export interface Link {
  /** Settles when ssh has ended: its exit code. */
  readonly ended: Promise<number>;
  /**
   * Where the socket goes on the other machine.
   *
   * @returns null: ssh ended before it was known, having said why on stderr
   */
  readonly remote: Promise<string | null>;
  /** Lets sshd listen at `remote`. @returns false: it would not, and ssh said so */
  forward(remote: string, local: string): Promise<boolean>;
  /** A command, or with none the login shell, on our own stdin, stdout and stderr. */
  session(command: string, terminal: boolean): Promise<number>;
  /** Ends the sessions, has the socket there removed, and closes the connection. */
  close(): Promise<void>;
}

/** How long the other machine may take to clean up. Milliseconds. */
const GRACE_MS = 3_000;

/** @throws Failure when there is no ssh */
export function openLink({ host, options, batch, env, name }: LinkParts): Link {
  const control = makeControlFolder();
  const sessions: ChildProcess[] = [];
  const given = [...options, `BatchMode=${batch ? 'yes' : 'no'}`].flatMap((option) => ['-o', option]);
  const run = (words: readonly string[], stdio: ('pipe' | 'inherit' | 'ignore')[], command?: string) =>
    spawn('ssh', [...words, '--', host, ...(command === undefined ? [] : [command])], { env, stdio });

  // A file's RemoteCommand would stand in the way of ours, and its ControlPersist would outlive us.
  const keeper = run(
    ['-M', '-S', control.path, '-T', ...asOptions(['ControlPersist=no', 'RemoteCommand=none']), ...given],
    ['pipe', 'pipe', 'inherit'],
    'exec sh -s',
  );
  let noSsh: Failure | null = null;
  const ended = exitOf(keeper, (failure) => (noSsh = failure));
  keeper.stdin?.on('error', () => undefined).write(keeperScript(name));
  const remote = readPath(keeper, ended).then((path) => {
    if (noSsh !== null) throw noSsh;
    return path;
  });
  // The caller may be busy with a signal.
  remote.catch(() => undefined);

  return {
    ended,
    remote,
    async forward(there, local) {
      const child = run(
        [
          ...['-S', control.path, '-O', 'forward', ...asOptions(FORWARD), ...given],
          ...['-R', `${there}:${local}`],
        ],
        ['ignore', 'ignore', 'inherit'],
      );
      return (await exitOf(child)) === 0;
    },
    session(command, terminal) {
      const child = run(
        ['-S', control.path, terminal ? '-t' : '-T', ...asOptions(SESSION), ...given],
        ['inherit', 'inherit', 'inherit'],
        command,
      );
      sessions.push(child);
      return exitOf(child);
    },
    async close() {
      for (const session of sessions) if (session.exitCode === null) session.kill('SIGTERM');
      keeper.stdin?.end();
      const timer = setTimeout(() => keeper.kill('SIGTERM'), GRACE_MS);
      await ended;
      clearTimeout(timer);
      control.remove();
    },
  };
}

/**
 * For `-R` mask and unlinking are decided by sshd (sshd_config), whose mask is the same unless somebody changed
 * it; they are asked for nevertheless. The folder there, which is the user's alone, is what keeps others out.
 */
const FORWARD = ['ExitOnForwardFailure=yes', 'StreamLocalBindMask=0177', 'StreamLocalBindUnlink=yes'];
/** The connection has whatever forwards the user's own ssh configuration wants. */
const SESSION = ['ClearAllForwardings=yes', 'RemoteCommand=none'];

function asOptions(options: readonly string[]): string[] {
  return options.flatMap((option) => ['-o', option]);
}

async function readPath(keeper: ChildProcess, ended: Promise<unknown>): Promise<string | null> {
  let output = '';
  const found = new Promise<string>((resolve) => {
    keeper.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      // What a login script prints is no reason to keep more than this.
      output = (output + chunk).slice(-65_536);
      const path = pathFrom(output);
      if (path !== null) resolve(path);
    });
  });
  return Promise.race([found, ended.then(() => null)]);
}

async function exitOf(child: ChildProcess, failed: (failure: Failure) => void = () => undefined) {
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    return code ?? (signal === null ? 1 : codeOfSignal(signal));
  } catch {
    failed(new Failure('failed', 'There is no ssh program here.', 'Install openssh-client'));
    return 127;
  }
}
