import { describe, expect, it } from 'vitest';
import { HELP_PAGES } from '../../../../main/globus/environments.ts';
import { TUTORIAL_CLIENT_ID } from '../../../../main/globus/scopes.ts';
import { MemorySettingsStore, SettingsWriteError } from '../../../../main/settings/store.ts';
import { agentSnapshot, view } from '../../../support/desktop.ts';
import { CLIENT_ID } from '../../../support/settings.ts';
import { DONE, PROBLEM, setup } from './rig.ts';

describe('window calls', () => {
  it('state.get answers the view', async () => {
    expect(await setup().handlers['state.get'](null)).toEqual(view([]));
  });

  it('setup.client passes a client ID on, and the tutorial one only when it is chosen', async () => {
    const { handlers, calls } = setup();
    await handlers['setup.client']({ clientId: ` ${CLIENT_ID} ` });
    await handlers['setup.client']({ tutorial: true });
    expect(calls).toEqual([
      ['setClientId', CLIENT_ID],
      ['setClientId', TUTORIAL_CLIENT_ID],
    ]);
  });

  it('[C26] setup.vault stores the choice, switches, and has the agent look again', async () => {
    const { handlers, calls, settings } = setup();
    expect(await handlers['setup.vault']({ backend: 'memory' })).toEqual(DONE);
    expect(settings.get().vaultBackend).toBe('memory');
    expect(calls).toEqual([['note', 'vault'], ['start']]);
  });

  it.each(['setup.client', 'setup.vault', 'settings.set'] as const)(
    '[C59] %s says that a settings file did not take it, and nothing is half done',
    async (name) => {
      const settings = new MemorySettingsStore();
      settings.update = () => {
        throw new SettingsWriteError('failed', '/data/settings.json could not be written');
      };
      const { handlers, calls } = setup(
        {
          setClientId: () => {
            settings.update((old) => old);
            return DONE;
          },
        },
        { settings },
      );
      const answers = {
        'setup.client': () => handlers['setup.client']({ clientId: 'x' }),
        'setup.vault': () => handlers['setup.vault']({ backend: 'memory' }),
        'settings.set': () => handlers['settings.set']({ clearOnQuit: false }),
      };
      expect(await answers[name]()).toMatchObject({ ok: false, problem: { reason: 'settings-failed' } });
      expect(calls).toEqual([]);
    },
  );

  it('problem.dismiss dismisses both problems, window.close closes', async () => {
    const { handlers, calls } = setup();
    await handlers['problem.dismiss'](null);
    await handlers['window.close'](null);
    expect(calls).toEqual([['dismissProblem'], ['dismissDesktopProblem'], ['closeWindow']]);
  });

  it('sign-in calls reach the agent', async () => {
    const { handlers, calls } = setup();
    await handlers['signIn.start']({ scopes: ['a'], way: 'paste' });
    await handlers['signIn.code']({ code: ' abc ' });
    await handlers['signIn.cancel'](null);
    await handlers['signIn.dismiss'](null);
    expect(calls).toEqual([
      ['signIn', { scopes: ['a'], way: 'paste' }],
      ['submitCode', 'abc'],
      ['cancelSignIn'],
      ['dismissSignIn'],
    ]);
  });

  it('says so when there is no sign-in for a code or a link', async () => {
    const { handlers } = setup({ submitCode: () => false, signInLink: () => null });
    expect(await handlers['signIn.code']({ code: 'x' })).toMatchObject({ problem: { reason: 'no-sign-in' } });
    expect(await handlers['signIn.copyLink'](null)).toMatchObject({ problem: { reason: 'no-sign-in' } });
  });

  it('signIn.copyLink copies the address, unmarked', async () => {
    const { handlers, port } = setup();
    expect(await handlers['signIn.copyLink'](null)).toEqual(DONE);
    expect(port.writes).toEqual([
      { text: 'https://auth.globus.org/v2/oauth2/authorize?x', concealed: false },
    ]);
  });

  it('[C23] signOut claims a revocation only when the agent confirmed it', async () => {
    expect(await setup().handlers.signOut(null)).toEqual({ ok: true, value: { revoked: true } });
    const kept = setup({ signOut: () => Promise.resolve({ ok: false, problem: PROBLEM }) });
    expect(await kept.handlers.signOut(null)).toEqual({ ok: false, problem: PROBLEM });
  });

  it('[C47] scope.copy puts the token on the clipboard and answers without it', async () => {
    const { handlers, port, log } = setup();
    const answer = await handlers['scope.copy']({ scope: 'a', format: 'header' });
    expect(answer).toEqual(DONE);
    expect(port.writes).toEqual([{ text: 'Authorization: Bearer secret', concealed: true }]);
    expect(JSON.stringify(log.lines)).not.toContain('secret');
  });

  it('[C37] clipboard.clear clears', async () => {
    const { handlers, port } = setup();
    await handlers['scope.copy']({ scope: 'a', format: 'header' });
    await handlers['clipboard.clear'](null);
    expect(port.text).toBe('');
  });

  it('[C43] help.open opens pages by name, and shows the address when no browser opens', async () => {
    const { handlers, calls } = setup();
    expect(await handlers['help.open']({ page: 'registerApp' })).toEqual(DONE);
    expect(calls).toEqual([['openBrowser', HELP_PAGES.registerApp]]);
    expect(await handlers['help.open']({ page: 'consents' })).toMatchObject({
      problem: { reason: 'no-browser', detail: HELP_PAGES.consents },
    });
  });
});

describe('tray actions', () => {
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  it('reports a failed copy in the window', async () => {
    const { actions, calls, port } = setup({
      render: () => Promise.resolve({ ok: false, problem: PROBLEM }),
    });
    actions.perform({ kind: 'copy', scope: 'a', format: 'header' });
    await settled();
    expect(calls).toEqual([['report', 'r'], ['openWindow']]);
    expect(port.writes).toEqual([]);
  });

  it('[C15] signs in for the scopes that the menu shows', async () => {
    const { actions, calls } = setup();
    actions.perform({ kind: 'sign-in' });
    await settled();
    const scopes = agentSnapshot().scopes.map(({ entry }) => entry.scope);
    expect(calls).toEqual([['openWindow'], ['signIn', { scopes, way: 'browser' }]]);
  });

  it('opens the window instead when the app is not set up or the vault has trouble', async () => {
    for (const change of [
      { clientId: null },
      { scopes: [] },
      { vault: { ...agentSnapshot().vault, status: 'locked' as const } },
    ]) {
      const { actions, calls } = setup({ snapshot: () => agentSnapshot(change) });
      actions.perform({ kind: 'sign-in' });
      await settled();
      expect(calls).toEqual([['openWindow']]);
    }
  });

  it('logs what fails instead of throwing into the menu', async () => {
    const { actions, log } = setup({ renew: () => Promise.reject(new Error('bug')) });
    actions.perform({ kind: 'renew', scope: 'a' });
    await settled();
    expect(log.lines).toMatchObject([{ level: 'error', fields: { action: 'renew' } }]);
  });

  it('reaches the agent for the rest', async () => {
    const { actions, calls } = setup();
    for (const kind of ['cancel-sign-in', 'open', 'quit', 'clear-clipboard'] as const) {
      actions.perform({ kind });
    }
    await settled();
    expect(calls).toEqual([['cancelSignIn'], ['openWindow'], ['quit']]);
  });

  it('switches the account', async () => {
    const { actions, calls } = setup();
    actions.perform({ kind: 'use-account', sub: '2' });
    await settled();
    expect(calls).toEqual([['useAccount', '2']]);
  });
});
