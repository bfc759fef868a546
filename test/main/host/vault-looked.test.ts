import { describe, expect, it } from 'vitest';
import { createAgent } from '../../../main/agent.ts';
import { vaultLooks } from '../../../main/host/vault-looked.ts';
import { demoEnvironment } from '../../../main/globus/environments.ts';
import { MemorySettingsStore } from '../../../main/settings/store.ts';
import { MemoryVault } from '../../../main/vault/memory.ts';
import type { VaultStatus } from '../../../main/vault/types.ts';
import { FakeClock, RecordingLog } from '../../support/agent-parts.ts';

/** A keychain that says how it is when it is let. */
class Slow extends MemoryVault {
  say: (status: VaultStatus) => void = () => undefined;
  override status(): Promise<VaultStatus> {
    return new Promise((resolve) => (this.say = resolve));
  }
}

function house() {
  const clock = new FakeClock();
  const vault = new Slow();
  const agent = createAgent({
    ...{
      clock,
      vault,
      random: () => 0.5,
      fetch,
      settings: new MemorySettingsStore(),
      log: new RecordingLog(),
    },
    hostname: 'lab-pc.local',
    environment: demoEnvironment({ auth: 1, flows: 2 }),
    openBrowser: () => Promise.resolve(),
  });
  const events: string[] = [];
  const looks = vaultLooks(agent, clock);
  const look = () => looks().then(() => void events.push(agent.snapshot().vault.status));
  return { agent, clock, vault, events, look };
}

describe('who asks how the vault is', () => {
  it('[C27] is told how it is now, not how it was when it was used last', async () => {
    const { agent, vault, look, events } = house();
    const started = agent.start();
    vault.say('ready');
    await started;
    for (const status of ['locked', 'missing', 'ready'] as const) {
      const [one, another] = [look(), look()];
      await Promise.resolve();
      await Promise.resolve();
      // One question for both.
      vault.say(status);
      await Promise.all([one, another]);
    }
    expect(events).toEqual(['locked', 'locked', 'missing', 'missing', 'ready', 'ready']);
  });

  it('waits for the first word of it after a start, and for the one after that', async () => {
    const { agent, vault, look, events } = house();
    const started = agent.start();
    const looked = look();
    await Promise.resolve();
    expect(events).toEqual([]);
    vault.say('locked');
    await started;
    await Promise.resolve();
    vault.say('locked');
    await looked;
    expect(events).toEqual(['locked']);
  });

  it('waits no longer than half a second', async () => {
    const { agent, clock, vault, look, events } = house();
    const started = agent.start();
    const looked = look();
    clock.advance(499);
    await Promise.resolve();
    expect(events).toEqual([]);
    clock.advance(1);
    await looked;
    expect(events).toEqual(['ready']);
    vault.say('slow');
    await started;
  });
});
