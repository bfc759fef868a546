import { HELP_PAGES, PREVIEW, PRODUCTION, type Environment } from '../globus/environments.ts';
import { parseUrl } from './urls.ts';

/**
 * The address to open, or null when it is not one of ours. Only https pages of Globus's own hosts, by
 * exact origin; in the demo also the fake Auth server on loopback. No user name, no other port: what the
 * system does with a URL is out of our hands (CHECKLIST 43).
 */
export function allowedExternal(url: string, environment: Environment): string | null {
  const parsed = parseUrl(url);
  if (parsed === null || parsed.username !== '' || parsed.password !== '') return null;
  return allowedOrigins(environment).has(parsed.origin) ? parsed.href : null;
}

export interface BrowserEffects {
  environment: Environment;
  /** `shell.openExternal`. */
  openExternal(url: string): Promise<void>;
  /** Starts `command` with the URL as its only argument, without a shell. */
  run(command: string, url: string): Promise<void>;
  /** Demo only: a command that stands in for the system browser (the demo and the tests set it). */
  demoBrowser: string | undefined;
}

/** Opens a page in the system browser; rejects for every address that is not ours. */
export function browserOpener(effects: BrowserEffects): (url: string) => Promise<void> {
  return async (url) => {
    const allowed = allowedExternal(url, effects.environment);
    if (allowed === null) throw new Error('this address is not one that the app opens');
    if (effects.environment.fake && effects.demoBrowser !== undefined && effects.demoBrowser !== '') {
      await effects.run(effects.demoBrowser, allowed);
      return;
    }
    await effects.openExternal(allowed);
  };
}

function allowedOrigins(environment: Environment): ReadonlySet<string> {
  const pages = Object.values(HELP_PAGES).map((page) => new URL(page).origin);
  const own = environment.name === 'preview' ? PREVIEW : PRODUCTION;
  const origins = [...pages, own.issuer, own.webApp].filter((origin) => origin !== null);
  return new Set(environment.fake ? [...origins, environment.issuer] : origins);
}
