import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { updateDefines } from './update-build.mjs';

/** @typedef {'main' | 'preload' | 'renderer' | 'cli' | 'headless' | 'demo'} Target */

export const ROOT = join(import.meta.dirname, '..');
/** @type {readonly Target[]} */
export const TARGETS = ['main', 'preload', 'renderer', 'cli', 'headless', 'demo'];

const { version } = /** @type {{ version: string }} */ (
  JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
);

const WITHOUT_AJV = [{ find: /^ajv(-formats)?($|\/.*)/, replacement: join(ROOT, 'scripts', 'no-ajv.mjs') }];

/** What a command needs that does something: neither what explains, nor what most of them have no use for. */
const CLI_CORE =
  /\/(?:cli\/(?!(?:index|help|proxy)\.ts)[\w-]+|main\/broker\/(?:runtime-folder|socket-path|start-error))\.ts$/;

/**
 * For what is started, and not for the pieces that it loads.
 *
 * @param {string} text @returns {(chunk: { isEntry: boolean }) => string}
 */
const entryOnly = (text) => (chunk) => (chunk.isEntry ? text : '');

/**
 * One Vite configuration per bundle. Everything is bundled but Electron, keytar and koffi (native) and Node's own
 * modules, so that the package's dependencies are exactly those of package.json.
 *
 * @param {Target} target
 * @param {string} outDir
 * @returns {Promise<import('vite').InlineConfig>}
 */
export async function configOf(target, outDir) {
  const shared = {
    configFile: /** @type {const} */ (false),
    root: ROOT,
    logLevel: /** @type {const} */ ('warn'),
    define: { __APP_VERSION__: JSON.stringify(version) },
  };
  switch (target) {
    case 'main':
      return {
        ...shared,
        ...nodeBundle({ index: 'main/index.ts' }, outDir),
        define: { ...shared.define, ...updateDefines(process.env) },
        plugins: [asciiOnly()],
        resolve: { alias: WITHOUT_AJV },
      };
    case 'cli':
      return {
        ...shared,
        ...nodeBundle({ 'globus-token': 'cli/index.ts' }, outDir, {
          banner: entryOnly(
            `#!/usr/bin/env node\n${readFileSync(join(ROOT, 'cli/launcher/new-enough.cjs'), 'utf8')}`,
          ),
          // Starting Node's loader of ES modules takes 10 ms of every command.
          format: 'cjs',
          // What every command needs in one file: each further one costs a start half a millisecond.
          codeSplitting: { groups: [{ name: 'core', test: CLI_CORE }] },
          // What keeps them is such a file.
          keepNames: false,
        }),
      };
    case 'headless':
      return {
        ...shared,
        ...nodeBundle({ 'globus-token-agent': 'main/headless.ts' }, outDir, {
          banner: entryOnly('#!/usr/bin/env node'),
        }),
        plugins: [asciiOnly()],
        resolve: { alias: WITHOUT_AJV },
      };
    case 'demo':
      return {
        ...shared,
        ...nodeBundle({ sandbox: 'scripts/demo/sandbox.ts', terminal: 'scripts/demo/terminal.ts' }, outDir),
      };
    case 'preload':
      // A sandboxed preload is one CommonJS file that can require little but Electron: the two share no
      // module, and without `keepNames` no helper either.
      return {
        ...shared,
        ...nodeBundle({ index: 'preload/index.ts', prompt: 'preload/prompt.ts' }, outDir, {
          format: 'cjs',
          entryFileNames: '[name].cjs',
          keepNames: false,
        }),
      };
    case 'renderer': {
      const { svelte } = await import('@sveltejs/vite-plugin-svelte');
      return {
        ...shared,
        root: join(ROOT, 'renderer'),
        base: './',
        // Names of styles are made from the path below it; left out, it is the folder that the build was started in.
        plugins: [svelte({ configFile: false, compilerOptions: { rootDir: ROOT } }), asciiOnly()],
        build: {
          outDir,
          emptyOutDir: true,
          target: 'chrome130',
          // The page's policy allows no inline script and no data: font. What the entry imports is asked for along
          // with it: every turn waits for a main process that is busy with its own start.
          modulePreload: { polyfill: false },
          assetsInlineLimit: 0,
          reportCompressedSize: false,
          rolldownOptions: {
            input: {
              index: join(ROOT, 'renderer', 'index.html'),
              prompt: join(ROOT, 'renderer', 'prompt.html'),
              palette: join(ROOT, 'renderer', 'palette.html'),
            },
          },
        },
      };
    }
  }
}

/**
 * One curly quote makes V8 keep the whole source with two bytes per character, half a megabyte more and over
 * of what is there all day.
 *
 * @returns {import('vite').Plugin}
 */
function asciiOnly() {
  return {
    name: 'ascii-only',
    generateBundle(_, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue;
        chunk.code = chunk.code.replace(
          /[\u0080-\uffff]/g,
          (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
        );
      }
    },
  };
}

/**
 * @param {Record<string, string>} entries
 * @param {string} outDir
 * @param {import('rolldown').OutputOptions} [output]
 * @returns {import('vite').InlineConfig}
 */
function nodeBundle(entries, outDir, output = {}) {
  return {
    ssr: { noExternal: true, external: ['electron', 'keytar', 'koffi'], target: 'node' },
    build: {
      ssr: true,
      outDir,
      emptyOutDir: true,
      target: 'node20',
      minify: true,
      reportCompressedSize: false,
      rolldownOptions: {
        input: Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, join(ROOT, path)])),
        external: ['electron', 'keytar', 'koffi'],
        output: {
          format: 'es',
          entryFileNames: '[name].js',
          chunkFileNames: '[name]-[hash].js',
          keepNames: true,
          ...output,
        },
      },
    },
  };
}
