import type { App, Session, WebContents } from 'electron';
import { isPageUrl } from './page-protocol.ts';

/**
 * What pages may not do, in one place: navigate, open windows, attach webviews (CHECKLIST 41, 43). Applies
 * to every page of the process, also to ones that nobody meant to make. To be called before the app is ready.
 */
export function hardenContents(app: Pick<App, 'on'>): void {
  app.on('web-contents-created', (_event, contents) => {
    denyNavigation(contents);
  });
  // The pages of this app have sessions in memory, each closed as it is made. One on the disk is the default session,
  // which a page made by mistake would get. It is not asked for here: to exist it takes some 10 MiB of the app and of
  // Chromium's network process, and an app that stays in the tray needs none.
  app.on('session-created', (session) => {
    if (session.isPersistent()) hardenSession(session);
  });
}

function denyNavigation(contents: WebContents): void {
  const deny = (event: { preventDefault(): void }) => {
    event.preventDefault();
  };
  contents.on('will-navigate', deny);
  contents.on('will-frame-navigate', deny);
  contents.on('will-redirect', deny);
  contents.on('will-attach-webview', deny);
  contents.on('select-bluetooth-device', (event, _devices, callback) => {
    event.preventDefault();
    callback('');
  });
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/**
 * The page's session: no permission, no device, no download, and no request that is not for the page's own
 * files, so the number of network requests of the page is zero by construction (CHECKLIST 42).
 */
export function hardenSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, callback) => {
    callback(false);
  });
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, callback) => {
    callback({});
  });
  session.on('select-hid-device', (event, _details, callback) => {
    event.preventDefault();
    callback(null);
  });
  session.on('select-serial-port', (event, _ports, _contents, callback) => {
    event.preventDefault();
    callback('');
  });
  session.on('select-usb-device', (event, _details, callback) => {
    event.preventDefault();
    callback();
  });
  session.on('will-download', (event) => {
    event.preventDefault();
  });
  session.webRequest.onBeforeRequest((details, callback) => {
    callback({ cancel: !isPageUrl(details.url) });
  });
}
