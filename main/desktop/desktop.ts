import { join } from 'node:path';
import { Menu, app, ipcMain, net, powerMonitor, session, type Tray } from 'electron';
import { TUTORIAL_CLIENT_ID } from '../globus/scopes.ts';
import { Actions } from './actions.ts';
import { lazyCallsRoom } from './calls-room.ts';
import { setupClipboard } from './clipboard-setup.ts';
import { copyName } from './copy-name.ts';
import { endInOrder } from './ending.ts';
import { showFirstFace, withoutTray } from './first-face.ts';
import { systemClock } from '../host/clock.ts';
import { FlowInputs } from './flow-inputs.ts';
import { callHandlers } from './ipc/handlers.ts';
import { registerCalls } from './ipc/register.ts';
import { LateStart } from './late-start.ts';
import { applicationMenu } from './menu-bar.ts';
import { type NoteAct, notedAgent } from './noted-agent.ts';
import { setupAgent } from './setup-agent.ts';
import { setupAutostart } from './autostart-setup.ts';
import { flatpakOf } from './own-package.ts';
import { RecentScopes } from './palette/recent.ts';
import { setupPalette } from './palette/setup.ts';
import { setupPages } from './pages-setup.ts';
import { ShownState } from './shown-state.ts';
import { signInTo, type SignInRequest } from './sign-in-to.ts';
import { Snippets } from './snippets.ts';
import type { StartOptions } from './start-options.ts';
import { systemPort } from './system.ts';
import { setupTray } from './tray-setup.ts';
import { LazyUpdates } from './updates/lazy.ts';
import { setupWindow } from './window-setup.ts';

/** Put in by the build from package.json. */
declare const __APP_VERSION__: string;

export interface Desktop {
  open: () => void;
  openPalette: () => void;
  start: () => void;
}

/** Builds the desktop faces around the agent and wires them; each part knows the others by functions only. */
export function createDesktop(options: StartOptions, folder: string, early: Tray | null): Desktop {
  const clock = systemClock;
  const dist = join(import.meta.dirname, '..');
  const icons = join(dist, '..', 'assets', 'generated');
  const setup = setupAgent(options, folder, clock);
  const { agent, settings, vault, environment, openBrowser, fetch, log } = setup;
  const flatpak = flatpakOf(process.env, process.execPath);

  const noteAct: NoteAct = (...what) => void late.ready().then((broker) => broker?.acted(...what));
  const faces = notedAgent(agent, noteAct);

  const shown: ShownState = new ShownState({
    agent,
    settings,
    version: __APP_VERSION__,
    flatpak: flatpak !== null,
    clipboard: () => clipboard.view(),
    late: () => late,
    update: () => updates.now?.view() ?? null,
    flowInput: () => flowInputs.known,
    show: (view) => {
      tray.look(view);
      if (window.page() !== null) window.send('state', view);
      if (palette.page() !== null) palette.send('state', view);
    },
    clock,
  });
  const { view, changed, setProblem } = shown;

  const updates: LazyUpdates = new LazyUpdates({
    app,
    version: __APP_VERSION__,
    demo: options.demo !== null,
    settings: () => settings.get(),
    session: (partition, how) => session.fromPartition(partition, how),
    agent,
    clock,
    log,
    changed,
  });
  const room = lazyCallsRoom({ agent, fetch, clock, log });
  const flowInputs = new FlowInputs({
    read: async (id) => (await room.open()).book.exampleBody(id),
    changed,
    log,
  });
  const snippets = new Snippets({
    environment,
    socket: () => late.broker?.path ?? null,
    flatpak: flatpak !== null,
    flowInput: (id) => flowInputs.load(id),
  });
  const pages = setupPages(dist, icons);
  const clipboard = setupClipboard({
    app,
    onWayland: !pages.page.drawnHidden,
    settings,
    changed,
    clock,
    log,
  });
  const autostart = setupAutostart({
    app,
    platform: process.platform,
    env: process.env,
    program: process.execPath,
    demo: options.demo !== null,
  });
  const recent = new RecentScopes();
  const { palette, paletteKeys } = setupPalette({
    ...pages.page,
    recent: () => recent.list(),
    flatpak,
    onShown: () => {
      late.start();
    },
    settings,
    changed,
    clock,
    log,
  });
  const { window, watch: keepInSight } = setupWindow({
    ...pages.page,
    trayIcon: () => tray.place(),
    settings,
    clock,
    onPainted: () => {
      late.start();
    },
    // Without a tray the window is the app: an invisible one could be neither used nor quit.
    onClosed: () => {
      void withoutTray(tray, () => {
        if (window.page() === null) app.quit();
      });
    },
  });
  const open = () => {
    window.open();
  };
  const actions = new Actions({
    agent: faces,
    clipboard,
    snippets,
    signIn: (request: SignInRequest) =>
      signInTo({ agent: faces, calls: room.open, running: room.running, report: setProblem }, request),
    log,
    openWindow: (by) => {
      window.open(by);
    },
    notCopied: ({ scope, format, account }) => {
      window.openWith('notCopied', { scope, format, ...(account === undefined ? {} : { account }) });
    },
    nameOf: (request) => copyName(request, settings.get().flows),
    quit: () => {
      app.quit();
    },
    restart: () => updates.now?.restart() ?? { ok: true, value: null },
    report: (problem, action) => {
      shown.failed(problem, action);
    },
    wentWell: (action) => {
      shown.wentWell(action);
    },
    copied: (scope, account) => void late.ready().then((broker) => broker?.copied(scope, account)),
  });
  const openPalette = () => {
    palette.open();
  };
  const tray = setupTray({
    early,
    icons,
    flatpak,
    clock,
    log,
    view,
    broker: () => late.broker,
    switches: () => settings.get().notices,
    paletteKeys: () => paletteKeys,
    perform: (action, by) => {
      actions.perform(action, by);
    },
    openPalette,
    toggleWindow: () => {
      window.toggle();
    },
    showScope: (row) => {
      window.openWith('show', row);
    },
    askSignOut: () => {
      window.openWith('askSignOut', null);
    },
    inSight: () => window.inSight(),
  });

  const late: LateStart = new LateStart({
    setup,
    clock,
    power: powerMonitor,
    // The fake Globus is on loopback, which no network change takes away.
    isOnline: () => environment.fake || net.isOnline(),
    broker: {
      folder,
      calls: {
        flowBook: async () => (await room.open()).book,
        flowInput: flowInputs.known,
        flowRead: (id) => flowInputs.forget(id),
      },
      dist,
      demo: options.demo !== null,
      flatpak: flatpak !== null,
      version: __APP_VERSION__,
      ipc: ipcMain,
      prompt: pages.prompt,
      clearClipboard: () => void clipboard.clearIfOurs(),
      seen: (entry) => {
        recent.see(entry);
        tray.seen(entry);
      },
      changed,
    },
    updates,
    opened: (brokerProblem) => {
      // What was found at the start stands first; the log has both.
      setProblem(shown.problem ?? brokerProblem);
    },
  });

  return {
    open,
    openPalette,
    start() {
      Menu.setApplicationMenu(
        applicationMenu(process.platform, (template) => Menu.buildFromTemplate(template)),
      );
      registerCalls({
        ipc: ipcMain,
        log,
        page: () => window.page(),
        palette: () => palette.page(),
        handlers: callHandlers({
          agent: faces,
          actions,
          clipboard,
          settings,
          vault,
          broker: async () => (await late.ready())?.control ?? null,
          oidc: async () => (await late.ready())?.oidc ?? null,
          calls: room.open,
          running: room.running,
          forgetOffers: room.forgetOffers,
          imports: { open: () => agent.imports() },
          noteAct,
          snippets,
          flowInputs,
          settingsChanged: () => {
            updates.now?.followSetting();
            changed();
          },
          system: systemPort(autostart, paletteKeys),
          updates: async () => {
            await late.ready();
            return updates.now;
          },
          palette,
          report: setProblem,
          view,
          openBrowser,
          closeWindow: () => {
            window.close();
          },
          dismissProblem: () => {
            setProblem(null);
          },
          tutorialClientId: options.demo?.clientId ?? TUTORIAL_CLIENT_ID,
        }),
      });
      const unsubscribe = agent.subscribe(changed);
      keepInSight();
      endInOrder({
        app,
        process,
        unsubscribe,
        changed,
        tray,
        paletteKeys,
        late,
        clipboard,
        agent,
        clock,
        log,
      });
      paletteKeys.start();
      showFirstFace({ options, openWindow: open, openPalette, tray, late, clock, log });
      if (process.platform === 'darwin') app.dock?.hide();
    },
  };
}
