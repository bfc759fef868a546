import { type AuthRequirement, requirementOf } from './gare.ts';
import { asList, asObject } from './json.ts';
import { plainText } from './plain-text.ts';
import { rootOf } from './scope-string.ts';
import { resolveScopeName } from './short-names.ts';

/**
 * What an error of the Flows API means (GLOBUS.md §4.5):
 * - `requirement`: a sign-in or a consent is asked for (§6).
 * - `authentication`: the token is expired, revoked or of another service.
 * - `missing-scope`: another token would do; `scopes` names which, as far as the answer did.
 * - `forbidden`: a role is missing; no sign-in helps. `permission` as Globus calls it: `RUN`.
 * - `not-found`: gone, or not visible to this user: Globus tells no difference.
 * - `input`: the request's content; `issues` are "where: what" in plain text.
 * - `conflict`: the state does not allow it now. `other`: anything else.
 */
export type ApiErrorKind =
  | { readonly kind: 'requirement'; readonly requirement: AuthRequirement }
  | { readonly kind: 'authentication' }
  | { readonly kind: 'missing-scope'; readonly scopes: readonly string[] }
  | { readonly kind: 'forbidden'; readonly permission: string | null }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'input'; readonly issues: readonly string[] }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'other' };

export type ApiError = ApiErrorKind & {
  readonly status: number;
  /** `error.code`: `MISSING_SCOPE`. */
  readonly code: string | null;
  /** Plain text for people, remote input. */
  readonly detail: string | null;
  /** What Globus's support asks for. */
  readonly debugId: string | null;
};

/** @param body parsed JSON, or anything: an answer without a body is classified by its status */
export function classifyApiError(status: number, body: unknown): ApiError {
  const fields = asObject(body);
  const error = asObject(fields?.['error']);
  const first = asObject(asList(fields?.['errors'])[0]);
  const code = textIn(error?.['code'], 80) ?? textIn(first?.['code'], 80) ?? textIn(fields?.['code'], 80);
  const issues = issuesIn(error?.['detail']);
  const detail =
    textIn(error?.['detail'], 1_000) ??
    textIn(error?.['message'], 1_000) ??
    (issues.length > 0 ? issues.slice(0, 3).join('; ') : textIn(first?.['detail'], 1_000));
  const debugId = textIn(fields?.['debug_id'], 80) ?? textIn(first?.['id'], 80);
  return { ...kindOf(status, body, code, detail ?? '', issues), status, code, detail, debugId };
}

function kindOf(
  status: number,
  body: unknown,
  code: string | null,
  detail: string,
  issues: readonly string[],
): ApiErrorKind {
  const requirement = requirementOf(body);
  if (requirement !== null) return { kind: 'requirement', requirement };
  // The code counts before the status: some routes answer 403 where others answer 404 (§4.3).
  switch (code) {
    case 'AUTHENTICATION_ERROR':
    case 'UNAUTHORIZED':
      return { kind: 'authentication' };
    case 'MISSING_SCOPE':
      return { kind: 'missing-scope', scopes: scopesNamed(detail) };
    case 'FORBIDDEN':
      return { kind: 'forbidden', permission: permissionNamed(detail) };
    case 'NOT_FOUND':
      return { kind: 'not-found' };
    case 'FLOW_INPUT_ERROR':
    case 'UNPROCESSABLE_ENTITY':
    case 'FLOW_VALIDATION_FAILED':
      return { kind: 'input', issues };
    case 'STATE_CONFLICT':
    case 'SCOPE_RESOLUTION_FAILED':
      return { kind: 'conflict' };
    case null:
    default:
      return byStatus(status, detail, issues);
  }
}

function byStatus(status: number, detail: string, issues: readonly string[]): ApiErrorKind {
  switch (status) {
    case 400:
    case 422:
      return { kind: 'input', issues };
    case 401:
      return { kind: 'authentication' };
    case 403:
      return { kind: 'forbidden', permission: permissionNamed(detail) };
    case 404:
    case 410:
      return { kind: 'not-found' };
    case 409:
      return { kind: 'conflict' };
    default:
      return { kind: 'other' };
  }
}

/** "This action requires the following scope: …", one or several, between commas, quotes or "or". */
function scopesNamed(detail: string): string[] {
  const words = detail.split(/[\s,;'"“”()]+/).map((word) => word.replace(/\.$/, ''));
  const scopes = words.filter((word) => word.includes(':')).map((word) => resolveScopeName(rootOf(word)));
  return [...new Set(scopes.filter((scope) => scope !== null))];
}

/** "… Missing permissions: RUN." */
function permissionNamed(detail: string): string | null {
  return /missing permissions?:\s*([A-Z_]+)/i.exec(detail)?.[1]?.toUpperCase() ?? null;
}

const MAX_ISSUES = 20;

/** Pydantic's list: `{loc, msg, type}`. */
function issuesIn(detail: unknown): string[] {
  return asList(detail)
    .slice(0, MAX_ISSUES)
    .flatMap((item) => {
      const fields = asObject(item);
      const what = textIn(fields?.['msg'], 300);
      const where = asList(fields?.['loc']).filter((part) => ['string', 'number'].includes(typeof part));
      if (what === null) return [];
      return where.length === 0 ? [what] : [`${plainText(where.join('.'), 120)}: ${what}`];
    });
}

function textIn(value: unknown, maximum: number): string | null {
  const text = typeof value === 'string' ? plainText(value, maximum) : '';
  return text === '' ? null : text;
}
