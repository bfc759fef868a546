import { REASONS } from '../../main/broker/contract.ts';
import { ISSUER } from './cases.ts';
import { KEY_LENGTH, type Outcome } from './client.ts';
import { MalformedAnswer } from './http-answers.ts';
import { openedBytes } from './sealing.ts';

/** What came on the oidc-agent socket, opened. `text` empty: no answer, whole or not. */
export interface OidcAnswer {
  readonly text: string;
  /** For the count: "sealed token", "failure unknown-scope"; null for none. */
  readonly what: string | null;
}

/**
 * @throws MalformedAnswer when it is neither one JSON object of the protocol nor a sealed one
 */
export function parseOidcAnswer({ bytes, shared }: Outcome): OidcAnswer {
  const greeted = /^[A-Za-z0-9+/]{43}=/.test(bytes);
  const rest = greeted ? bytes.slice(KEY_LENGTH) : bytes;
  if (rest === '') return { text: '', what: null };
  if (rest.startsWith('{')) {
    const text = Buffer.from(rest, 'latin1').toString('utf8');
    return { text, what: kindOf(text) };
  }
  const text = shared === null ? null : openedBytes(rest, shared);
  if (text === null) throw new MalformedAnswer('neither JSON nor a seal that holds');
  return { text, what: `sealed ${kindOf(text)}` };
}

function kindOf(text: string): string {
  const answer = parsed(text);
  const keys = Object.keys(answer).sort().join();
  switch (keys) {
    case 'error,info,reason,status': {
      const { status, reason } = answer;
      const known = typeof reason === 'string' && Object.hasOwn(REASONS, reason);
      if (status !== 'failure' || !known) throw new MalformedAnswer('an unknown failure');
      return `failure ${reason}`;
    }
    case 'access_token,expires_at,issuer,status': {
      const fits = answer['status'] === 'success' && answer['issuer'] === ISSUER;
      if (!fits || !Number.isInteger(answer['expires_at'])) throw new MalformedAnswer('a false success');
      return 'token';
    }
    case 'info,status':
    case 'status':
      if (answer['status'] !== 'success') throw new MalformedAnswer('a false success');
      return keys === 'status' ? 'check' : 'accounts';
    default:
      throw new MalformedAnswer(`an object with the fields ${keys}`);
  }
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new MalformedAnswer('no JSON');
  }
}
