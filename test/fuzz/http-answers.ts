import { REASONS, VAULT_TROUBLES } from '../../main/broker/contract.ts';
import { OPTIONAL, SCHEMAS } from '../../main/broker/schemas.ts';
import { SNIPPET_TEXT } from '../support/recording-manage.ts';

/** One answer of the broker, found to be one of the contract. */
export interface HttpAnswer {
  readonly status: number;
  /** For the count: "200 TokenAnswer", "403 denied-by-rule". */
  readonly what: string;
}

/** Thrown for an answer that no client could rely on. */
export class MalformedAnswer extends Error {
  override readonly name = 'MalformedAnswer';
}

/**
 * Takes what came apart, strictly (RFC 9112): one whole answer after another, with nothing in between.
 *
 * @param bytes one character per byte
 * @param heads whether a HEAD was among the requests, whose answer has no body
 * @returns the whole answers, and whether the last one is cut
 * @throws MalformedAnswer
 */
export function parseAnswers(bytes: string, heads: boolean): { answers: HttpAnswer[]; cut: boolean } {
  const answers: HttpAnswer[] = [];
  let at = 0;
  while (at < bytes.length) {
    const end = bytes.indexOf('\r\n\r\n', at);
    if (end < 0) return { answers, cut: true };
    const [statusLine = '', ...lines] = bytes.slice(at, end).split('\r\n');
    if (statusLine === 'HTTP/1.1 100 Continue' && lines.length === 0) {
      at = end + 4;
      continue;
    }
    const status = statusOf(statusLine);
    const headers = headersOf(lines);
    const length = Number(headers.get('content-length'));
    const start = end + 4;
    if (heads && length > 0 && (start === bytes.length || bytes.startsWith('HTTP/1.1 ', start))) {
      answers.push({ status, what: `${status} to HEAD` });
      at = start;
      continue;
    }
    if (start + length > bytes.length) return { answers, cut: true };
    const body = utf8(bytes.slice(start, start + length));
    answers.push({ status, what: `${status} ${kindOf(status, headers.get('content-type') ?? '', body)}` });
    at = start + length;
    if (headers.get('connection') === 'close' && at < bytes.length)
      throw new MalformedAnswer('bytes after the last answer');
  }
  return { answers, cut: false };
}

const STATUSES = new Set([200, ...Object.values(REASONS).map(({ status }) => status)]);

function statusOf(line: string): number {
  const match = /^HTTP\/1\.1 (\d{3}) [A-Z][A-Za-z -]*$/.exec(line);
  const status = Number(match?.[1]);
  if (!STATUSES.has(status)) throw new MalformedAnswer(`status line ${JSON.stringify(line)}`);
  return status;
}

const HEADERS = new Set([
  ...['content-type', 'content-length', 'cache-control', 'x-content-type-options', 'connection'],
  ...['keep-alive', 'date', 'allow'],
]);

function headersOf(lines: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const match = /^([A-Za-z][A-Za-z-]*): ([\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?)$/.exec(line);
    const [, name = '', value = ''] = match ?? [];
    const lower = name.toLowerCase();
    if (!HEADERS.has(lower) || headers.has(lower))
      throw new MalformedAnswer(`header ${JSON.stringify(line)}`);
    headers.set(lower, value);
  }
  if (!/^\d{1,7}$/.test(headers.get('content-length') ?? '')) throw new MalformedAnswer('no content-length');
  if (headers.get('cache-control') !== 'no-store') throw new MalformedAnswer('it may be stored');
  return headers;
}

/** The problem's reason or the name of the schema, both of the contract. */
function kindOf(status: number, type: string, body: string): string {
  if (type === 'application/problem+json') return reasonOf(status, json(body));
  if (status !== 200) {
    if (type === 'text/plain; charset=utf-8') return plainReason(status, body);
    throw new MalformedAnswer(`${status} with ${type}`);
  }
  if (type === 'text/plain; charset=utf-8') {
    if (/^Authorization: Bearer [\w.~+/-]+=*\n$/.test(body)) return 'header line';
    if (body === `${SNIPPET_TEXT}\n`) return 'snippet';
    if (/^[\w.~+/-]+=*\n$/.test(body)) return 'bare token';
    throw new MalformedAnswer('a text that is no token');
  }
  if (type !== 'application/json') throw new MalformedAnswer(`type ${type}`);
  const value = json(body);
  if (Array.isArray(value)) return listOf(value);
  if (isObject(value) && value['openapi'] === '3.1.0') return 'OpenAPI';
  return schemaOf(value);
}

function reasonOf(status: number, problem: unknown): string {
  if (schemaOf(problem) !== 'ProblemDocument' || !isObject(problem))
    throw new MalformedAnswer('no problem document');
  const { reason, type } = problem;
  if (typeof reason !== 'string' || !Object.hasOwn(REASONS, reason))
    throw new MalformedAnswer('unknown reason');
  const { status: expected, title } = REASONS[reason as keyof typeof REASONS];
  const fits = status === expected && problem['status'] === expected && problem['title'] === title;
  if (!fits || type !== `urn:globus-token-tray:problem:${reason}`)
    throw new MalformedAnswer(`a false ${reason}`);
  return reason;
}

/** Three lines: the reason, what it means, the next step. */
function plainReason(status: number, body: string): string {
  const [, reason = '', trouble] = /^([a-z-]+)(?:\/([a-z-]+))?\n[^\n]+\n[^\n]+\n$/.exec(body) ?? [];
  if (!Object.hasOwn(REASONS, reason)) throw new MalformedAnswer('no plain problem');
  if (REASONS[reason as keyof typeof REASONS].status !== status)
    throw new MalformedAnswer(`a false ${reason}`);
  if (trouble !== undefined && !VAULT_TROUBLES.some((one) => one === trouble)) {
    throw new MalformedAnswer('unknown trouble');
  }
  return reason;
}

function listOf(items: readonly unknown[]): string {
  const kinds = new Set(items.map(schemaOf));
  if (kinds.size > 1) throw new MalformedAnswer('a list of several kinds');
  return `list of ${[...kinds][0] ?? 'nothing'}`;
}

/** The schema whose fields the object has: all of them and no others. */
function schemaOf(value: unknown): string {
  if (!isObject(value)) throw new MalformedAnswer('neither object nor list');
  const keys = Object.keys(value);
  for (const [name, schema] of Object.entries(SCHEMAS)) {
    const optional = OPTIONAL[name] ?? [];
    const known = Object.keys(schema);
    const needed = known.filter((key) => !optional.includes(key));
    if (needed.every((key) => keys.includes(key)) && keys.every((key) => known.includes(key))) return name;
  }
  throw new MalformedAnswer(`an object with the fields ${keys.join(', ')}`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function json(body: string): unknown {
  if (!body.endsWith('\n')) throw new MalformedAnswer('no line end');
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw new MalformedAnswer('no JSON');
  }
}

function utf8(bytes: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(bytes, 'latin1'));
  } catch {
    throw new MalformedAnswer('no UTF-8');
  }
}
