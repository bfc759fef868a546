import type { RouteParameter } from '../../main/broker/contract-routes.ts';
import { ROUTES } from '../../main/broker/contract-routes.ts';
import { ECHO, SECRET, someScope } from './cases.ts';
import type { Random } from './random.ts';

/** A body in order, with the head's lines about it: announced or in chunks. ASCII, whatever it says. */
export function goodBody(random: Random, members: readonly RouteParameter[]): { head: string; body: string } {
  const given = members
    .filter(({ required }) => required || random.chance(0.4))
    .map(({ name }) => [name, goodMember(random, name)] as const);
  const object: Record<string, unknown> = Object.fromEntries(given);
  if (random.chance(0.2)) object[random.pick(['more', ECHO, '__proto__x', 'constructor'])] = random.below(9);
  return framed(random, JSON.stringify(object));
}

/** A request whose body is wrong in some way, or whose members are. */
export function oddBody(random: Random): string {
  const route = random.pick(WITH_BODY) ?? { path: '/v1/unlock', body: [] };
  const members = route.body ?? [];
  const name = random.pick(members)?.name ?? 'scope';
  const good = JSON.stringify(
    Object.fromEntries(members.map((one) => [one.name, goodMember(random, one.name)])),
  );
  const value = random.pick(ODD_VALUES).replaceAll('@', ECHO);
  const body = random.pick([
    () => `{"${name}":${value}}`,
    () => good.replace(/:("(?:[^"\\]|\\.)*"|\d+)/, `:${value}`),
    () => good.replace(/\}$/, `,"${name}":${value}}`),
    () => good.replace(/\}$/, `,"more":${value}}`),
    () => good.slice(0, random.below(good.length)),
    () => `${good}${random.pick([good, ' x', ',', '\0', '\n\n{}'])}`,
    () => `[${good}]`,
    () => `${random.pick(['\xef\xbb\xbf', '\xfe\xff', '\ufeff', '/**/', "'"])}${good}`,
    () => random.pick(['[', '{"a":', '{"":{', '[[{"x":']).repeat(random.between(1, 1_200)),
    () => random.bytes(random.below(300)),
    () => `{"${'\\u0061'.repeat(random.between(1, 600))}":1,"${name}":${value}}`,
  ])();
  const { head, body: text } = framed(random, body, random.pick(TYPES));
  const method = random.chance(0.9) ? 'POST' : random.pick(['GET', 'DELETE', 'PUT']);
  return `${method} ${route.path} HTTP/1.1\r\nHost: localhost\r\n${head}\r\n${text}`;
}

const WITH_BODY = ROUTES.filter(({ body }) => body !== undefined);
const JSON_TYPE = 'application/json';
const TYPES = [
  ...[JSON_TYPE, JSON_TYPE, JSON_TYPE, JSON_TYPE, `${JSON_TYPE}; charset=utf-8`, 'APPLICATION/JSON;x'],
  ...['text/plain', 'application/x-www-form-urlencoded', 'application/json2', ''],
] as const;
const ODD_VALUES = [
  ...['null', 'true', '0', '-1', '60.5', '1e400', '1e3', '99999999999999999999', '"@"', '""', '" "', '[]'],
  ...[
    '{}',
    '["@"]',
    '{"@":"@"}',
    '"\\u0000@"',
    '"\\ud800@"',
    '"\\u202e@"',
    '"@\\r\\n@: x"',
    '"-oProxyCommand=@"',
  ],
  ...[
    '"__proto__"',
    'NaN',
    'undefined',
    "'@'",
    '"@',
    `"${'@'.repeat(70)}"`,
    `"${'@'.repeat(600)}"`,
    '01',
    '+1',
  ],
] as const;

function goodMember(random: Random, name: string): string | number {
  switch (name) {
    case 'scope':
    case 'scopes':
      return someScope(random);
    case 'answer':
      return random.pick(['once', 'hour', 'always', 'deny', 'never']);
    case 'way':
      return random.pick(['browser', 'paste']);
    case 'backend':
      return random.pick(['keychain', 'passphrase', 'memory']);
    case 'host':
      return random.pick([`${ECHO}.hpc.example`, `${ECHO}@login1`]);
    case 'seconds':
      return random.between(60, 604_800);
    case 'client_id':
      return '61338d24-54d5-408f-a10d-66c06b59f6d2';
    case 'passphrase':
    case 'code':
      return random.pick([SECRET, `${SECRET} é 日本`, SECRET.repeat(random.between(1, 40))]);
    default:
      return random.pick([ECHO, `${ECHO} 日本`]);
  }
}

/** The body after its head lines; non-ASCII of JSON as escapes, so that a character is a byte. */
function framed(random: Random, text: string, type: string = JSON_TYPE): { head: string; body: string } {
  const body = text.replace(
    /[\u0100-\uffff]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  const typed = type === '' ? '' : `Content-Type: ${type}\r\n`;
  if (random.chance(0.7)) return { head: `${typed}Content-Length: ${body.length}\r\n`, body };
  const cut = random.below(body.length + 1);
  const chunks = [body.slice(0, cut), body.slice(cut)].filter((chunk) => chunk !== '');
  const sent = chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('');
  return { head: `${typed}Transfer-Encoding: chunked\r\n`, body: `${sent}0\r\n\r\n` };
}
