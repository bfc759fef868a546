import { join } from 'node:path';
import {
  BrowserWindow,
  Menu,
  app,
  ipcMain,
  nativeTheme,
  net,
  powerMonitor,
  screen,
  session,
  type BrowserWindowConstructorOptions,
  type Tray,
} from 'electron';
import type { AppView } from '../../preload/contract.ts';
import type { Problem } from '../effects.ts';
import { TUTORIAL_CLIENT_ID } from '../globus/scopes.ts';
import { Actions } from './actions.ts';
import { lazyCallsRoom } from './calls-room.ts';
import { setupClipboard } from './clipboard-setup.ts';
import { copyName } from './copy-name.ts';
import { askedToEndInElectron } from '../host/asked-to-end.ts';
import { systemClock } from '../host/clock.ts';
import { FlowInputs } from './flow-inputs.ts';
import { callHandlers } from './ipc/handlers.ts';
import { registerCalls } from './ipc/register.ts';
import { LateStart } from './late-start.ts';
import { applicationMenu } from './menu-bar.ts';
import { recoveredProblem } from './notices.ts';
import { type NoteAct, notedAgent } from './noted-agent.ts';
import { setupAgent } from './setup-agent.ts';
import { setupAutostart } from './autostart-setup.ts';
import { flatpakOf } from './own-package.ts';
import { RecentScopes } from './palette/recent.ts';
import { setupPalette } from './palette/setup.ts';
import { PAGE_PARTITION, PROMPT_PARTITION, pageSessions } from './page-session.ts';
import { pulse } from './pulse.ts';
import { cleanUpBeforeQuit } from './quit.ts';
import { ReportedProblem } from './reported-problem.ts';
import { signInTo, type SignInRequest } from './sign-in-to.ts';
import { Snippets } from './snippets.ts';
import type { StartOptions } from './start-options.ts';
import { systemPort } from './system.ts';
import { setupTray } from './tray-setup.ts';
import { LazyUpdates } from './updates/lazy.ts';
import { appView, settingsView } from './view.ts';
import { drawingFacts, drawsOnWayland } from './wayland.ts';
import { setupWindow } from './window-setup.ts';

/** Put in by the build from package.json. */
declare const __APP_VERSION__: string;

/** A window that is not painted by then keeps nothing waiting any longer. */
const PAINT_GRACE = 1_500;

/** Milliseconds between two pictures of the state: about three frames, too short to be seen. */
const PUSH_GAP = 50;

/** A desktop that starts before its tray host (autostart at log-in) gives it this long to appear. */
const TRAY_HOST_GRACE = 5_000;

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
  const reported = new ReportedProblem(
    settings.recovered === null ? null : recoveredProblem(settings.recovered),
  );

  const noteAct: NoteAct = (...what) => void late.ready().then((broker) => broker?.acted(...what));
  const faces = notedAgent(agent, noteAct);

  const view = (): AppView => {
    const snapshot = agent.snapshot();
    // Whoever has no vault has no other problem worth naming.
    const held = late.problem;
    return appView({
      snapshot: held === null ? snapshot : { ...snapshot, problem: held },
      others: agent.others(),
      clipboard: clipboard.view(),
      problem: reported.current,
      version: __APP_VERSION__,
      now: clock.now(),
      broker: late.broker?.view() ?? null,
      flatpak: flatpak !== null,
      settings: settingsView(settings.get()),
      ...(updates.now === null ? {} : { update: updates.now.view() }),
      flowInput: flowInputs.known,
    });
  };
  const changed = pulse(
    () => {
      const seen = view();
      const now = reported.look(seen) ? view() : seen;
      tray.look(now);
      if (window.page() !== null) window.send('state', now);
      if (palette.page() !== null) palette.send('state', now);
    },
    PUSH_GAP,
    clock,
  );
  const setProblem = (next: Problem | null) => {
    reported.set(next);
    changed();
  };

  const updates = new LazyUpdates({
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
  const drawnHidden = !drawsOnWayland(drawingFacts(app));
  const clipboard = setupClipboard({ app, onWayland: !drawnHidden, settings, changed, clock, log });
  const autostart = setupAutostart({
    app,
    platform: process.platform,
    env: process.env,
    program: process.execPath,
    demo: options.demo !== null,
  });
  const prepareSession = pageSessions(join(dist, 'renderer'));
  const createPage = (windowOptions: BrowserWindowConstructorOptions) => {
    prepareSession(PAGE_PARTITION);
    return new BrowserWindow(windowOptions);
  };
  const recent = new RecentScopes();
  const icon = join(icons, 'app-icon', '256.png');
  const page = {
    create: createPage,
    partition: PAGE_PARTITION,
    preload: join(dist, 'preload', 'index.cjs'),
    icon,
    drawnHidden,
  };
  const { palette, paletteKeys } = setupPalette({
    ...page,
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
    ...page,
    trayIcon: () => tray.place(),
    settings,
    clock,
    onPainted: () => {
      late.start();
    },
    // Without a tray the window is the app: an invisible one could be neither used nor quit.
    onClosed: () => {
      void withoutTray(() => {
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
      reported.failed(problem, action, view());
      changed();
    },
    wentWell: (action) => {
      if (reported.wentWell(action)) changed();
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
  const withoutTray = async (run: () => void) => {
    if (!(await tray.isShown())) run();
  };

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
      prompt: {
        create: (windowOptions) => {
          prepareSession(PROMPT_PARTITION);
          return new BrowserWindow(windowOptions);
        },
        partition: PROMPT_PARTITION,
        icon,
        drawnHidden,
        isDark: () => nativeTheme.shouldUseDarkColors,
        screenHeight: () => screen.getPrimaryDisplay().workAreaSize.height,
      },
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
      setProblem(reported.current ?? brokerProblem);
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
      // Closing the window leaves the tray; without this listener Electron would quit.
      app.on('window-all-closed', () => {});
      const unsubscribe = agent.subscribe(changed);
      keepInSight();
      cleanUpBeforeQuit(
        app,
        async () => {
          unsubscribe();
          changed.stop();
          tray.stop();
          paletteKeys.stop();
          await late.close();
          await clipboard.quit();
          // A last try for what the vault did not take; it would end with this process.
          await agent.saveUnsaved();
          await Promise.resolve(agent.close());
          late.release();
          tray.end();
          log.info({}, 'stopped');
        },
        (milliseconds, run) => clock.after(milliseconds, run),
      );
      void askedToEndInElectron(process).then(() => {
        app.quit();
      });
      paletteKeys.start();
      if (options.palette) palette.open();
      else if (!options.hidden) open();
      const trayMade = tray.start();
      // Whoever asks for the palette needs no window, nor a tray: the same command brings it back.
      if (options.palette) log.info({}, 'started for the palette');
      else if (options.hidden && !trayMade) open();
      else if (options.hidden) clock.after(TRAY_HOST_GRACE, () => void withoutTray(open));
      if (process.platform === 'darwin') app.dock?.hide();
      if (options.hidden && !options.palette) late.start();
      else clock.after(PAINT_GRACE, () => late.start());
    },
  };
}
