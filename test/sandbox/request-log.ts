import { readForm, type SandboxRequest } from './http.ts';
import type { LoggedRequest } from './types.ts';

interface Waiter {
  match: (request: LoggedRequest) => boolean;
  resolve: (request: LoggedRequest) => void;
  reject: (error: Error) => void;
}

/** What was asked of the sandbox, without a secret in it, and a way to wait for what has not come yet. */
export class RequestLog {
  readonly entries: LoggedRequest[] = [];
  private readonly waiters = new Set<Waiter>();
  private readonly issued: readonly string[];

  constructor(issued: readonly string[]) {
    this.issued = issued;
  }

  /** Returns what it has written down, for what is learnt of it later. */
  add(host: 'auth' | 'flows', request: SandboxRequest, status: number): LoggedRequest {
    const query: Record<string, string> = {};
    for (const [name, value] of request.query) {
      query[name] = SECRET_FIELDS.has(name) ? lastFour(value) : this.withoutSecrets(value);
    }
    const form = host === 'auth' && request.path.startsWith('/v2/oauth2/token') ? readForm(request) : null;
    const entry: LoggedRequest = {
      host,
      method: request.method,
      path: this.withoutSecrets(request.path),
      query,
      status,
      ...(form === null ? {} : { form: redacted(form) }),
    };
    this.entries.push(entry);
    for (const waiter of [...this.waiters]) {
      if (!waiter.match(entry)) continue;
      this.waiters.delete(waiter);
      waiter.resolve(entry);
    }
    return entry;
  }

  waitFor(match: (request: LoggedRequest) => boolean, from = 0): Promise<LoggedRequest> {
    const past = this.entries.slice(from).find(match);
    if (past !== undefined) return Promise.resolve(past);
    const promise = new Promise<LoggedRequest>((resolve, reject) => {
      this.waiters.add({ match, resolve, reject });
    });
    // Nobody may be listening any more when the sandbox closes; that alone is no failure.
    promise.catch(() => undefined);
    return promise;
  }

  close(): void {
    for (const waiter of this.waiters) {
      waiter.reject(new Error('the sandbox closed before a matching request came'));
    }
    this.waiters.clear();
  }

  /** A client may put a token where none belongs; the log must not spread it further. */
  private withoutSecrets(text: string): string {
    let clean = text;
    if (text.length < SHORTEST_SECRET) return text;
    for (const secret of this.issued) {
      if (secret.length <= clean.length && clean.includes(secret))
        clean = clean.replaceAll(secret, lastFour(secret));
    }
    return clean;
  }
}

/** An authorization code; everything else that is issued is longer. */
const SHORTEST_SECRET = 30;

const SECRET_FIELDS = new Set([
  'code',
  'code_verifier',
  'refresh_token',
  'access_token',
  'id_token',
  'id_token_hint',
  'token',
  'client_secret',
  'password',
  'assertion',
]);

function redacted(form: URLSearchParams): Record<string, string> {
  return Object.fromEntries(
    [...form].map(([name, value]) => [name, SECRET_FIELDS.has(name) ? '***' : value]),
  );
}

function lastFour(secret: string): string {
  return `…${secret.slice(-4)}`;
}
