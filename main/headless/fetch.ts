import type { Fetch } from '../effects.ts';

/** Node's own fetch: it keeps no cookie and no cache, and trusts Node's certificates and NODE_EXTRA_CA_CERTS. */
export const nodeFetch: Fetch = (input, init) => fetch(input, { ...init, ...NOTHING_KEPT });

const NOTHING_KEPT = { credentials: 'omit', cache: 'no-store' } as const;

export interface HeadlessFetch {
  readonly fetch: Fetch;
  /** For people and the log: `http://proxy.example:3128`, never its credentials; null: requests go out directly. */
  readonly proxy: string | null;
  /** The variable that names no proxy one can use: nothing is sent then; null: none. */
  readonly trouble: string | null;
}

/**
 * The agent's way to the network. Node 20's fetch reads no proxy variable, so HTTPS_PROXY and NO_PROXY are honoured
 * here, the lower-case names first, as curl has it. Globus is reached by https alone, so HTTP_PROXY means nothing.
 *
 * A variable that cannot be used lets no request out: going around a proxy is not what its owner wanted.
 */
export function headlessFetch(env: Readonly<Record<string, string | undefined>>): HeadlessFetch {
  const name = set(env['https_proxy']) === null ? 'HTTPS_PROXY' : 'https_proxy';
  const given = set(env[name]);
  if (given === null) return { fetch: nodeFetch, proxy: null, trouble: null };
  const url = proxyUrl(given);
  if (url === null) {
    const trouble = `${name} is no http:// or https:// address of a proxy, so nothing is sent`;
    return { fetch: refusing(trouble), proxy: null, trouble };
  }
  const noProxy = exceptions(set(env['no_proxy']) ?? set(env['NO_PROXY']) ?? '');
  return { fetch: proxied(url, noProxy), proxy: `${url.protocol}//${url.host}`, trouble: null };
}

/** Loopback is never sent through a proxy: to it, it is another machine. The library alone would know 127.0.0.1 only. */
export function isLoopback(hostname: string): boolean {
  return /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i.test(hostname);
}

function refusing(trouble: string): Fetch {
  return (input, init) =>
    isLoopback(new URL(input).hostname) ? nodeFetch(input, init) : Promise.reject(new TypeError(trouble));
}

function proxied(url: URL, noProxy: string): Fetch {
  let opened: Promise<Fetch> | null = null;
  return (input, init) => {
    if (isLoopback(new URL(input).hostname)) return nodeFetch(input, init);
    // Loaded by the first request through it: whoever has no proxy does not pay for the library.
    opened ??= openProxy(url, noProxy);
    return opened.then((send) => send(input, init));
  };
}

async function openProxy(url: URL, noProxy: string): Promise<Fetch> {
  const { EnvHttpProxyAgent, fetch: send } = await import('undici');
  // Every value is given, so that the library looks into no variable of its own accord.
  const dispatcher = new EnvHttpProxyAgent({ httpProxy: '', httpsProxy: url.href, noProxy });
  // Its fetch, not Node's: a dispatcher of one version under the fetch of another is not promised to work. The types
  // of the two differ in name only.
  const through = send as unknown as (
    input: string | URL,
    init: RequestInit & { dispatcher: unknown },
  ) => Promise<Response>;
  return (input, init) => through(input, { ...init, ...NOTHING_KEPT, dispatcher });
}

/** The library takes a `*` only where it stands alone. */
function exceptions(list: string): string {
  return list.split(/[,\s]+/).includes('*') ? '*' : list;
}

/** `proxy.example:3128`, as curl allows it, is one too. @returns null: it is none, and no error may quote it */
function proxyUrl(text: string): URL | null {
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (!URL.canParse(full)) return null;
  const url = new URL(full);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return null;
  try {
    // The library decodes them, and would fail at the first request.
    decodeURIComponent(`${url.username}${url.password}`);
  } catch {
    return null;
  }
  return url;
}

function set(value: string | undefined): string | null {
  return value === undefined || value === '' ? null : value;
}
