import { homedir, hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { createAgent, type Agent } from '../agent.ts';
import { withoutGoneFolder } from '../broker/runtime-folder.ts';
import { askSealed } from '../broker/sibling.ts';
import { BrokerStartError } from '../broker/start-error.ts';
import type { Clock, Logger } from '../effects.ts';
import { agentSocketPath } from '../host/agent-socket.ts';
import { APP_ID } from '../host/app-id.ts';
import { ChosenVault } from '../host/chosen-vault.ts';
import { environmentOf, setupDemoClient } from '../host/environment.ts';
import { importPlaces } from '../host/import-places.ts';
import { openLog } from '../host/log.ts';
import { openPassphraseVault } from '../host/passphrase-vault.ts';
import { ensurePrivateFolder } from '../host/private-folder.ts';
import { StartRefused } from '../host/start.ts';
import { systemLockEffects } from '../session/locks/effects.ts';
import { openLocks } from '../session/locks/os-locks.ts';
import type { LockNote, Locks } from '../session/locks/types.ts';
import type { SettingsStore } from '../settings/types.ts';
import { type Place, claimAgent } from '../takeover.ts';
import { LazyVault } from '../vault/lazy.ts';
import { MemoryVault } from '../vault/memory.ts';
import { keychainDescription, openKeychainVault } from '../vault/open.ts';
import { type HeadlessBroker, setupHeadlessBroker } from './broker.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { type HeadlessFetch, headlessFetch } from './fetch.ts';
import { LockTimer } from './lock-timer.ts';
import type { HeadlessOptions } from './options.ts';
import { dataFolder } from './paths.ts';
import { releaseMemory, restWhenIdle } from './rest.ts';
import { turnAway } from './turn-away.ts';
import { sayState, servedLine, unsavedLine } from './words.ts';

export interface RunParts {
  options: Extract<HeadlessOptions, { kind: 'run' }>;
  clock: Clock;
  /** Milliseconds by a clock that nobody sets. */
  steady: () => number;
  /** A listening socket that a service manager passed on; null: none. */
  listenFd: number | null;
  env: Readonly<Record<string, string | undefined>>;
  platform: NodeJS.Platform;
  version: string;
  /** The folder of the built bundles. */
  dist: string;
  /** Opens the settings of a data folder; `locks` keep two processes from writing at once. */
  openSettings: (folder: string, locks: Locks) => SettingsStore;
  /** One line for people, without the line's end. */
  say: (line: string) => void;
  /** Resolves when somebody wants the agent to end: a signal. */
  asked: Promise<void>;
}

/**
 * Runs an agent until a signal or a successor ends it.
 *
 * @returns the exit code
 * @throws StartRefused for a data folder that cannot be used
 */
export async function runHeadless(parts: RunParts): Promise<ExitCode> {
  const { options, clock, env, platform, say } = parts;
  const folder = usableFolder(parts);
  const locks = openLocks(join(folder, 'locks'), systemLockEffects(clock, platform));
  const log = writableLog(folder);
  logFailures(log);
  // Before anything of the folder is read or written: it belongs to the holder.
  const gone = () => Promise.resolve({ kind: 'gone' as const });
  const claim = await claimAgent({ locks, kind: 'headless', retire: gone, clock, log });
  if (claim.kind === 'taken') {
    say(claim.detail ?? servedLine(claim.holder));
    if (parts.listenFd !== null) await turnAway(parts.listenFd, clock);
    return claim.detail === null ? EXIT.ok : EXIT.failed;
  }
  const place: Place = { now: { kind: 'headless', socket: null } };
  const uid = process.getuid?.() ?? null;
  const where = () =>
    agentSocketPath(withoutGoneFolder(env, uid, platform), uid, platform, options.demo !== null);
  const settings = parts.openSettings(folder, locks);
  if (settings.recovered !== null) say(`the settings file was set aside: ${settings.recovered.why}`);
  const net = headlessFetch(env);
  const vault = openVault(parts, folder, { settings, locks, log });
  const agent = makeAgent({ parts, settings, vault, locks, log, net, about: () => place.now });
  let succeeded: () => void = () => undefined;
  const successor = new Promise<void>((done) => (succeeded = done));
  // Beside the socket: a keychain that is slow to answer keeps no caller from what needs none.
  const start = agent.start();
  start.catch(() => undefined);
  let opened: HeadlessBroker;
  try {
    opened = await setupHeadlessBroker({
      ...{ agent, clock, log, settings, vault, folder, env },
      ...{ fetch: net.fetch, listenFd: parts.listenFd, oidcAgent: options.oidcAgent },
      path: where(),
      follow: {
        place: where,
        moved(path) {
          place.now = { kind: 'headless', socket: path };
          claim.lock.note(place.now);
          say(`the socket was gone; pid ${process.pid} listens at ${path} now`);
        },
        oidcMoved: (path) => say(`clients of oidc-agent are answered there now: OIDC_SOCK=${path}`),
      },
      version: parts.version,
      dist: parts.dist,
      async retire() {
        const outcome = await agent.retire();
        // From here on the successor may have it; what is still to be answered is answered from memory.
        if (outcome.kind === 'retired') claim.lock.release();
        return outcome;
      },
      retired: succeeded,
    });
  } catch (error) {
    agent.close();
    claim.lock.release();
    if (!(error instanceof BrokerStartError)) throw error;
    log.error({ error }, 'the broker could not start');
    say(error.message);
    return EXIT.noSocket;
  }
  place.now = { kind: 'headless', socket: opened.broker.path };
  claim.lock.note(place.now);
  await start;
  sayState(parts, agent, opened);
  if (net.trouble !== null) say(net.trouble);
  const timer = startLockTimer(parts, agent, vault);
  const stopResting = restWhenIdle(
    clock,
    () => releaseMemory(platform),
    (changed) => agent.subscribe(changed),
  );
  const ended = await Promise.race([
    parts.asked.then(() => 'asked' as const),
    successor.then(() => 'succeeded' as const),
  ]);
  log.info({ by: ended }, 'stopping');
  timer.stop();
  stopResting();
  if (ended === 'succeeded') await opened.broker.drain();
  await opened.broker.close();
  const unsaved = await agent.saveUnsaved();
  if (unsaved > 0) say(unsavedLine(unsaved));
  agent.close();
  claim.lock.release();
  log.info({}, 'stopped');
  log.close();
  return EXIT.ok;
}

function usableFolder({ options, platform, env }: RunParts): string {
  const own = () => dataFolder(platform, env, homedir(), options.demo !== null);
  const folder = options.dataFolder === null ? own() : resolve(options.dataFolder);
  try {
    ensurePrivateFolder(folder);
  } catch (error) {
    throw new StartRefused(error instanceof Error ? error.message : 'the data folder cannot be used');
  }
  return folder;
}

/** The first file that is written: a folder that takes none is refused before anything else is tried in it. */
function writableLog(folder: string): ReturnType<typeof openLog> {
  try {
    return openLog(join(folder, 'logs'), 'agent.log');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartRefused(
      `the data folder ${folder} cannot be written (${code ?? 'unknown error'}). Your sign-ins are kept. ` +
        'Make it writable, then start again.',
    );
  }
}

/** No backend is touched before its first use: most servers have no keychain to load a library for. */
function openVault(
  { options, env, platform }: RunParts,
  folder: string,
  { settings, locks, log }: { settings: SettingsStore; locks: Locks; log: Logger },
): ChosenVault {
  const service = options.demo === null ? APP_ID.real : APP_ID.demo;
  const keychain = new LazyVault(
    () => openKeychainVault({ service, platform, env, log }),
    keychainDescription(platform),
  );
  const passphrase = openPassphraseVault(folder, settings, locks);
  return new ChosenVault({ keychain, passphrase, memory: new MemoryVault() }, settings.get().vaultBackend);
}

interface AgentParts {
  parts: RunParts;
  settings: SettingsStore;
  vault: ChosenVault;
  locks: Locks;
  log: Logger;
  net: HeadlessFetch;
  about: () => LockNote;
}

function makeAgent({ parts, settings, vault, locks, log, net, about }: AgentParts): Agent {
  const { options, clock } = parts;
  setupDemoClient(options.demo, settings);
  const environment = environmentOf(options.demo, settings.get());
  const { proxy } = net;
  log.info({ environment: environment.name, vault: vault.describe().label, proxy }, 'started');
  return createAgent({
    clock,
    random: Math.random,
    fetch: net.fetch,
    // Whoever signs in has the link from `globus-token login`, which knows where a browser is.
    openBrowser: () => Promise.resolve(),
    vault,
    settings,
    log,
    hostname: hostname(),
    environment,
    locks,
    sibling: { about, askSealed },
    places: importPlaces(parts.env, parts.platform),
  });
}

/** @returns `stop` for the end */
function startLockTimer(
  { options: { lockAfterMs: afterMs }, clock, steady }: RunParts,
  agent: Agent,
  vault: ChosenVault,
): { stop: () => void } {
  if (afterMs === null) return { stop: () => undefined };
  const timer = new LockTimer({
    ...{ afterMs, clock, steady },
    // A passphrase file that is still locked has nothing to lock; the rest may have tokens in memory.
    isLocked: () => agent.locked || (vault.backend === 'passphrase' && !vault.passphrase.unlocked),
    lock: () => agent.setLocked(true),
  });
  const unsubscribe = agent.subscribe(() => timer.changed());
  return {
    stop() {
      unsubscribe();
      timer.stop();
    },
  };
}

function logFailures(log: Logger): void {
  process.on('uncaughtException', (error) => {
    log.error({ error }, 'uncaught exception');
    process.stderr.write(`globus-token agent: ${error.name}; the log has more\n`);
    process.exit(EXIT.failed);
  });
}
