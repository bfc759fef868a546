import './host/umask.ts';
import { join } from 'node:path';
import Conf from 'conf';
import { openSettingsFile } from './desktop/settings-file.ts';
import { EXIT, type ExitCode } from './headless/exit-codes.ts';
import { takeListenFd } from './headless/listen-fds.ts';
import { HELP, parseHeadlessOptions } from './headless/options.ts';
import { runHeadless } from './headless/run.ts';
import { turnAway } from './headless/turn-away.ts';
import { askedToEnd } from './host/asked-to-end.ts';
import { systemClock } from './host/clock.ts';
import { outliveFileSizeLimit } from './host/file-size-limit.ts';
import { hardenProcess } from './host/harden.ts';
import { StartRefused, cleanEnvironment } from './host/start.ts';

/** Put in by the build from package.json. */
declare const __APP_VERSION__: string;

async function main(): Promise<ExitCode> {
  cleanEnvironment(process.env);
  const listenFd = takeListenFd(process.env, process.pid);
  const code = await run(listenFd).catch(toldExitCode);
  // A service manager starts no agent again for these alone, but for whoever waits it would.
  if (listenFd !== null && (code === EXIT.usage || code === EXIT.noSocket)) {
    await turnAway(listenFd, systemClock);
  }
  return code;
}

async function run(listenFd: number | null): Promise<ExitCode> {
  const options = parseHeadlessOptions(process.argv.slice(2));
  if (options.kind !== 'run') {
    process.stdout.write(options.kind === 'help' ? HELP : `${__APP_VERSION__}\n`);
    return EXIT.ok;
  }
  const { platform } = process;
  for (const failed of hardenProcess({ platform, debuggers: 'kept out' })) say(failed);
  outliveFileSizeLimit(process);
  return runHeadless({
    options,
    clock: systemClock,
    steady: () => performance.now(),
    listenFd,
    env: process.env,
    platform,
    version: __APP_VERSION__,
    dist: join(import.meta.dirname, '..'),
    openSettings: (folder, locks) =>
      openSettingsFile(
        folder,
        (file) => new Conf(file),
        () => systemClock.now(),
        locks,
      ),
    say,
    asked: askedToEnd(process),
  });
}

function say(line: string): void {
  process.stderr.write(`globus-token agent: ${line}\n`);
}

function toldExitCode(error: unknown): ExitCode {
  const refused = error instanceof StartRefused;
  say(refused ? error.message : String(error instanceof Error ? error.stack : error));
  return refused ? EXIT.usage : EXIT.failed;
}

/**
 * The clock's timers keep no process alive, and while the agent lock is waited for there is nothing else yet that does:
 * Node would end without a word. Milliseconds; the longest that a timer takes.
 */
setInterval(() => undefined, 2_147_483_647);

void main()
  .catch(toldExitCode)
  .then((code) => process.exit(code));
