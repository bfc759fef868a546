import { isAbsolute } from 'node:path';

/** The values of a request, from its query or its body, guarded. Those that its route does not take are absent. */
export interface Given {
  scope?: string;
  /** Scopes, separated by spaces. */
  scopes?: string;
  /** Seconds, 0 to 31,536,000. */
  min_ttl?: number;
  /** Seconds from now, 0 to 31,536,000. */
  for?: number;
  /** Seconds, 0 to 86,400. */
  wait?: number;
  /** Seconds, 60 to 604,800. */
  seconds?: number;
  account?: string;
  interactive?: boolean;
  isolate?: boolean;
  unconfirmed?: boolean;
  name?: string;
  id?: string;
  /** Name of a grant; whether there is one, the handler finds out. */
  grant?: string;
  /** 1 to 1,000. */
  limit?: number;
  tool?: string;
  recipe?: string;
  /** ID or address of a flow; what is neither, the handler finds out. */
  flow?: string;
  answer?: (typeof ANSWERS)[number];
  way?: (typeof WAYS)[number];
  backend?: (typeof BACKENDS)[number];
  /** Secret. */
  code?: string;
  /** Secret. */
  passphrase?: string;
  /** UUID, in lower case. */
  client_id?: string;
  /** Absolute path; what it names, the handler finds out. */
  file?: string;
  /** `host`, or `user@host` as ssh takes it; never an option of a command. */
  host?: string;
}

const ANSWERS = ['once', 'ten-minutes', 'hour', 'terminal', 'always', 'deny', 'never'] as const;
const WAYS = ['browser', 'paste'] as const;
const BACKENDS = ['keychain', 'passphrase', 'memory'] as const;

const LONGEST_TTL = 31_536_000;
const SCOPE = /^[\x21-\x7e][\x20-\x7e]{0,4095}$/;
const WORD = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
/** No leading hyphen on either side of the @: to ssh that would be an option. */
const HOST = /^(?:[A-Za-z0-9._][A-Za-z0-9._-]{0,63}@)?[A-Za-z0-9._][A-Za-z0-9._-]{0,252}$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Control and format characters (bidirectional overrides too), lone surrogates, line separators. */
const UNSHOWABLE = /[\p{C}\p{Zl}\p{Zp}]/u;
/** Joiners and characters newer than this Unicode may well be in a passphrase; what no keyboard types is not. */
const UNTYPABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;

type Guard = (given: Given, value: string) => string | null;

/** What each name takes. A name that the contract has and nothing here guards never reaches a handler. */
const GUARDS: { readonly [Name in keyof Required<Given>]: Guard } = {
  scope: pattern('scope', SCOPE, 'must be 1 to 4096 printable ASCII characters'),
  scopes: pattern('scopes', SCOPE, 'must be 1 to 4096 printable ASCII characters'),
  min_ttl: whole('min_ttl', 0, LONGEST_TTL, 'seconds'),
  for: whole('for', 0, LONGEST_TTL, 'seconds'),
  wait: whole('wait', 0, 86_400, 'seconds'),
  seconds: whole('seconds', 60, 604_800, 'seconds'),
  limit(given, value) {
    if (!isWhole(value, 1, 1_000)) return 'must be a whole number from 1 to 1000';
    given.limit = Number(value);
    return null;
  },
  interactive: truth('interactive'),
  isolate: truth('isolate'),
  unconfirmed: truth('unconfirmed'),
  account: showable('account', 320),
  name: showable('name', 80),
  id: showable('id', 200),
  grant: showable('grant', 1_000),
  flow: showable('flow', 2_048),
  code: showable('code', 512),
  tool: pattern('tool', WORD, 'must be the name of a tool'),
  recipe: pattern('recipe', WORD, 'must be the ID of a recipe'),
  file(given, value) {
    if (value.length > 4_096 || UNSHOWABLE.test(value) || !isAbsolute(value)) {
      return 'must be an absolute path without control characters';
    }
    given.file = value;
    return null;
  },
  host: pattern('host', HOST, 'must be the name of a host as ssh takes it: 1 to 253 of A-Z a-z 0-9 . _ -'),
  answer: choice('answer', ANSWERS),
  way: choice('way', WAYS),
  backend: choice('backend', BACKENDS),
  passphrase(given, value) {
    if (value === '' || [...value].length > 1_024 || UNTYPABLE.test(value)) {
      return 'must be 1 to 1024 characters without control characters';
    }
    given.passphrase = value;
    return null;
  },
  client_id(given, value) {
    if (!UUID.test(value)) return 'must be a UUID';
    given.client_id = value.toLowerCase();
    return null;
  },
};

/** Guards one value and puts it in. @returns what is wrong with it, without the value */
export function take(given: Given, name: string, value: string): string | null {
  return Object.hasOwn(GUARDS, name)
    ? GUARDS[name as keyof Given](given, value)
    : 'is not taken by this version';
}

type NameOf<Value> = {
  [Name in keyof Required<Given>]: Required<Given>[Name] extends Value ? Name : never;
}[keyof Given];
type TextName = Exclude<NameOf<string>, 'answer' | 'way' | 'backend'>;

function showable(name: TextName, most: number): Guard {
  return (given, value) => {
    if (value.trim() === '' || [...value].length > most || UNSHOWABLE.test(value)) {
      return `must be 1 to ${most} characters without control characters`;
    }
    given[name] = value;
    return null;
  };
}

function pattern(name: TextName, shape: RegExp, wrong: string): Guard {
  return (given, value) => {
    if (!shape.test(value)) return wrong;
    given[name] = value;
    return null;
  };
}

function whole(name: NameOf<number>, least: number, most: number, unit: string): Guard {
  return (given, value) => {
    if (!isWhole(value, least, most)) return `must be whole ${unit} from ${least} to ${most}`;
    given[name] = Number(value);
    return null;
  };
}

function truth(name: NameOf<boolean>): Guard {
  return (given, value) => {
    if (!/^(?:0|1|true|false)$/.test(value)) return 'must be 1 or 0';
    given[name] = value === '1' || value === 'true';
    return null;
  };
}

function choice<Name extends 'answer' | 'way' | 'backend'>(
  name: Name,
  values: readonly NonNullable<Given[Name]>[],
): Guard {
  return (given, value) => {
    const found = values.find((one) => one === value);
    if (found === undefined) return `must be one of: ${values.join(', ')}`;
    given[name] = found;
    return null;
  };
}

function isWhole(text: string, least: number, most: number): boolean {
  return /^\d{1,8}$/.test(text) && Number(text) >= least && Number(text) <= most;
}
