import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BrokerPorts } from '../../../main/broker/ports.ts';
import { openBrokerSocket } from '../../../main/desktop/broker-socket.ts';
import { realClock, RecordingLog } from '../../support/agent-parts.ts';

let runtime = '';
beforeEach(async () => {
  runtime = await mkdtemp(join(tmpdir(), 'run-'));
});
afterEach(() => rm(runtime, { recursive: true, force: true }));

/** Nobody asks anything here. */
const ports = () => ({ clock: realClock, log: new RecordingLog() }) as unknown as BrokerPorts;
const open = (flatpak: boolean) =>
  openBrokerSocket(ports(), {
    env: { XDG_RUNTIME_DIR: runtime },
    demo: false,
    flatpak,
    replace: false,
  });

describe('the broker of the desktop app', () => {
  it('listens in the runtime folder', async () => {
    const { broker, problem } = await open(false);
    expect(problem).toBeNull();
    expect(broker?.path).toBe(join(runtime, 'globus-token', 'broker.sock'));
    await broker?.close();
  });

  it('opens nothing in a Flatpak, where no script would find it, and calls that no problem', async () => {
    expect(await open(true)).toEqual({ broker: null, problem: null });
    expect(await readdir(runtime)).toEqual([]);
  });

  it('[C59] says what is in its way', async () => {
    await mkdir(join(runtime, 'globus-token'), { mode: 0o700 });
    await writeFile(join(runtime, 'globus-token', 'broker.sock'), 'no socket');
    const { broker, problem } = await open(false);
    expect(broker).toBeNull();
    expect(problem).toMatchObject({ reason: 'broker-not-started' });
    expect(problem?.detail).toContain(runtime);
  });
});
