import { describe, expect, it, vi } from 'vitest';
import { BrokerStartError } from '../../../main/broker/start-error.ts';
import { OidcSocket } from '../../../main/desktop/oidc-socket.ts';
import { MemorySettingsStore, SettingsWriteError } from '../../../main/settings/store.ts';

const PATH = '/run/user/1000/globus-token/oidc.sock';

function setup({
  path = PATH,
  on = false,
  why = null,
}: { path?: string | null; on?: boolean; why?: Error | null } = {}) {
  const settings = new MemorySettingsStore({ oidcAgent: on });
  const events: string[] = [];
  const state: { why: Error | null } = { why };
  const socket = new OidcSocket({
    path,
    settings,
    start: async (at) => {
      await Promise.resolve();
      if (state.why !== null) throw state.why;
      events.push(`open ${at}`);
      return { close: () => Promise.resolve(void events.push('close')) };
    },
    log: { info: () => {}, warn: () => {}, error: () => {} },
    changed: () => void events.push('changed'),
  });
  return { settings, events, socket, state };
}

function fullDisk(settings: MemorySettingsStore) {
  return vi.spyOn(settings, 'update').mockImplementation(() => {
    throw new SettingsWriteError('failed', 'the disk is full');
  });
}

describe('the socket for clients of oidc-agent', () => {
  it('[C30] opens nothing by itself, and tells where it would be', async () => {
    const { socket, events } = setup();
    expect(await socket.resume()).toBeNull();
    expect(events).toEqual([]);
    expect(socket.view()).toEqual({ on: false, path: PATH, exportLine: `export OIDC_SOCK=${PATH}` });
  });

  it('is opened at the start when the user switched it on before', async () => {
    const { socket, events } = setup({ on: true });
    expect(await socket.resume()).toBeNull();
    expect(events).toEqual([`open ${PATH}`]);
    expect(socket.view()?.on).toBe(true);
  });

  it('is switched on and off while the app runs, and the setting follows', async () => {
    const { socket, events, settings } = setup();
    expect(await socket.set(true)).toBeNull();
    expect(settings.get().oidcAgent).toBe(true);
    expect(socket.view()?.on).toBe(true);
    expect(await socket.set(false)).toBeNull();
    expect(settings.get().oidcAgent).toBe(false);
    expect(events).toEqual([`open ${PATH}`, 'changed', 'close', 'changed']);
  });

  it('takes quick clicks one after another, and is opened once', async () => {
    const { socket, events } = setup();
    await Promise.all([socket.set(true), socket.set(true), socket.set(false), socket.set(true)]);
    expect(events.filter((event) => event !== 'changed')).toEqual([`open ${PATH}`, 'close', `open ${PATH}`]);
    expect(socket.view()?.on).toBe(true);
  });

  it('[C59] says what stands in its way, and stays off', async () => {
    const { socket, settings } = setup({
      why: new BrokerStartError('socket-live', 'another broker answers'),
    });
    expect(await socket.set(true)).toMatchObject({
      reason: 'oidc-not-started',
      detail: 'another broker answers',
    });
    expect(settings.get().oidcAgent).toBe(false);
    expect(socket.view()?.on).toBe(false);
  });

  it('[C59] keeps the wish when it cannot be opened at the start, and tells no foreign error', async () => {
    const { socket, settings, state } = setup({ on: true, why: new Error('EMFILE /home/ada') });
    const problem = await socket.resume();
    expect(problem).toMatchObject({ reason: 'oidc-not-started' });
    expect(problem?.detail).toBeUndefined();
    expect(settings.get().oidcAgent).toBe(true);
    state.why = null;
    expect(await socket.set(true)).toBeNull();
    expect(socket.view()?.on).toBe(true);
  });

  it('[C59] is closed again when the choice cannot be saved', async () => {
    const { socket, settings, events } = setup();
    fullDisk(settings);
    expect(await socket.set(true)).toMatchObject({ reason: 'oidc-not-saved', detail: 'the disk is full' });
    expect(events).toEqual([`open ${PATH}`, 'close', 'changed']);
    expect(socket.view()?.on).toBe(false);
  });

  it('[C59] is closed in any case when it is switched off', async () => {
    const { socket, settings, events } = setup({ on: true });
    await socket.resume();
    fullDisk(settings);
    expect(await socket.set(false)).toMatchObject({ reason: 'oidc-not-saved', detail: 'the disk is full' });
    expect(events).toContain('close');
    expect(socket.view()?.on).toBe(false);
  });

  it('is not offered where there is no path for it', async () => {
    const { socket, events } = setup({ path: null, on: true });
    expect(socket.view()).toBeNull();
    expect(await socket.resume()).toBeNull();
    expect(await socket.set(true)).toMatchObject({ reason: 'oidc-not-offered' });
    expect(events).toEqual(['changed']);
  });

  it('is closed with the app, and stays the user’s wish', async () => {
    const { socket, settings, events } = setup({ on: true });
    await socket.resume();
    await socket.close();
    expect(events).toEqual([`open ${PATH}`, 'close']);
    expect(settings.get().oidcAgent).toBe(true);
  });

  it('[C40] quotes the line for the shell where the path needs it', () => {
    const { socket } = setup({ path: "/tmp/ada's $(id)/oidc.sock" });
    expect(socket.view()?.exportLine).toBe(`export OIDC_SOCK='/tmp/ada'\\''s $(id)/oidc.sock'`);
  });
});
