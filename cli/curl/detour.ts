import { Failure } from '../failure.ts';
import { proxyVariable } from '../proxy.ts';
import type { CurlWords } from './words.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The variable that has curl ask a proxy for an https address, as curl reads them (in small letters first, an empty
 * one is none); null: it asks nobody else. Where curls differ, it errs on the side of a proxy.
 *
 * @param noproxy the value of `--noproxy`, which counts instead of the variables; null: it was not given
 */
export function detourOf(url: string, env: Env, noproxy: string | null): string | null {
  const { protocol, hostname } = new URL(url);
  const [found] = proxyVariable(env) ?? [];
  if (protocol !== 'https:' || found === undefined) return null;
  const exceptions = noproxy ?? (env['no_proxy'] || env['NO_PROXY'] || '');
  return isException(hostname, exceptions) ? null : found;
}

/**
 * `*`, or hosts and domains between commas and spaces, with or without a dot before them. Fewer than doctor takes for
 * one: what only some curls know is no exception here.
 */
function isException(hostname: string, exceptions: string): boolean {
  if (exceptions === '*') return true;
  return exceptions
    .toLowerCase()
    .split(/[\s,]+/)
    .map((one) => one.replace(/^\./, ''))
    .some((one) => one !== '' && (hostname === one || hostname.endsWith(`.${one}`)));
}

/**
 * An authority of the caller's own is no check of whoever answers elsewhere, also where the environment leads there.
 *
 * @throws Failure `usage`
 */
export function checkDetour({ authority, noproxy }: CurlWords, url: string, env: Env): void {
  const proxy = authority === null ? null : detourOf(url, env, noproxy);
  if (proxy === null) return;
  throw new Failure(
    'usage',
    `--${authority} and the proxy of ${proxy} are not taken together: whoever answers there could have made its own certificate.`,
    "Give --noproxy '*'; or for a whole site, SSL_CERT_FILE",
  );
}
