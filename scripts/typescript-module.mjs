import { createServer, createServerModuleRunner } from 'vite';
import { ROOT } from './build-targets.mjs';

/**
 * Loads a TypeScript file of this repository, which Node 20 cannot read. What it imports when it runs is loaded
 * then: `runnerImport` of Vite would have closed by that time.
 *
 * @param {string} file absolute
 * @returns {Promise<{ module: unknown, close: () => Promise<void> }>}
 */
export async function loadTypeScript(file) {
  const server = await createServer({
    configFile: false,
    root: ROOT,
    logLevel: 'error',
    appType: 'custom',
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true, include: [] },
  });
  const runner = createServerModuleRunner(server.environments.ssr, { hmr: false });
  const module = await runner.import(file);
  return {
    module,
    async close() {
      await runner.close();
      await server.close();
    },
  };
}
