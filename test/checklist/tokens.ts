import type { Entry } from './types.ts';

const AGENT = 'test/main/agent.test.ts';
const CALLS = 'test/main/calls/calls.test.ts';
const CURL_SAFETY = 'test/cli/curl/safety.test.ts';
const ENVIRONMENTS = 'test/main/globus/environments.test.ts';
const FLOWS_HTTP = 'test/main/globus/flows-http.test.ts';
const RENEWAL = 'test/main/tokens/renewal.test.ts';
const PROCESSES = 'test/main/tokens/across-processes.test.ts';
const START_OPTIONS = 'test/main/desktop/start-options.test.ts';

export const entries: readonly Entry[] = [
  {
    number: 16,
    breaks: [
      {
        file: 'main/calls/send.ts',
        from: 'await parts.fetch(request.url, {',
        to: 'await parts.fetch(`${request.url}?access_token=${request.token}`, {',
        test: CALLS,
        title: '[C16] sends the token in the Authorization header alone',
        seen: '2026-11-29',
      },
      {
        file: 'main/globus/flows-http.ts',
        from: 'await this.#parts.fetch(url.href, {',
        to: 'await this.#parts.fetch(`${url.href}&access_token=${token}`, {',
        test: FLOWS_HTTP,
        title: '[C16] travels in the header alone',
        seen: '2026-11-29',
      },
      {
        file: 'main/snippets/request.ts',
        from: "  if (token.kind !== 'literal') return;\n  const secret",
        to: "  if (token.kind !== 'literal' || token.token !== '') return;\n  const secret",
        test: 'test/main/snippets/curl.test.ts',
        title: '[C16] is refused as a value, where it would travel in a URL or a body',
        seen: '2026-11-29',
      },
      {
        file: 'main/snippets/request.ts',
        from: "  if (token.kind !== 'literal') return;\n  const secret",
        to: "  if (token.kind !== 'literal' || token.token !== '') return;\n  const secret",
        test: CALLS,
        title: '[C16] refuses a value that holds the token, before anything is sent',
        seen: '2026-11-29',
      },
    ],
  },
  {
    number: 17,
    breaks: [
      {
        file: 'main/calls/request.ts',
        from: '!originsOfScope(environment, scope).includes(origin)',
        to: 'originsOfScope(environment, scope).length === 0',
        test: CALLS,
        title: '[C17] sends a token of Auth to Auth and one of Flows to Flows, never the other way',
        seen: '2026-11-29',
      },
      {
        file: 'main/calls/send.ts',
        from: "      redirect: 'manual',\n",
        to: '',
        test: CALLS,
        title: '[C17] does not follow a redirect to another host',
        seen: '2026-11-29',
      },
      {
        file: 'main/globus/flows-http.ts',
        from: "        redirect: 'manual',\n",
        to: '',
        test: FLOWS_HTTP,
        title: '[C17] a redirect (302) is not followed, to no host',
        seen: '2026-11-29',
      },
      {
        file: 'main/globus/flows-http.ts',
        from: 'if (url.origin !== this.#parts.origin) throw',
        to: "if (url.protocol === 'ftp:') throw",
        test: FLOWS_HTTP,
        title: '[C17] a path that leads elsewhere',
        seen: '2026-11-29',
      },
      {
        file: 'cli/curl/target.ts',
        from: "  if (target.startsWith('/')) return usual + target;",
        to: "  if (target.startsWith('/')) return usual + target;\n  if (target.startsWith('http')) return target;",
        test: 'test/cli/curl/curl.test.ts',
        title: 'refuses another host before anything is sent [C17]',
        seen: '2026-11-29',
      },
      {
        file: 'cli/curl/run.ts',
        from: "...(words.follows ? ['--proto-redir', redirects] : []),",
        to: "...(words.follows ? ['--proto-redir', redirects, '--location-trusted'] : []),",
        test: CURL_SAFETY,
        title: 'does not get the token by a redirect, unless it is the same service [C17]',
        seen: '2026-11-29',
      },
    ],
  },
  {
    number: 18,
    breaks: [
      {
        file: 'main/host/start.ts',
        from: "  delete env['NODE_TLS_REJECT_UNAUTHORIZED'];\n",
        to: '',
        test: START_OPTIONS,
        title: '[C18] drops the variables that weaken TLS or write its keys down',
        seen: '2026-11-29',
      },
      {
        file: 'main/headless.ts',
        from: '  cleanEnvironment(process.env);\n',
        to: '',
        test: 'test/main/headless/proxy.test.ts',
        title: '[C18] does not trust it without, whatever NODE_TLS_REJECT_UNAUTHORIZED says',
        seen: '2026-11-29',
      },
      {
        file: 'main/desktop/start-options.ts',
        from: "  'ignore-certificate-errors',\n",
        to: '',
        test: START_OPTIONS,
        title: '[C18] refuses --ignore-certificate-errors in every build',
        seen: '2026-11-29',
      },
      {
        file: 'main/desktop/start-options.ts',
        from: '    if (name !== undefined && refused',
        to: "    if (name === 'no switch' && refused",
        test: 'test/e2e/hardening.test.ts',
        title: '[C18] refuses to start with',
        seen: '2026-11-29',
      },
      {
        file: 'main/globus/environments.ts',
        from: "issuer: 'https://auth.globus.org',",
        to: "issuer: process.env['GLOBUS_AUTH'] ?? 'https://auth.globus.org',",
        test: ENVIRONMENTS,
        title: '[C18] are compiled in: nothing that names a host of Globus reads a variable',
        seen: '2026-11-29',
      },
      {
        file: 'main/globus/environments.ts',
        from: 'return `http://127.0.0.1:${port}`;',
        to: 'return `http://localhost:${port}`;',
        test: ENVIRONMENTS,
        title: '[C18] production and preview name https hosts of Globus, the demo loopback alone',
        seen: '2026-11-29',
      },
      {
        file: 'main/globus/flows-http.ts',
        from: "(url.protocol === 'http:' && url.hostname === '127.0.0.1')",
        to: "url.protocol === 'http:'",
        test: FLOWS_HTTP,
        title: '[C18] "http://flows.globus.org" is no origin for a token',
        seen: '2026-11-29',
      },
    ],
  },
  {
    number: 19,
    breaks: [
      {
        file: 'main/calls/calls.ts',
        from: 'return other.value === token.value ? first.outcome : (await once(ports, request, other)).outcome;',
        to: 'return first.outcome;',
        test: CALLS,
        title: '[C19] renews once and repeats once after 401',
        seen: '2026-11-29',
      },
      {
        file: 'main/calls/calls.ts',
        from: 'return other.value === token.value ? first.outcome : (await once(ports, request, other)).outcome;',
        to: 'return attempt(ports, request);',
        test: CALLS,
        title: '[C19] says “signed out” when the renewed token is refused too, after two requests',
        seen: '2026-11-29',
      },
      {
        file: 'main/globus/flows-http.ts',
        from: 'this.#once(url, second);',
        to: 'this.get(path, query);',
        test: FLOWS_HTTP,
        title: '[C19] is not tried for ever',
        seen: '2026-11-29',
      },
      {
        file: 'main/calls/reactions.ts',
        from: ": { problem, offer: { kind: 'consent', scopes: [scope] }, runAs: scope };",
        to: ': { problem, offer: null, runAs: scope };',
        test: CALLS,
        title: '[C19] names the missing scope, offers it, and asks only once',
        seen: '2026-11-29',
      },
      {
        file: 'main/calls/reactions.ts',
        from: "return answer.status === 401 && errorOf(answer).kind === 'authentication';",
        to: 'return answer.status === 401 || answer.status === 403;',
        test: CALLS,
        title: '[C19] names the missing scope, offers it, and asks only once',
        seen: '2026-11-29',
      },
    ],
  },
  {
    number: 20,
    breaks: [
      {
        file: 'main/tokens/renewal.ts',
        from: '    if (running !== undefined) return running;\n',
        to: '',
        test: AGENT,
        title: '[C20] makes one token request for 50 callers of an expired token',
        seen: '2026-11-29',
      },
      {
        file: 'main/tokens/renewal.ts',
        from: 'if (exclusive === undefined) return this.#fly(grant);',
        to: 'if (exclusive === undefined || began > 0) return this.#fly(grant);',
        test: PROCESSES,
        title: '[C20] two processes that renew a grant at once make one token request',
        seen: '2026-11-29',
      },
      {
        file: 'main/tokens/retirement.ts',
        from: '      keeper.access.put(one.grant, opened.token);\n',
        to: '',
        test: 'test/main/agent-retire.test.ts',
        title: '[C20] the successor starts on what it was handed, without a token request',
        seen: '2026-11-29',
      },
      {
        file: 'main/tokens/retirement.ts',
        from: '    await keeper.retire(FLIGHTS_MS);\n',
        to: '    await keeper.retire(0);\n',
        test: 'test/e2e/one-agent.test.ts',
        title: '[C20] [C21] answers 50 callers with one token request, the desktop starting in the middle',
        seen: '2026-11-29',
      },
    ],
    elsewhere: [
      {
        systems: ['Windows'],
        why: 'an open file’s lock is LockFileEx there',
        seam: 'a lock on Windows [C20] is one byte far beyond the note, exclusive, at once or not at all',
      },
    ],
  },
  {
    number: 21,
    breaks: [
      {
        file: 'main/tokens/renewal.ts',
        from: "if (again.kind === 'found' && again.entry.refreshToken !== read.entry.refreshToken) {",
        to: "if (again.kind === 'found' && again.entry.refreshToken === '') {",
        test: RENEWAL,
        title: '[C21] reads the vault again on invalid_grant and uses a newer token found there',
        seen: '2026-11-29',
      },
      {
        file: 'main/tokens/renewal.ts',
        from: '      if (!isInvalidGrant(second)) return second;\n',
        to: '',
        test: RENEWAL,
        title: '[C21] reads the vault again on invalid_grant and uses a newer token found there',
        seen: '2026-11-29',
      },
    ],
  },
  {
    number: 22,
    breaks: [
      {
        file: 'main/tokens/accept.ts',
        from: ' && !came.has(read.entry.refreshToken)',
        to: '',
        test: 'test/main/tokens/sign-out.test.ts',
        title: '[C22] does not end a refresh token that it was given again',
        seen: '2026-11-29',
      },
      {
        // What a store that marks its entries during a renewal would do: all is well until the process dies.
        file: 'main/tokens/renewal.ts',
        from: `      issued = await this.#ports.refresh({
        refreshToken,
        resourceServer: grant.resourceServer,
        scopes: grant.scopes,
      });`,
        to: `      await grants.replace(grant.name, { refreshToken: 'being renewed', scopes: grant.scopes });
      issued = await this.#ports.refresh({
        refreshToken,
        resourceServer: grant.resourceServer,
        scopes: grant.scopes,
      });
      await grants.replace(grant.name, { refreshToken, scopes: grant.scopes });`,
        test: PROCESSES,
        title: '[C22] kill -9 of the winner in the middle of its request',
        seen: '2026-11-29',
      },
      {
        file: 'main/tokens/renewal.ts',
        from: `      issued = await this.#ports.refresh({
        refreshToken,
        resourceServer: grant.resourceServer,
        scopes: grant.scopes,
      });`,
        to: `      await grants.replace(grant.name, { refreshToken: 'being renewed', scopes: grant.scopes });
      issued = await this.#ports.refresh({
        refreshToken,
        resourceServer: grant.resourceServer,
        scopes: grant.scopes,
      });
      await grants.replace(grant.name, { refreshToken, scopes: grant.scopes });`,
        test: 'test/e2e/keyring.test.ts',
        title: '[C22] survives SIGKILL at every step of a refresh',
        seen: '2026-11-29',
      },
      {
        file: 'main/tokens/renewal.ts',
        from: '    // A new refresh token is safe in the vault before anybody gets the access token.\n',
        to: `    access.put(grant.name, {
      ...{ value: issued.accessToken, receivedAt: issued.receivedAt, expiresAt: issued.expiresAt },
    });\n`,
        test: RENEWAL,
        title: '[C22] stores a rotated refresh token before the access token can be had',
        seen: '2026-11-29',
      },
      {
        file: 'main/tokens/renewal.ts',
        from: "return result.kind === 'refused' && result.failure.kind === 'invalid_grant';",
        to: "return result.kind === 'refused' || result.kind === 'unreachable';",
        test: AGENT,
        title: '[C22] keeps the grants while',
        seen: '2026-11-29',
      },
      {
        file: 'main/tokens/renewal.ts',
        from: "return result.kind === 'refused' && result.failure.kind === 'invalid_grant';",
        to: "return result.kind === 'refused' || result.kind === 'unreachable';",
        test: RENEWAL,
        title: '[C22] keeps the grant after',
        seen: '2026-11-29',
      },
      {
        file: 'main/tokens/renewal.ts',
        from: "    if (read.kind === 'trouble') return ofVault(read);\n    if (read.kind === 'absent')",
        to: `    if (read.kind === 'trouble') await grants.remove(grant.name);
    if (read.kind === 'trouble') return { kind: 'ended', by: 'vault' };
    if (read.kind === 'absent')`,
        test: RENEWAL,
        title: '[C22] [C27] spends nothing and loses nothing while the vault is locked',
        seen: '2026-11-29',
      },
    ],
  },
  {
    number: 23,
    breaks: [
      {
        file: 'main/tokens/accept.ts',
        from: 'if (!(await ports.revoke([read.entry.refreshToken]))) return false;',
        to: '',
        test: 'test/main/tokens/sign-out.test.ts',
        title: '[C23] ends its refresh tokens, and no access token that may be in use',
        seen: '2026-11-29',
      },
      {
        file: 'main/tokens/accept.ts',
        from: 'if (!(await ports.revoke([read.entry.refreshToken]))) return false;',
        to: 'await ports.revoke([read.entry.refreshToken]);',
        test: 'test/main/tokens/sign-out.test.ts',
        title: '[C23] keeps what the server does not end, and signing out ends both',
        seen: '2026-11-29',
      },
      {
        file: 'main/tokens/renewal.ts',
        from: 'then(() => exclusive(grant, run))',
        to: 'then(run)',
        test: 'test/main/tokens/across-processes.test.ts',
        title: '[C23] a sign-out waits for the renewal of another process, and ends what that brings',
        seen: '2026-11-29',
      },
      {
        file: 'main/tokens/sign-out.ts',
        from: 'of [...refreshTokens, ...keeper.access.all(name)])',
        to: 'of refreshTokens)',
        test: AGENT,
        title: '[C23] revokes access and refresh tokens of every resource server at sign-out',
        seen: '2026-11-29',
      },
      {
        file: 'main/tokens/sign-out.ts',
        from: 'of [...refreshTokens, ...keeper.access.all(name)])',
        to: 'of keeper.access.all(name))',
        test: AGENT,
        title: '[C23] revokes access and refresh tokens of every resource server at sign-out',
        seen: '2026-11-29',
      },
      {
        file: 'main/tokens/sign-out.ts',
        from: "    return { kind: 'kept', failure: toFailure(error) };\n",
        to: "    if (toFailure(error).kind === 'invalid_grant') return { kind: 'kept', failure: toFailure(error) };\n",
        test: AGENT,
        title: '[C23] says that nobody is signed out when the server cannot be reached',
        seen: '2026-11-29',
      },
      {
        file: 'main/tokens/sign-out.ts',
        from: "    return { kind: 'kept', failure: toFailure(error) };\n",
        to: "    if (toFailure(error).kind === 'invalid_grant') return { kind: 'kept', failure: toFailure(error) };\n",
        test: 'test/cli/commands.test.ts',
        title: '[C23] logout claims nothing when Globus cannot be reached',
        seen: '2026-11-29',
      },
      {
        file: 'main/tokens/renewal.ts',
        from: 'Promise.allSettled([flight, earlier]).then(',
        to: 'Promise.allSettled([earlier]).then(',
        test: 'test/main/tokens/sign-out.test.ts',
        title: '[C23] leaves nothing alive that a renewal under way brings',
        seen: '2026-11-29',
      },
      {
        file: 'main/tokens/renewal.ts',
        from: 'ending === undefined ? this.#alone(grant) : ending.then(() => this.#alone(grant))',
        to: 'ending === null ? this.#alone(grant) : this.#alone(grant)',
        test: 'test/main/tokens/sign-out.test.ts',
        title: '[C23] lets no renewal begin before it is over',
        seen: '2026-11-29',
      },
    ],
  },
  {
    number: 24,
    breaks: [
      {
        file: 'main/oauth/context.ts',
        from: '  if (Number.isFinite(date)) context.noteServerDate?.(date);\n',
        to: `  if (Number.isFinite(date)) context.noteServerDate?.(date);
  if (Math.abs(date - context.clock.now()) > 300_000) {
    throw new OAuthFailure('untrusted', 'the clock of this computer is wrong');
  }\n`,
        test: AGENT,
        title: '[C24] works with the clock',
        seen: '2026-11-29',
      },
      {
        file: 'main/tokens/clock-skew.ts',
        from: 'const skew = serverNow - now;',
        to: 'const skew = now - serverNow;',
        test: AGENT,
        title: '[C24] works with the clock',
        seen: '2026-11-29',
      },
      {
        file: 'renderer/notices.ts',
        from: 'if (view.clockSkew !== null) {',
        to: 'if (view.clockSkew !== null && view.clockSkew > 0) {',
        test: 'test/renderer/problems.test.ts',
        title: '[C24] name the skew, whichever way the clock is wrong',
        seen: '2026-11-29',
      },
      {
        file: 'cli/commands/status.ts',
        from: "    ...(skew === null ? [] : [['clock', skewText(skew)]]),\n",
        to: '',
        test: 'test/cli/commands.test.ts',
        title: '[C24] status and renewal work with the clock 10 min wrong, and status names it',
        seen: '2026-11-29',
      },
      {
        file: 'cli/commands/status.ts',
        from: "const which = seconds > 0 ? 'behind' : 'ahead of';",
        to: "const which = seconds === 0 ? 'ahead of' : 'behind';",
        test: 'test/cli/commands.test.ts',
        title: '[C24] status and renewal work with the clock -10 min wrong, and status names it',
        seen: '2026-11-29',
      },
      {
        file: 'main/host/broker-ports.ts',
        from: 'clock_skew: clockSkew === null ? null : Math.round(clockSkew / 1_000),',
        to: 'clock_skew: null,',
        test: 'test/cli/commands.test.ts',
        title: '[C24] status and renewal work with the clock 10 min wrong, and status names it',
        seen: '2026-11-29',
      },
    ],
  },
];
