/**
 * A write past RLIMIT_FSIZE (`ulimit -f`, batch systems) fails with EFBIG as on a full disk, because Node ignores the
 * signal that comes with it. conf brings `when-exit`, which takes that signal for a wish to end: a token that waits for
 * the disk in memory alone would be lost with the process.
 */
export function outliveFileSizeLimit(process: NodeJS.Process): void {
  if (process.platform === 'win32') return;
  process.removeAllListeners('SIGXFSZ');
  // Without a listener Node would put back the system's default, which ends the process too.
  process.on('SIGXFSZ', () => undefined);
}
