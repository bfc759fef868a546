import { run } from './run.ts';

process.exitCode = run(process.argv.slice(2), {
  version: __APP_VERSION__,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});
