import { dirname } from 'node:path';
import { run } from './run.ts';
import { print, stderr } from './streams.ts';

/** @param folder where the built commands are */
export function start(folder: string): void {
  void run(process.argv.slice(2), {
    env: process.env,
    platform: process.platform,
    uid: process.getuid?.() ?? null,
    // Few commands ask for it.
    get home() {
      return process.getBuiltinModule('node:os').homedir();
    },
    version: __APP_VERSION__,
    dist: dirname(folder),
    out: print,
    err: (text) => stderr().write(text),
    now: () => Date.now(),
  }).then((code) => {
    process.exitCode = code;
  });
}
