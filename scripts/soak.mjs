import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';
import { ROOT } from './build-targets.mjs';
import { parseSoakArguments, USAGE } from './soak-arguments.mjs';

/**
 * V8 compiles what runs often, and forgets what does not, for hours: in the heap, where it looks like something
 * that is kept. With these it does neither, and the heap holds what the program holds.
 */
const STILL = [
  '--no-opt',
  '--no-maglev',
  '--no-sparkplug',
  '--no-flush-bytecode',
  '--no-lazy-feedback-allocation',
];

process.exitCode = await main(process.argv.slice(2));

/** @param {readonly string[]} words @returns {Promise<number>} Exit code; 1 when something grows. */
async function main(words) {
  const parsed = parseSoakArguments(words);
  if (!parsed.ok) {
    process.stderr.write(`soak: ${parsed.message}\n${USAGE}`);
    return 2;
  }
  const folder = await bundle();
  try {
    const words = [...STILL, join(folder, 'soak.mjs'), JSON.stringify(parsed.choice)];
    const child = spawn(process.execPath, words, { stdio: 'inherit' });
    const [code] = await once(child, 'exit');
    return typeof code === 'number' ? code : 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Next to node_modules, where native libraries are found. @returns {Promise<string>} the folder */
async function bundle() {
  const cache = join(ROOT, 'node_modules/.cache');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'soak-'));
  await build({
    configFile: false,
    root: ROOT,
    logLevel: 'error',
    build: {
      ssr: true,
      outDir: folder,
      target: 'node20',
      rollupOptions: {
        input: { soak: join(ROOT, 'test/soak/main.ts'), world: join(ROOT, 'test/soak/world.ts') },
        output: { entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs' },
      },
    },
    ssr: { noExternal: true, external: ['keytar', 'koffi', 'vite'] },
  });
  return folder;
}
