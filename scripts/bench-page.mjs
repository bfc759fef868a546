import { build } from 'vite';
import { configOf } from './build-targets.mjs';

/**
 * The window's page as the app's own build makes it, in memory: a bench leaves `dist/` alone.
 *
 * @returns {Promise<Map<string, string | Uint8Array>>} Contents by path: `/index.html`.
 */
export async function buildPage() {
  const config = await configOf('renderer', 'unused');
  const built = await build({
    ...config,
    mode: 'production',
    logLevel: 'error',
    build: { ...config.build, write: false },
  });
  const { output } = /** @type {import('vite').Rolldown.RolldownOutput} */ (built);
  return new Map(
    output.map((file) => [`/${file.fileName}`, file.type === 'chunk' ? file.code : file.source]),
  );
}
