const REPOSITORY = /^[A-Za-z0-9][A-Za-z0-9-]*\/[A-Za-z0-9._-]+$/;
const LOOPBACK = /^http:\/\/(?:127\.0\.0\.1|\[::1\]):\d+\/$/;

/**
 * What the build puts into the desktop app about updates, from the environment of the build. Without feed and key the
 * app does not update itself.
 *
 * - `GLOBUS_TRAY_UPDATE_FEED`: `owner/repo` on GitHub, or the https address of a folder; for tests `http://127.0.0.1:<port>/`
 * - `GLOBUS_TRAY_UPDATE_KEY`: the release key's public half, base64 of its 32 raw bytes (Ed25519)
 * - `GLOBUS_TRAY_UPDATE_PUBLISHER`: whose Authenticode signature a Windows installer must carry besides
 *
 * main/desktop/updates/ judges them again.
 *
 * @param {Record<string, string | undefined>} env
 * @returns {Record<string, string>} For Vite's `define`.
 * @throws {Error} For a half or a malformed pair: a release must never lose its updates by a typing mistake.
 */
export function updateDefines(env) {
  const feed = env['GLOBUS_TRAY_UPDATE_FEED'] ?? '';
  const key = env['GLOBUS_TRAY_UPDATE_KEY'] ?? '';
  const publisher = env['GLOBUS_TRAY_UPDATE_PUBLISHER'] ?? '';
  if ((feed === '') !== (key === ''))
    throw new Error('GLOBUS_TRAY_UPDATE_FEED and GLOBUS_TRAY_UPDATE_KEY belong together');
  if (feed !== '' && !isFeed(feed)) throw new Error(`GLOBUS_TRAY_UPDATE_FEED is no feed: ${feed}`);
  if (key !== '' && !isKey(key)) throw new Error('GLOBUS_TRAY_UPDATE_KEY is not base64 of 32 bytes');
  return {
    __UPDATE_FEED__: JSON.stringify(feed),
    __UPDATE_KEY__: JSON.stringify(key),
    __UPDATE_PUBLISHER__: JSON.stringify(publisher),
  };
}

/** @param {string} text */
function isFeed(text) {
  if (REPOSITORY.test(text) || LOOPBACK.test(text)) return true;
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  return protocol === 'https:' && [username, password, search, hash].every((part) => part === '');
}

/** @param {string} text */
function isKey(text) {
  const raw = Buffer.from(text, 'base64');
  return raw.length === 32 && raw.toString('base64') === text;
}
