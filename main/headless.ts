import './host/umask.ts';
import { join } from 'node:path';
import Conf from 'conf';
import { openSettingsFile } from './desktop/settings-file.ts';
import { EXIT, type ExitCode } from './headless/exit-codes.ts';
import { takeListenFd } from './headless/listen-fds.ts';
import { HELP, parseHeadlessOptions } from './headless/options.ts';
import { runHeadless } from './headless/run.ts';
import { systemClock } from './host/clock.ts';
import { outliveFileSizeLimit } from './host/file-size-limit.ts';
import { hardenProcess } from './host/harden.ts';
import { StartRefused, cleanEnvironment } from './host/start.ts';

/** Put in by the build from package.json. */
declare const __APP_VERSION__: string;

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

async function main(): Promise<ExitCode> {
  cleanEnvironment(process.env);
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
    listenFd: takeListenFd(process.env, process.pid),
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
    asked: new Promise((resolve) => {
      for (const signal of SIGNALS) process.once(signal, () => resolve());
    }),
  });
}

function say(line: string): void {
  process.stderr.write(`globus-token agent: ${line}\n`);
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const refused = error instanceof StartRefused;
    say(refused ? error.message : String(error instanceof Error ? error.stack : error));
    process.exit(refused ? EXIT.usage : EXIT.failed);
  },
);
