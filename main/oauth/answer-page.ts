import { createHash } from 'node:crypto';

export interface AnswerPage {
  status: number;
  headers: Record<string, string>;
  body: string;
}

const STYLE = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:16vh auto;padding:0 1.5rem}h1{font-size:1.35rem;margin:0 0 .5rem}p{margin:.25rem 0}code{font:14px ui-monospace,monospace}`;
/** The address holds the code: it leaves the address bar and the history entry at once. */
const SCRIPT = `history.replaceState(null,'','/');`;

function sourceHash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

const POLICY = `default-src 'none'; script-src ${sourceHash(SCRIPT)}; style-src ${sourceHash(STYLE)}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** Server text lands here: only ever as escaped text (CHECKLIST 11). */
function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

/** Sends the browser on. The address it came with holds a code: nothing of it is kept or told (RFC 9700 §4.2). */
export function redirectPage(location: string): AnswerPage {
  return {
    status: 302,
    headers: { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', connection: 'close' },
    body: '',
  };
}

/** What the browser shows when its part of the sign-in is over. */
export function answerPage(status: number, title: string, lines: readonly string[]): AnswerPage {
  const paragraphs = lines.map((line) => `<p>${escapeHtml(line)}</p>`).join('');
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'content-security-policy': POLICY,
      connection: 'close',
    },
    body: `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body><h1>${escapeHtml(title)}</h1>${paragraphs}<script>${SCRIPT}</script></body></html>`,
  };
}
