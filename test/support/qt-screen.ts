/**
 * Where the windows of a Qt program are, for its environment.
 *
 * @param display `:7`; undefined: they are drawn for nobody
 */
export function qtScreen(display: string | undefined): Record<string, string> {
  return display === undefined
    ? { QT_QPA_PLATFORM: 'offscreen' }
    : { QT_QPA_PLATFORM: 'xcb', DISPLAY: display };
}
