import { createHash } from 'node:crypto';
import { html, type SandboxResponse } from '../../http.ts';
import { STYLE } from './style.ts';

/** Text that is already HTML. Everything else that a template takes in is escaped. */
export class Markup {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }
}

type Part = string | number | boolean | null | undefined | Markup | readonly Part[];

/** A template whose values are escaped: `markup`<b>${name}</b>``. False, null and undefined vanish. */
export function markup(strings: TemplateStringsArray, ...parts: Part[]): Markup {
  return new Markup(strings.reduce((text, string, index) => text + sourceOf(parts[index - 1]) + string));
}

function sourceOf(part: Part): string {
  if (part instanceof Markup) return part.source;
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part));
  return typeof part === 'object' && part !== null ? part.map(sourceOf).join('') : '';
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/**
 * A page of the fake Globus. `name` identifies it to tests (`data-page`). No script, no external resource; a
 * form may lead to a loopback redirect URI, which Chromium checks against `form-action` too.
 */
export function page(name: string, title: string, body: Markup, status = 200): SandboxResponse {
  const document = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title} – Fake Globus</title>
<style>${new Markup(STYLE)}</style>
</head>
<body data-page="${name}">
<header class="banner"><strong>Fake Globus – sandbox, nothing here is real.</strong> Never type a password here.</header>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`;
  return html(status, document.source, {
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
}

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "form-action 'self' http://127.0.0.1:* http://localhost:*",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');
