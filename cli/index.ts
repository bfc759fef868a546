import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './run.ts';

for (const stream of [process.stdout, process.stderr]) {
  // Whoever read us has had enough (`| head -1`): nothing to report, and nobody to report it to.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

void run(process.argv.slice(2), {
  env: process.env,
  platform: process.platform,
  uid: process.getuid?.() ?? null,
  home: homedir(),
  version: __APP_VERSION__,
  dist: dirname(dirname(fileURLToPath(import.meta.url))),
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  now: () => Date.now(),
}).then((code) => {
  process.exitCode = code;
});
