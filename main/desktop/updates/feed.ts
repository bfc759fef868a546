/** Where new versions are: compiled in, and nothing at run time can point it elsewhere. */
export interface Feed {
  /** Address of a file beside the list of this system: the list itself, its signature. */
  listed(name: string): URL;
  /** Address of an artefact of a version. */
  artefact(version: string, name: string): URL;
  /** Whether a request of the updater, redirects among them, may be sent. */
  allows(url: string): boolean;
}

const REPOSITORY = /^[A-Za-z0-9][A-Za-z0-9-]*\/[A-Za-z0-9._-]+$/;
const LOOPBACK = /^(?:127\.0\.0\.1|\[::1\])$/;

/**
 * `owner/repo` on GitHub, or the https address of a folder. Plain http is for tests alone: to a loopback literal, and
 * then to nothing but that one port.
 *
 * @returns null for what is neither; the build refuses it too (scripts/update-build.mjs).
 */
export function parseFeed(text: string): Feed | null {
  if (REPOSITORY.test(text)) return gitHubFeed(text);
  if (!URL.canParse(text)) return null;
  const base = new URL(text);
  if (base.username !== '' || base.password !== '' || base.search !== '' || base.hash !== '') return null;
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  if (base.protocol === 'https:') return folderFeed(base, isHttps);
  if (base.protocol !== 'http:' || !LOOPBACK.test(base.hostname)) return null;
  return folderFeed(base, (url) => new URL(url).origin === base.origin);
}

/**
 * The latest release's files by their fixed addresses: GitHub's API and its feed of releases would be two more
 * answers to believe. An artefact is asked for by its version: the latest release may be another one by then.
 */
function gitHubFeed(repository: string): Feed {
  const releases = `https://github.com/${repository}/releases/`;
  return {
    listed: (name) => below(new URL(`${releases}latest/download/`), name),
    artefact: (version, name) => below(new URL(`${releases}download/v${version}/`), name),
    allows: isHttps,
  };
}

function folderFeed(base: URL, allows: Feed['allows']): Feed {
  return { listed: (name) => below(base, name), artefact: (_version, name) => below(base, name), allows };
}

function below(base: URL, name: string): URL {
  return new URL(encodeURIComponent(name), base);
}

function isHttps(url: string): boolean {
  return url.startsWith('https://');
}

/** The list's name as electron-builder writes it: `latest-linux.yml`, `latest-linux-arm64.yml`, `latest-mac.yml`. */
export function listName(platform: NodeJS.Platform, arch: string): string {
  if (platform === 'win32') return 'latest.yml';
  if (platform === 'darwin') return 'latest-mac.yml';
  return arch === 'x64' ? 'latest-linux.yml' : `latest-linux-${arch}.yml`;
}
