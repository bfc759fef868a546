import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { parseUrl } from './urls.ts';

export const PAGE_SCHEME = 'app';
export const PAGE_HOST = 'tray';
export const PAGE_URL = `${PAGE_SCHEME}://${PAGE_HOST}/index.html`;
export const PROMPT_URL = `${PAGE_SCHEME}://${PAGE_HOST}/prompt.html`;
export const PALETTE_URL = `${PAGE_SCHEME}://${PAGE_HOST}/palette.html`;

/** No `unsafe-*`, nothing from elsewhere, no connection at all: the page talks to main by IPC (CHECKLIST 42). */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** True for a page of ours; `URL.origin` is "null" for custom schemes, so the parts are compared. */
export function isPageUrl(url: string): boolean {
  const parsed = parseUrl(url);
  return parsed?.protocol === `${PAGE_SCHEME}:` && parsed.host === PAGE_HOST && parsed.username === '';
}

/**
 * The file behind an `app://tray/…` address, or null when it lies outside `root`, has a type that we don't
 * ship, or tries to get there by `..`, an encoded separator, a backslash or a NUL.
 */
export function pageFile(url: string, root: string): string | null {
  const parsed = parseUrl(url);
  if (parsed === null || !isPageUrl(url)) return null;
  let path: string;
  try {
    path = decodeURIComponent(parsed.pathname);
  } catch {
    return null;
  }
  if (/[\\\0]/.test(path)) return null;
  const file = normalize(join(root, path));
  if (!file.startsWith(normalize(root + sep)) || TYPES[extname(file)] === undefined) return null;
  return file;
}

/** As Electron's `ProtocolResponse`. */
export interface PageAnswer {
  statusCode: number;
  mimeType: string;
  headers: Record<string, string>;
  data: Buffer;
}

/**
 * The built page and nothing else, every answer under the CSP. Never rejects.
 *
 * @returns answers a request of `method` for `url`
 */
export function servePage(root: string): (request: { method: string; url: string }) => Promise<PageAnswer> {
  return async ({ method, url }) => {
    const file = method === 'GET' ? pageFile(url, root) : null;
    if (file === null) return answer(404, 'text/plain', Buffer.from('not found'));
    try {
      return answer(200, TYPES[extname(file)] ?? 'text/plain', await readFile(file));
    } catch {
      return answer(404, 'text/plain', Buffer.from('not found'));
    }
  };
}

function answer(statusCode: number, type: string, data: Buffer): PageAnswer {
  return {
    statusCode,
    mimeType: type.split(';')[0] ?? type,
    headers: {
      'content-type': type,
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    },
    data,
  };
}
