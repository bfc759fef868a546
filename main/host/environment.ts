import { PREVIEW, PRODUCTION, demoEnvironment, type Environment } from '../globus/environments.ts';
import type { Settings, SettingsStore } from '../settings/types.ts';
import type { DemoOptions } from './start.ts';

/** Only the command line chooses the demo, only the settings choose between production and preview. */
export function environmentOf(demo: DemoOptions | null, settings: Settings): Environment {
  if (demo !== null) return demoEnvironment({ auth: demo.auth, flows: demo.flows });
  return settings.environment === 'preview' ? PREVIEW : PRODUCTION;
}

/** Each fake Globus knows a client of its own: the one on the command line replaces an earlier demo's. */
export function setupDemoClient(demo: DemoOptions | null, settings: SettingsStore): void {
  const clientId = demo?.clientId ?? null;
  if (clientId === null || settings.get().clientId === clientId) return;
  settings.update((old) => ({ ...old, clientId }));
}
