/** A form of one of the sandbox's pages. */
interface PageForm {
  action: string;
  hidden: [string, string][];
  buttons: { name: string; value: string }[];
  /** True when the second factor has to be ticked. */
  mfa: boolean;
}

export interface VisitorOptions {
  /** Who signs in; default: the first one that the login page offers. */
  username?: string;
  /** Presses Deny instead of Allow. */
  deny?: boolean;
}

export class VisitorError extends Error {
  override name = 'VisitorError';
}

const STEP_LIMIT = 10;

/**
 * Walks the sandbox's login and consent pages over HTTP, as a person would in a browser.
 * @returns the redirect URL with `code` and `state` (or `error`), not followed; for the paste page: the code
 * that it shows, or its URL when access was denied.
 * @throws {VisitorError} on an error page, with its title, code and values
 */
export async function approveInProcess(authorizeUrl: string, options: VisitorOptions = {}): Promise<string> {
  const origin = new URL(authorizeUrl).origin;
  const cookies = new Map<string, string>();
  let response = await visit(authorizeUrl, cookies);
  for (let step = 0; step < STEP_LIMIT; step += 1) {
    const location = response.headers.get('location');
    if (location !== null) {
      const target = new URL(location, origin);
      if (target.origin !== origin || target.searchParams.has('error')) return target.href;
      response = await visit(target.href, cookies);
      continue;
    }
    const page = await response.text();
    const code = /data-test="auth-code"[^>]*>([^<]*)</.exec(page)?.[1];
    if (code !== undefined) return code;
    const name = /<body data-page="([^"]*)"/.exec(page)?.[1];
    const form = readForm(page);
    if (response.status !== 200 || form === null) throw new VisitorError(complaintOf(page, response.status));
    response = await visit(new URL(form.action, origin).href, cookies, filledIn(form, name, options));
  }
  throw new VisitorError(`still no answer after ${STEP_LIMIT} pages`);
}

async function visit(url: string, cookies: Map<string, string>, form?: URLSearchParams): Promise<Response> {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const response = await fetch(url, {
    redirect: 'manual',
    headers: { accept: 'text/html', ...(cookie === '' ? {} : { cookie }) },
    ...(form === undefined ? {} : { method: 'POST', body: form }),
  });
  for (const line of response.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) cookies.set(name, value);
  }
  return response;
}

function filledIn(form: PageForm, page: string | undefined, options: VisitorOptions): URLSearchParams {
  const fields = new URLSearchParams(form.hidden);
  if (form.mfa) fields.set('mfa', 'yes');
  const wanted = page === 'login' ? options.username : options.deny === true ? 'deny' : 'allow';
  const button = wanted === undefined ? form.buttons[0] : form.buttons.find(({ value }) => value === wanted);
  if (button === undefined)
    throw new VisitorError(`the ${page ?? 'unknown'} page offers no "${wanted ?? 'button'}"`);
  fields.set(button.name, button.value);
  return fields;
}

function readForm(page: string): PageForm | null {
  const form = /<form method="post" action="([^"]*)">([\s\S]*?)<\/form>/.exec(page);
  if (form === null) return null;
  const inputs = tags(form[2] ?? '', 'input');
  return {
    action: unescaped(form[1] ?? ''),
    hidden: inputs
      .filter((tag) => ['hidden', 'text'].includes(attribute(tag, 'type')))
      .map((tag) => [attribute(tag, 'name'), attribute(tag, 'value')]),
    buttons: tags(form[2] ?? '', 'button').map((tag) => ({
      name: attribute(tag, 'name'),
      value: attribute(tag, 'value'),
    })),
    mfa: inputs.some((tag) => attribute(tag, 'name') === 'mfa' && / required/.test(tag)),
  };
}

/** Values are escaped, so no `>` stands inside a tag. */
function tags(source: string, name: string): string[] {
  return source.match(new RegExp(`<${name} [^>]*>`, 'g')) ?? [];
}

function attribute(tag: string, name: string): string {
  return unescaped(new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? '');
}

function complaintOf(page: string, status: number): string {
  const plain = page.replace(/^[\s\S]*<main>|<\/main>[\s\S]*$/g, '').replace(/<[^>]*>/g, ' ');
  return `${status}: ${unescaped(plain).replace(/\s+/g, ' ').trim()}`;
}

function unescaped(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}
