import { z } from 'zod';
import { CALL_SCHEMAS } from '../../../main/desktop/ipc/schemas.ts';
import { CATALOG } from '../../../main/globus/catalog.ts';
import { FLOWS_SCOPES } from '../../../main/globus/scopes.ts';
import { flowScope } from '../../../main/globus/flow-scope.ts';
import { TOOLS } from '../../../main/snippets/render.ts';
import { CALL_NAMES, type CallName } from '../../../preload/contract.ts';
import {
  HELLO_FLOW_ID,
  PRIVATE_FLOW_ID,
  TRANSFER_FLOW_ID,
  WAITING_FLOW_ID,
} from '../../sandbox/flows/seed.ts';
import { SANDBOX_USERS } from '../../sandbox/users.ts';
import { SECRET } from '../cases.ts';
import { fieldChanged, oddValue } from '../odd-values.ts';
import type { Random } from '../random.ts';

/** One message of a page: which call, and what came with it. */
export interface Message {
  readonly name: CallName;
  readonly shape: 'fits' | 'changed' | 'odd' | 'unserializable' | 'arguments';
  readonly args: readonly unknown[];
}

/** As JSON Schema has them, as far as the calls use it. */
interface Schema {
  readonly type?: string;
  readonly anyOf?: readonly Schema[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
}

/** From the product's own schemas: a new call is fuzzed without a word here. */
const SCHEMAS = new Map(
  CALL_NAMES.map((name) => [name, z.toJSONSchema(CALL_SCHEMAS[name], { unrepresentable: 'any' }) as Schema]),
);

export function makeMessage(random: Random, offers: readonly string[]): Message {
  const name = random.pick(CALL_NAMES) ?? 'state.get';
  const request = fitting(random, SCHEMAS.get(name) ?? {}, '', offers);
  const shape = random.weighted<Message['shape']>([
    [55, 'fits'],
    [25, 'changed'],
    [10, 'odd'],
    [6, 'unserializable'],
    [4, 'arguments'],
  ]);
  switch (shape) {
    case 'fits':
      return { name, shape, args: [request] };
    case 'changed':
      return { name, shape, args: [fieldChanged(random, request)] };
    case 'odd':
      return { name, shape, args: [oddValue(random)] };
    case 'unserializable':
      return { name, shape, args: [cloneable(random, request)] };
    case 'arguments':
      return { name, shape, args: random.pick([[], [request, request], [request, null], [undefined]]) };
  }
}

function fitting(random: Random, schema: Schema, field: string, offers: readonly string[]): unknown {
  if (schema.anyOf !== undefined) return fitting(random, random.pick(schema.anyOf) ?? {}, field, offers);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return random.pick(schema.enum);
  switch (schema.type ?? 'null') {
    case 'object':
      return fittingObject(random, schema, offers);
    case 'array':
      return random.list(1, random.pick([1, 2, 5]), () => fitting(random, schema.items ?? {}, field, offers));
    case 'string':
      return fittingText(random, schema, field, offers);
    case 'integer':
    case 'number':
      return fittingNumber(random, schema);
    case 'boolean':
      return random.chance(0.5);
    default:
      return null;
  }
}

function fittingObject(random: Random, schema: Schema, offers: readonly string[]): Record<string, unknown> {
  const { properties = {}, required = [], additionalProperties } = schema;
  const made: Record<string, unknown> = {};
  for (const [name, one] of Object.entries(properties)) {
    if (!required.includes(name) && random.chance(0.5)) continue;
    made[name] = fitting(random, one, name, offers);
  }
  if (typeof additionalProperties !== 'object') return made;
  for (const name of random.list(0, 3, () =>
    random.pick(['flow_id', 'run_id', 'limit', 'body', '__proto__', 'x']),
  ))
    Object.defineProperty(made, name, { value: word(random), enumerable: true, configurable: true });
  return made;
}

function fittingNumber(random: Random, { minimum = -1_000, maximum = 1_000 }: Schema): number {
  return random.pick([minimum, maximum, random.between(Math.ceil(minimum), Math.floor(maximum)), 1, 0.5]);
}

const FLOWS = [HELLO_FLOW_ID, TRANSFER_FLOW_ID, PRIVATE_FLOW_ID, WAITING_FLOW_ID];

/** Texts that mean something in this field, and some that do not. */
function fittingText(
  random: Random,
  { maxLength = 200 }: Schema,
  field: string,
  offers: readonly string[],
): string {
  const known = KNOWN[field];
  if (field === 'offer' && random.chance(0.7)) return random.pick(offers) ?? 'x';
  if (known !== undefined && random.chance(0.85)) return known(random);
  return random.weighted([
    [4, word(random)],
    [2, random.bytes(random.between(1, 30))],
    [1, 'x'.repeat(random.pick([maxLength, maxLength + 1]))],
  ]);
}

const scope = (random: Random): string =>
  random.weighted([
    [12, random.pick(FLOWS_SCOPES)?.scope ?? 'x'],
    [3, random.pick(CATALOG)?.scope ?? 'x'],
    [4, flowScope(random.pick(FLOWS) ?? HELLO_FLOW_ID)],
    [2, random.pick(CATALOG)?.name ?? 'x'],
    [1, `${flowScope(HELLO_FLOW_ID)}[*urn:globus:auth:scope:transfer.api.globus.org:all]`],
    [1, 'urn:globus:auth:scope:other.example:all'],
  ]);
const sub = (random: Random): string => random.pick(SANDBOX_USERS)?.sub ?? 'x';
const flow = (random: Random): string =>
  random.pick([HELLO_FLOW_ID, ...FLOWS, `flow:${HELLO_FLOW_ID}`, HELLO_FLOW_ID.toUpperCase()]);

const KNOWN: Readonly<Record<string, (random: Random) => string>> = {
  scope,
  scopes: scope,
  account: sub,
  sub,
  recipe: (random) =>
    random.pick(['list-flows', 'get-flow', 'list-runs', 'get-run', 'userinfo', 'flow-start', 'flow-get']),
  tool: (random) => random.pick(TOOLS)?.id ?? 'curl',
  id: flow,
  collections: flow,
  query: (random) => random.pick(['hello', 'view flows', '', HELLO_FLOW_ID, 'transfer:all', '%']),
  code: () => `c${SECRET}code`,
  keys: (random) => random.pick(['CommandOrControl+Shift+G', 'Alt+F4', 'Super+Super']),
};

function word(random: Random): string {
  return random.pick(['x', SECRET, HELLO_FLOW_ID, "a'b", '$(id)', '../..', '\u202e', '', '10', '\n', '{{}}']);
}

/** What the structured clone carries and JSON does not. */
function cloneable(random: Random, request: unknown): unknown {
  const odd = random.pick<unknown>([
    new Map([['scope', 'x']]),
    new Set([1]),
    new Date(Number.NaN),
    /x/g,
    10n ** 30n,
    Number.NaN,
    -0,
    new Uint8Array(2_000_000),
    new Error('x'),
    Object.create(null),
    undefined,
    circle(),
    Array(3),
  ]);
  if (typeof request !== 'object' || request === null || random.chance(0.3)) return odd;
  const name = random.pick(Object.keys(request)) ?? 'x';
  return { ...request, [name]: odd };
}

function circle(): unknown {
  const round: Record<string, unknown> = { scope: 'x' };
  round['self'] = round;
  return round;
}
