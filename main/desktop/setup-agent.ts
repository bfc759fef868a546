import { spawn } from 'node:child_process';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { session, shell } from 'electron';
import { createAgent, type Agent } from '../agent.ts';
import type { Clock, Logger } from '../effects.ts';
import { PREVIEW, PRODUCTION, demoEnvironment, type Environment } from '../globus/environments.ts';
import type { Settings, SettingsStore } from '../settings/types.ts';
import { MemoryVault } from '../vault/memory.ts';
import { LazyVault } from '../vault/lazy.ts';
import { keychainDescription, openKeychainVault } from '../vault/open.ts';
import { browserOpener } from './external.ts';
import { sessionFetch } from './fetch.ts';
import { APP_ID } from './identity.ts';
import { openLog } from './log.ts';
import type { StartOptions } from './start-options.ts';
import { openDesktopSettings } from './store.ts';
import { ChosenVault } from './vault-choice.ts';

export interface AgentSetup {
  agent: Agent;
  settings: SettingsStore;
  vault: ChosenVault;
  environment: Environment;
  openBrowser: (url: string) => Promise<void>;
  log: Logger;
}

/** The agent on the desktop's real effects: the one place where they are made. */
export function setupAgent(options: StartOptions, folder: string, clock: Clock): AgentSetup {
  const log = openLog(join(folder, 'logs'));
  logFailures(log);
  const settings = openDesktopSettings(folder, () => clock.now());
  if (settings.recovered !== null)
    log.warn({ why: settings.recovered.why }, 'the settings file was set aside');
  setupDemoClient(options, settings);
  const environment = environmentOf(options, settings.get());
  const { platform, env } = process;
  const service = options.demo === null ? APP_ID.real : APP_ID.demo;
  const keychain = new LazyVault(
    () => openKeychainVault({ service, platform, env }),
    keychainDescription(platform),
  );
  const vault = new ChosenVault({ keychain, memory: new MemoryVault() }, settings.get().vaultBackend);
  const openBrowser = browserOpener({
    environment,
    openExternal: (url) => shell.openExternal(url),
    run: runDetached,
    demoBrowser: process.env['GLOBUS_TOKEN_TRAY_BROWSER'],
  });
  const agent = createAgent({
    clock,
    random: Math.random,
    fetch: sessionFetch(() => session.fromPartition('globus-api', { cache: false })),
    openBrowser,
    vault,
    settings,
    log,
    hostname: hostname(),
    environment,
  });
  log.info({ environment: environment.name, vault: vault.describe().label }, 'started');
  return { agent, settings, vault, environment, openBrowser, log };
}

/** Only the command line chooses the demo, only the settings choose between production and preview. */
function environmentOf({ demo }: StartOptions, settings: Settings): Environment {
  if (demo !== null) return demoEnvironment({ auth: demo.auth, flows: demo.flows });
  return settings.environment === 'preview' ? PREVIEW : PRODUCTION;
}

/** Each fake Globus knows a client of its own: the one on the command line replaces an earlier demo's. */
function setupDemoClient({ demo }: StartOptions, settings: SettingsStore): void {
  const clientId = demo?.clientId ?? null;
  if (clientId === null || settings.get().clientId === clientId) return;
  settings.update((old) => ({ ...old, clientId }));
}

/** Instead of Electron's error box, which would show a stack and wait for a click. */
function logFailures(log: Logger): void {
  process.on('uncaughtException', (error) => {
    log.error({ error }, 'uncaught exception');
  });
  process.on('unhandledRejection', (error) => {
    log.error({ error }, 'unhandled rejection');
  });
}

/** No shell: the URL is one argument, whatever it holds. */
function runDetached(command: string, url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [url], { detached: true, stdio: 'ignore' });
    child.once('error', reject);
    child.once('spawn', () => {
      child.unref();
      resolve();
    });
  });
}
