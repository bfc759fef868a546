import type { Notice } from './port.ts';

/** What of a server's capabilities matters here. */
export interface Server {
  actions: boolean;
  /** It reads a body as a small kind of HTML. */
  markup: boolean;
}

export interface NotifyParameters {
  /** "Globus Token Tray" */
  appName: string;
  /** Path of a picture, or its name in the icon theme. */
  icon: string;
  /** Name of the desktop file without its end, so that the desktop knows whose notification it is. */
  desktopEntry: string;
}

/** 0 low, 1 normal (specification, "Urgency Levels"). A question of a program must not break through "do not disturb". */
const URGENCY = { quiet: 0, normal: 1 } as const;
/** Milliseconds; -1 lets the server decide. A quiet one is only a receipt. */
const EXPIRES = { quiet: 5_000, normal: -1 } as const;

/** The body of `Notify`, signature `susssasa{sv}i`. */
export async function parameters(
  { title, body, action, quiet = false, lasts }: Notice,
  server: Server,
  { appName, icon, desktopEntry }: NotifyParameters,
): Promise<unknown[]> {
  // Loaded on Linux alone, with the first notification.
  const { Variant } = await import('dbus-native');
  const kind = quiet ? 'quiet' : 'normal';
  const hints: Record<string, unknown> = {
    urgency: new Variant('y', URGENCY[kind]),
    'desktop-entry': new Variant('s', desktopEntry),
    // Not kept in the list of notifications: what was copied is over in a minute.
    ...(quiet ? { 'suppress-sound': new Variant('b', true), transient: new Variant('b', true) } : {}),
  };
  // The key "default" is the click on the notification itself.
  const actions = ['default', 'Open', ...(action === null ? [] : ['action', action])];
  const shown = server.markup ? escapeMarkup(body) : body;
  return [appName, 0, icon, title, shown, server.actions ? actions : [], hints, lasts ?? EXPIRES[kind]];
}

function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
