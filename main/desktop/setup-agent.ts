import { spawn } from 'node:child_process';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { session, shell } from 'electron';
import { createAgent, type Agent } from '../agent.ts';
import type { Clock, Fetch, Logger } from '../effects.ts';
import type { Environment } from '../globus/environments.ts';
import { systemLockEffects } from '../session/locks/effects.ts';
import { openLocks } from '../session/locks/os-locks.ts';
import type { Locks } from '../session/locks/types.ts';
import type { SettingsStore } from '../settings/types.ts';
import type { Place } from '../takeover.ts';
import { MemoryVault } from '../vault/memory.ts';
import { LazyVault } from '../vault/lazy.ts';
import { keychainDescription, openKeychainVault } from '../vault/open.ts';
import { browserOpener } from './external.ts';
import { sessionFetch } from './fetch.ts';
import { APP_ID } from '../host/app-id.ts';
import { ChosenVault } from '../host/chosen-vault.ts';
import { ClaimedVault } from '../host/claimed-vault.ts';
import { environmentOf, setupDemoClient } from '../host/environment.ts';
import { importPlaces } from '../host/import-places.ts';
import { openLog } from '../host/log.ts';
import { openPassphraseVault } from '../host/passphrase-vault.ts';
import { displayOf } from './open-elsewhere.ts';
import type { StartOptions } from './start-options.ts';
import { openDesktopSettings } from './store.ts';

export interface AgentSetup {
  agent: Agent;
  locks: Locks;
  /** To be kept up to date: it is what other processes of the data folder find in this one's locks. */
  place: Place;
  /** Says whether the agent lock is ours. Until then the vault answers nothing, and after a false no question. */
  claimed: (ours: boolean) => void;
  settings: SettingsStore;
  vault: ChosenVault;
  environment: Environment;
  openBrowser: (url: string) => Promise<void>;
  /** The agent's own way to the network. */
  fetch: Fetch;
  log: Logger;
}

/** The agent on the desktop's real effects: the one place where they are made. */
export function setupAgent(options: StartOptions, folder: string, clock: Clock): AgentSetup {
  const log = openLog(join(folder, 'logs'));
  logFailures(log);
  const locks = openLocks(join(folder, 'locks'), systemLockEffects(clock));
  const settings = openDesktopSettings(folder, () => clock.now(), locks);
  if (settings.recovered !== null)
    log.warn({ why: settings.recovered.why }, 'the settings file was set aside');
  setupDemoClient(options.demo, settings);
  const environment = environmentOf(options.demo, settings.get());
  const { platform, env } = process;
  const service = options.demo === null ? APP_ID.real : APP_ID.demo;
  const keychain = new LazyVault(
    () => openKeychainVault({ service, platform, env, log }),
    keychainDescription(platform),
  );
  const passphrase = openPassphraseVault(folder, settings, locks);
  const memory = new MemoryVault();
  const vault = new ChosenVault({ keychain, passphrase, memory }, settings.get().vaultBackend);
  const openBrowser = browserOpener({
    environment,
    openExternal: (url) => shell.openExternal(url),
    run: runDetached,
    demoBrowser: process.env['GLOBUS_TOKEN_TRAY_BROWSER'],
  });
  const place: Place = { now: { kind: 'desktop', socket: null, ...displayOf(process.env) } };
  let claimed: (ours: boolean) => void = () => undefined;
  const claim = new Promise<boolean>((resolve) => (claimed = resolve));
  const fetch = sessionFetch(() => session.fromPartition('globus-api', { cache: false }));
  const agent = createAgent({
    clock,
    random: Math.random,
    fetch,
    openBrowser,
    vault: new ClaimedVault(vault, claim),
    settings,
    log,
    hostname: hostname(),
    environment,
    locks,
    sibling: { about: () => place.now, askSealed },
    places: importPlaces(env, platform),
  });
  log.info({ environment: environment.name, vault: vault.describe().label }, 'started');
  return { agent, locks, place, claimed, settings, vault, environment, openBrowser, fetch, log };
}

/** Behind an import: it is needed when two processes meet, and not before. */
async function askSealed(socket: string, grant: string, signal: AbortSignal): Promise<unknown> {
  const sibling = await import('../broker/sibling.ts');
  return sibling.askSealed(socket, grant, signal);
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
