import type { Break, Entry } from './types.ts';

const LISTENER = 'test/main/oauth/loopback.test.ts';
const SIGN_IN = 'test/main/tokens/sign-in.test.ts';

/** Believes of an id token what the token itself says. */
const believes = (claim: string, provider: string, client: string): Pick<Break, 'file' | 'from' | 'to'> => ({
  file: 'main/oauth/exchange.ts',
  from: 'const body = await oauth.processAuthorizationCodeResponse(provider, client, response, {',
  to: `const { id_token } = (await response.clone().json()) as { id_token: string };
    const { ${claim} } = JSON.parse(Buffer.from(id_token.split('.')[1] ?? '', 'base64url').toString());
    const body = await oauth.processAuthorizationCodeResponse(${provider}, ${client}, response, {`,
});

export const entries: readonly Entry[] = [
  {
    number: 1,
    breaks: [
      {
        file: 'main/desktop/setup-agent.ts',
        from: '    run: runDetached,',
        to: `    run: async (command, url) => {
      void new (await import('electron')).BrowserWindow({ show: false }).loadURL(url);
      await runDetached(command, url);
    },`,
        test: 'test/e2e/main-job.test.ts',
        title: '[C1] gave the authorization URL to the system browser',
        seen: '2026-11-29',
      },
      {
        file: 'main/tokens/sign-ins.ts',
        from: 'request.linkOnly === true ? () => Promise.resolve() : openBrowser',
        to: '() => Promise.resolve()',
        test: SIGN_IN,
        title: '[C1] hands the authorize URL to the system browser',
        seen: '2026-11-29',
      },
      {
        file: 'cli/login/opener.ts',
        from: "darwin: () => ['open'],",
        to: '',
        test: 'test/cli/login/opener.test.ts',
        title: '[C1] on darwin asks the system by',
        seen: '2026-11-29',
      },
      {
        file: 'cli/login/opener.ts',
        from: "'url.dll,FileProtocolHandler'",
        to: "'url.dll,OpenURL'",
        test: 'test/cli/login/opener.test.ts',
        title: '[C1] on win32 asks the system by',
        seen: '2026-11-29',
      },
    ],
    elsewhere: [
      {
        systems: ['macOS', 'Windows'],
        why: 'the command line asks `open` or rundll32 for the browser there; the app asks Electron everywhere',
        seam: '[C1] on win32 asks the system by',
      },
    ],
  },
  {
    number: 2,
    breaks: [
      {
        file: 'main/oauth/loopback.ts',
        from: "host: '127.0.0.1', port: 0",
        to: "host: '0.0.0.0', port: 0",
        test: LISTENER,
        title: '[C2] refuses connections on every other address',
        seen: '2026-11-29',
      },
    ],
  },
  {
    number: 3,
    breaks: [
      {
        file: 'main/oauth/loopback.ts',
        from: 'port: 0, exclusive: true',
        to: 'port: 38_431, exclusive: true',
        test: LISTENER,
        title: '[C3] lets the system choose the port',
        seen: '2026-11-29',
      },
      {
        file: 'main/oauth/loopback.ts',
        from: 'port: 0, exclusive: true',
        to: 'port: 38_431, exclusive: true',
        test: SIGN_IN,
        title: '[C3] lets two apps sign in at the same time',
        seen: '2026-11-29',
      },
    ],
  },
  {
    number: 4,
    breaks: [
      {
        file: 'main/oauth/loopback.ts',
        from: 'redirectUri: `http://127.0.0.1:${port}`',
        to: 'redirectUri: `http://localhost:${port}`',
        test: LISTENER,
        title: '[C4] names itself http://127.0.0.1:<port>, without a path',
        seen: '2026-11-29',
      },
      {
        file: 'main/oauth/exchange.ts',
        from: '      request.redirectUri,',
        to: '      new URL(request.redirectUri).href,',
        test: SIGN_IN,
        title: '[C4] [C14] sends the same redirect_uri twice, byte for byte',
        seen: '2026-11-29',
      },
    ],
  },
  {
    number: 5,
    breaks: [
      {
        file: 'main/tokens/sign-in.ts',
        from: '      await Promise.all(this.#trips.map((trip) => trip.close()));\n',
        to: '',
        test: SIGN_IN,
        title: '[C5] stops listening within 1 s of success',
        seen: '2026-11-29',
      },
      {
        file: 'main/tokens/sign-in.ts',
        from: '      await Promise.all(this.#trips.map((trip) => trip.close()));\n',
        to: '',
        test: SIGN_IN,
        title: '[C5] stops listening within 1 s of an error',
        seen: '2026-11-29',
      },
      {
        file: 'main/tokens/sign-in.ts',
        from: '      await Promise.all(this.#trips.map((trip) => trip.close()));\n',
        to: '',
        test: SIGN_IN,
        title: '[C5] stops listening and goes back to idle on Cancel',
        seen: '2026-11-29',
      },
      {
        file: 'main/tokens/sign-in.ts',
        from: '      await Promise.all(this.#trips.map((trip) => trip.close()));\n',
        to: '',
        test: SIGN_IN,
        title: '[C5] stops listening when nobody comes back in time',
        seen: '2026-11-29',
      },
      {
        file: 'main/oauth/loopback.ts',
        from: '        server.closeAllConnections();\n',
        to: '',
        test: LISTENER,
        title: '[C5] listens no more after close, whatever is still connected',
        seen: '2026-11-29',
      },
    ],
  },
  {
    number: 6,
    breaks: [
      {
        file: 'main/oauth/loopback.ts',
        from: 'request.headers.host !== `127.0.0.1:${port}`',
        to: 'request.headers.host === undefined',
        test: LISTENER,
        title: '[C6] [C7] answers a foreign Host with an error and goes on waiting',
        seen: '2026-11-29',
      },
      {
        file: 'main/oauth/loopback.ts',
        from: "request.method !== 'GET' || path !== '/'",
        to: "request.method !== 'GET'",
        test: LISTENER,
        title: '[C6] [C7] answers another path with the right query with an error',
        seen: '2026-11-29',
      },
      {
        file: 'main/oauth/loopback.ts',
        from: "request.method !== 'GET' || path !== '/'",
        to: "path !== '/'",
        test: LISTENER,
        title: '[C6] [C7] answers POST with an error',
        seen: '2026-11-29',
      },
      {
        file: 'main/oauth/loopback.ts',
        from: "query.getAll('code').length + query.getAll('error').length === 1",
        to: 'true',
        test: LISTENER,
        title: '[C6] [C7] answers a state and nothing else with an error',
        seen: '2026-11-29',
      },
    ],
  },
  {
    number: 7,
    breaks: [
      {
        file: 'main/oauth/authorize.ts',
        from: 'const state = oauth.generateRandomState();',
        to: 'const state = Date.now().toString(36);',
        test: SIGN_IN,
        title: '[C7] [C8] uses a new state, nonce and S256 challenge each time',
        seen: '2026-11-29',
      },
      {
        file: 'main/oauth/loopback.ts',
        from: '    expected = null;\n    response.once',
        to: '    response.once',
        test: LISTENER,
        title: '[C7] takes a state once',
        seen: '2026-11-29',
      },
      {
        file: 'main/oauth/loopback.ts',
        from: '    expected = null;\n    response.once',
        to: '    response.once',
        test: SIGN_IN,
        title: '[C7] makes one token request for an answer that comes twice',
        seen: '2026-11-29',
      },
      {
        file: 'main/oauth/loopback.ts',
        from: "    sameText(state[0] ?? '', expected) &&\n",
        to: '',
        test: LISTENER,
        title: '[C6] [C7] answers a wrong state with an error',
        seen: '2026-11-29',
      },
      {
        // The listener takes any state and says that it was the right one, so the exchange cannot tell either.
        file: 'main/oauth/loopback.ts',
        from: "    sameText(state[0] ?? '', expected) &&\n",
        to: "    (query.set('state', expected), true) &&\n",
        test: SIGN_IN,
        title: '[C7] makes no token request for a missing, wrong or repeated state',
        seen: '2026-11-29',
      },
    ],
  },
  {
    number: 8,
    breaks: [
      {
        file: 'main/oauth/authorize.ts',
        from: "code_challenge_method: 'S256'",
        to: "code_challenge_method: provider.code_challenge_methods_supported?.[0] ?? 'S256'",
        test: SIGN_IN,
        title: '[C8] uses PKCE S256 also when the metadata lists no method, or only plain',
        seen: '2026-11-29',
      },
      {
        file: 'main/oauth/authorize.ts',
        from: 'const verifier = oauth.generateRandomCodeVerifier();',
        to: "const verifier = 'one verifier for all, of 43 characters or more'.replaceAll(/[ ,]/g, '-');",
        test: SIGN_IN,
        title: '[C8] keeps a new verifier of 43 to 128 characters back',
        seen: '2026-11-29',
      },
      {
        file: 'main/oauth/authorize.ts',
        from: 'const verifier = oauth.generateRandomCodeVerifier();',
        to: 'const verifier = oauth.generateRandomCodeVerifier().slice(0, 42);',
        test: SIGN_IN,
        title: '[C8] keeps a new verifier of 43 to 128 characters back',
        seen: '2026-11-29',
      },
      {
        file: 'main/oauth/exchange.ts',
        from: '    const receivedAt = context.clock.now();\n',
        to: `    if (!response.ok)
      await oauth.authorizationCodeGrantRequest(
        ...[provider, client, oauth.None(), parameters, request.redirectUri, oauth.nopkce, options],
      );
    const receivedAt = context.clock.now();\n`,
        test: SIGN_IN,
        title: '[C8] tries no second time when the exchange is refused',
        seen: '2026-11-29',
      },
    ],
  },
  {
    number: 9,
    breaks: [
      {
        file: 'main/oauth/exchange.ts',
        from: '    return oauth.validateAuthResponse(provider, client, query, state);',
        to: `    query.set('iss', provider.issuer);
    return oauth.validateAuthResponse(provider, client, query, state);`,
        test: SIGN_IN,
        title: '[C9] aborts on a foreign iss, before any token request',
        seen: '2026-11-29',
      },
      {
        file: 'main/oauth/exchange.ts',
        from: '    return oauth.validateAuthResponse(provider, client, query, state);',
        to: `    if (!query.has('iss')) query.set('iss', provider.issuer);
    return oauth.validateAuthResponse(provider, client, query, state);`,
        test: SIGN_IN,
        title: '[C9] aborts on no iss though the metadata announces it',
        seen: '2026-11-29',
      },
    ],
  },
  {
    number: 10,
    breaks: [
      {
        file: 'main/oauth/discovery.ts',
        from: 'await oauth.processDiscoveryResponse(issuer, response)',
        to: `await oauth.processDiscoveryResponse(
      new URL(((await response.clone().json()) as { issuer: string }).issuer),
      response,
    )`,
        test: SIGN_IN,
        title: '[C10] refuses metadata with another issuer',
        seen: '2026-11-29',
      },
      {
        file: 'main/oauth/discovery.ts',
        from: '!URL.canParse(value) || new URL(value).origin !== issuer.origin',
        to: '!URL.canParse(value)',
        test: SIGN_IN,
        title: '[C10] refuses metadata with a token endpoint elsewhere',
        seen: '2026-11-29',
      },
    ],
  },
  {
    number: 11,
    breaks: [
      {
        file: 'main/oauth/answer-page.ts',
        from: '`<p>${escapeHtml(line)}</p>`',
        to: '`<p>${line}</p>`',
        test: LISTENER,
        title: '[C11] shows the server’s error text as text, whatever it contains',
        seen: '2026-11-29',
      },
      {
        file: 'renderer/screens/failed.svelte',
        from: '{problem.detail}</dd>',
        to: '{@html problem.detail}</dd>',
        test: 'test/renderer/page.test.ts',
        title: '[C11] [C59] fails with what happened',
        seen: '2026-11-29',
      },
    ],
  },
  {
    number: 12,
    breaks: [
      {
        file: 'main/oauth/exchange.ts',
        from: '    await oauth.validateApplicationLevelSignature(provider, response, options);\n',
        to: '',
        test: SIGN_IN,
        title: '[C12] refuses an id token with a wrong signature',
        seen: '2026-11-29',
      },
      {
        ...believes('iss', '{ ...provider, issuer: iss }', 'client'),
        test: SIGN_IN,
        title: '[C12] refuses an id token with a wrong issuer',
        seen: '2026-11-29',
      },
      {
        ...believes('aud', 'provider', '{ ...client, client_id: [aud].flat()[0] }'),
        test: SIGN_IN,
        title: '[C12] refuses an id token with a wrong audience',
        seen: '2026-11-29',
      },
      {
        file: 'main/oauth/context.ts',
        from: '[oauth.clockTolerance]: LEEWAY_SECONDS',
        to: '[oauth.clockTolerance]: 10 ** 9',
        test: SIGN_IN,
        title: '[C12] refuses an id token with a wrong expired',
        seen: '2026-11-29',
      },
      {
        file: 'main/oauth/context.ts',
        from: 'Math.round((context.clock.now() - Date.now()) / 1000)',
        to: '0',
        test: SIGN_IN,
        title: '[C12] judges the end of an id token by the injected clock',
        seen: '2026-11-29',
      },
      {
        file: 'main/oauth/exchange.ts',
        from: 'expectedNonce: request.nonce',
        to: "expectedNonce: (await nonceOf(response)) ?? ''",
        test: SIGN_IN,
        title: '[C12] refuses an id token with a wrong nonce',
        seen: '2026-11-29',
      },
      {
        file: 'main/oauth/exchange.ts',
        from: '...(nonceAbsent ? {} : { expectedNonce: request.nonce })',
        to: 'expectedNonce: request.nonce',
        test: SIGN_IN,
        title: '[C12] accepts an id token without a nonce, and notes it',
        seen: '2026-11-29',
      },
      {
        file: 'main/tokens/accept.ts',
        from: 'if (exchanged.nonceAbsent) {',
        to: 'if (exchanged.nonceAbsent && requested.length === 0) {',
        test: SIGN_IN,
        title: '[C12] accepts an id token without a nonce, and notes it',
        seen: '2026-11-29',
      },
    ],
  },
  {
    number: 13,
    breaks: [
      {
        file: 'main/tokens/accept.ts',
        from: 'asked.expected !== null && asked.expected.sub !== identity.sub',
        to: "asked.expected?.sub === ''",
        test: SIGN_IN,
        title: '[C13] refuses another account, revokes its tokens and keeps the stored one',
        seen: '2026-11-29',
      },
      {
        file: 'main/tokens/accept.ts',
        from: "    await revokeAll(ports, exchanged.tokens);\n    return { kind: 'other-account'",
        to: "    return { kind: 'other-account'",
        test: SIGN_IN,
        title: '[C13] refuses another account, revokes its tokens and keeps the stored one',
        seen: '2026-11-29',
      },
    ],
  },
  {
    number: 14,
    breaks: [
      {
        file: 'main/oauth/exchange.ts',
        from: '      oauth.None(),',
        to: "      oauth.ClientSecretPost('a secret'),",
        test: SIGN_IN,
        title: '[C4] [C14] sends the same redirect_uri twice, byte for byte, and no secret',
        seen: '2026-11-29',
      },
      {
        file: 'main/oauth/exchange.ts',
        from: '      oauth.None(),',
        to: `      oauth.ClientSecretPost('${Buffer.alloc(32, 'secret').toString('base64')}'),`,
        test: 'test/e2e/package.test.ts',
        title: '[C14] holds nothing of the form of a Globus client secret',
        seen: '2026-11-29',
      },
    ],
  },
  {
    number: 15,
    breaks: [
      {
        file: 'main/oauth/authorize.ts',
        from: '    ...wish.scopes,\n',
        to: "    ...wish.scopes,\n    'urn:globus:auth:scope:auth.globus.org:view_identities',\n",
        test: SIGN_IN,
        title: '[C15] asks for the ticked scopes and the identity, and nothing else',
        seen: '2026-11-29',
      },
      {
        file: 'main/tokens/sign-ins.ts',
        from: 'const missing = roots.filter((scope) => !storing.granted.has(scope)).map(shortNameOf);',
        to: 'const missing: string[] = [];',
        test: SIGN_IN,
        title: '[C15] shows which scopes were asked for and not granted',
        seen: '2026-11-29',
      },
      {
        file: 'renderer/screens/done.svelte',
        from: '<NameList title="Asked for, not granted" names={missing} icon="minus" tone="warn" />',
        to: '',
        test: 'test/renderer/page.test.ts',
        title: '[C15] ends with what was granted and what was not, each by name',
        seen: '2026-11-29',
      },
    ],
  },
];
