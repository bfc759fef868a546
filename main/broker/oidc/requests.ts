import { z } from 'zod';

/** A request of oidc-agent's protocol that is answered, guarded. */
export type OidcRequest =
  | {
      readonly kind: 'access_token';
      /** At least one: short names or full strings, as they were asked for. */
      readonly scopes: readonly string[];
      /** Absent: the default account. An issuer that is not ours stays in it, and is then no account. */
      readonly account?: string;
      /** Seconds. */
      readonly minTtl: number;
      /** What the caller calls itself. */
      readonly name?: string;
    }
  | { readonly kind: 'loaded_accounts' }
  /** "Is an agent there?", which `oidc-add` asks first. */
  | { readonly kind: 'check' };

export type ParsedOidcRequest =
  { readonly ok: true; readonly request: OidcRequest } | { readonly ok: false; readonly why: string };

const LONGEST_TTL = 31_536_000;
/** Control and format characters, lone surrogates, line separators. */
const UNSHOWABLE = /[\p{C}\p{Zl}\p{Zp}]/u;

const optionalText = z.string().optional();
const accessToken = z.object({
  account: optionalText,
  issuer: optionalText,
  // oidc-agent itself takes numbers and strings of digits.
  min_valid_period: z
    .union([z.number(), z.string().regex(/^-?\d{1,8}$/)])
    .transform(Number)
    .pipe(z.int().max(LONGEST_TTL))
    .default(0),
  application_hint: optionalText,
  scope: optionalText,
  audience: optionalText,
});
const envelope = z.object({ request: z.string() });

/**
 * Decides whether a request is one that this agent answers (api-ipc.md). Unknown fields are ignored; what
 * cannot be done is refused and never silently done otherwise. Echoes nothing of the request.
 *
 * @param issuer of the environment: as `issuer`, or in place of `account`, it means the default account
 */
export function parseOidcRequest(text: string, issuer: string): ParsedOidcRequest {
  const parsed = parseJson(text);
  const asked = envelope.safeParse(parsed);
  if (!asked.success) return refused('It must be a JSON object with the field request.');
  switch (asked.data.request) {
    case 'access_token':
      return parseAccessToken(parsed, issuer);
    case 'loaded_accounts':
      return { ok: true, request: { kind: 'loaded_accounts' } };
    case 'check':
      return { ok: true, request: { kind: 'check' } };
    default:
      return refused(
        'Only access_token, loaded_accounts and check are answered; the rest is done in the app.',
      );
  }
}

function parseAccessToken(parsed: unknown, issuer: string): ParsedOidcRequest {
  const checked = accessToken.safeParse(parsed);
  if (!checked.success) {
    const field = checked.error.issues[0]?.path[0];
    return refused(`The field ${typeof field === 'string' ? field : 'request'} has no usable value.`);
  }
  const { account, issuer: wantedIssuer, min_valid_period: minTtl, audience = '' } = checked.data;
  const who = account ?? wantedIssuer;
  if (who === undefined) return refused('One of the fields account and issuer is needed.');
  if (account !== undefined && wantedIssuer !== undefined) {
    return refused('The fields account and issuer exclude each other.');
  }
  if (!isShowable(who, 320)) return refused('The account must be 1 to 320 printable characters.');
  if (minTtl < 0) return refused('A new token cannot be forced; ask for a longer minimum life instead.');
  if (audience.trim() !== '') {
    return refused('Globus tokens are bound to the service of their scope; no audience can be chosen.');
  }
  const scope = checked.data.scope ?? '';
  if (scope !== '' && !/^[\x20-\x7e]{1,4096}$/.test(scope)) {
    return refused('The scope must be at most 4096 printable ASCII characters.');
  }
  const scopes = splitScopes(scope);
  if (scopes.length === 0) {
    return refused('A scope is needed: there is no token for everything (oidc-token -s <scope>).');
  }
  if (scopes.length > MOST_SCOPES) return refused(`At most ${MOST_SCOPES} scopes can be asked for at once.`);
  const hint = checked.data.application_hint;
  return {
    ok: true,
    request: {
      kind: 'access_token',
      scopes,
      minTtl,
      ...(sameIssuer(who, issuer) ? {} : { account: who }),
      // Only a recommended hint: one that cannot be shown is left out.
      ...(hint !== undefined && isShowable(hint, 80) ? { name: hint } : {}),
    },
  };
}

/** Each of them may be a question to the user. */
const MOST_SCOPES = 8;

/** At spaces outside of brackets: dependent scopes are written `a[b c]` (GLOBUS.md §2). Each one once. */
function splitScopes(text: string): string[] {
  let depth = 0;
  let spaced = '';
  for (const character of text) {
    if (character === '[') depth++;
    else if (character === ']') depth--;
    spaced += character === ' ' && depth <= 0 ? '\n' : character;
  }
  return [...new Set(spaced.split('\n').filter((scope) => scope !== ''))];
}

/** Clients write issuers with and without the last slash. */
function sameIssuer(one: string, other: string): boolean {
  return one.replace(/\/$/, '') === other.replace(/\/$/, '');
}

function isShowable(text: string, most: number): boolean {
  return text.trim() !== '' && [...text].length <= most && !UNSHOWABLE.test(text);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function refused(why: string): ParsedOidcRequest {
  return { ok: false, why };
}
