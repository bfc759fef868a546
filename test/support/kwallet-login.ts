import { once } from 'node:events';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { run, type Running } from './processes.ts';

/** What pam_kwallet makes of a password; any 56 bytes open the wallet that they were given to first. */
export const HASH = Buffer.alloc(56, 7);

/**
 * A KWallet that the login starts (pam_kwallet5.so): it is given what opens the wallet, and comes to the bus once the
 * session has told it its environment, by a socket.
 */
export class KWalletLogin {
  readonly program: Running;
  readonly #socket: string;

  private constructor(program: Running, socket: string) {
    this.program = program;
    this.#socket = socket;
  }

  /** The password was typed. Resolves when KWallet waits for the session. */
  static async begin(program: string, env: Record<string, string>): Promise<KWalletLogin> {
    const socket = join(env['XDG_RUNTIME_DIR'] ?? '', 'kwallet5.socket');
    const started = run('perl', ['-MSocket', '-e', PAM, program, socket], {
      env: { ...env, PAM_KWALLET5_LOGIN: socket },
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    });
    const hash = started.child.stdio[3] as Writable;
    const ready = started.child.stdio[4] as Readable;
    // One that ends at once takes nothing; that no wallet is open then says so.
    hash.on('error', () => undefined).end(HASH);
    await Promise.race([once(ready, 'data'), once(started.child, 'exit')]);
    return new KWalletLogin(started, socket);
  }

  /** The session starts, and has nothing to say (pam_kwallet_init). */
  async enter(): Promise<void> {
    const socket = createConnection(this.#socket);
    await once(socket, 'connect');
    socket
      .resume()
      .on('error', () => undefined)
      .end();
  }
}

const PAM = `
  my ($program, $path) = @ARGV;
  $^F = 9; # descriptors that the program gets
  socket(my $listening, AF_UNIX, SOCK_STREAM, 0) or die;
  unlink $path;
  bind($listening, pack_sockaddr_un($path)) && listen($listening, 1) or die;
  open(my $ready, '>&=', 4) or die;
  syswrite($ready, '.');
  exec $program, '--pam-login', 3, fileno $listening;
`;
