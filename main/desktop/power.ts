import type { PowerMonitor } from 'electron';
import type { Clock } from '../effects.ts';

export interface PowerTargets {
  agent: { wake(): void; setOnline(online: boolean): void };
  /** The screen was locked or the machine goes to sleep: nobody looks at the clipboard any more. */
  onAway: () => void;
  isOnline: () => boolean;
  clock: Clock;
}

/** Electron tells no one when the network comes or goes; asking Chromium, which knows, takes a few microseconds. */
const NETWORK_POLL = 900;

/**
 * Sleep, resume, screen lock and network changes reach the agent (CHECKLIST 29, 54). `lock-screen` exists on
 * macOS and Windows only; on Linux the D-Bus signals of logind are the way.
 * @returns stops everything.
 */
export function watchPower(
  monitor: Pick<PowerMonitor, 'on' | 'removeListener'>,
  targets: PowerTargets,
): () => void {
  // Timers stand still in sleep: what has to be renewed is late, and every time that is shown is wrong. The agent
  // announces itself, and so all that shows it is drawn anew.
  const wake = () => {
    targets.agent.wake();
  };
  const away = () => {
    targets.onAway();
  };
  monitor.on('resume', wake);
  monitor.on('unlock-screen', wake);
  monitor.on('suspend', away);
  monitor.on('lock-screen', away);
  const stopNetwork = watchNetwork(targets);
  return () => {
    monitor.removeListener('resume', wake);
    monitor.removeListener('unlock-screen', wake);
    monitor.removeListener('suspend', away);
    monitor.removeListener('lock-screen', away);
    stopNetwork();
  };
}

function watchNetwork({ agent, isOnline, clock }: PowerTargets): () => void {
  let online = isOnline();
  agent.setOnline(online);
  let cancel = () => {};
  const schedule = () => {
    cancel = clock.after(NETWORK_POLL, () => {
      const next = isOnline();
      if (next !== online) {
        online = next;
        agent.setOnline(next);
      }
      schedule();
    });
  };
  schedule();
  return () => {
    cancel();
  };
}
